//! The real program on a device against the real application, over a real connection: what it prints and how it ends.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use domain::PgPool;
use domain::code::{ActivationCode, CodeKind};
use serde_json::{Value, json};
use time::Duration;

use crate::harness::{Browser, House};
use crate::rfc8628::serve;
use crate::sold::Sold;

const DONE: i32 = 0;
const REFUSED: i32 = 1;
const NOT_LINKED: i32 = 3;

/// The program, built if it is not there yet or older than its source.
fn binary() -> PathBuf {
    let built = Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "client"]).status().unwrap();
    assert!(built.success());
    let tests = std::env::current_exe().unwrap();
    tests.parent().and_then(|deps| deps.parent()).unwrap().join("latchkey-client")
}

/// A device with a state file of its own.
struct Program {
    folder: PathBuf,
    binary: PathBuf,
    origin: String,
    name: &'static str,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Program {
    fn new(origin: &str, name: &'static str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("client-{}-{name}", origin.rsplit(':').next().unwrap_or_default()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, binary: binary(), origin: origin.to_owned(), name }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(args).arg("--json").arg("--state").arg(self.folder.join("client.json"));
        command.env("LATCHKEY_SERVER", &self.origin).stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Runs a command that has to end so, and gives the last line of JSON that it printed.
    async fn run(&self, args: &[&str], exit: i32) -> Value {
        let mut command = self.command(args);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {said}");
        serde_json::from_str(said.lines().last().unwrap()).unwrap()
    }

    /// Runs a command that is refused with this code.
    async fn refused(&self, args: &[&str], code: &str) -> Value {
        let said = self.run(args, REFUSED).await;
        assert_eq!(said["code"], code, "{args:?}: {said}");
        said
    }

    /// Links the device; the person in the browser confirms what it shows.
    async fn link(&self, owner: &mut Browser) -> Value {
        let fingerprint = format!(
            "system:{}",
            self.name.bytes().map(|byte| format!("{byte:02x}")).cycle().take(32).collect::<String>()
        );
        let args = ["link", "--name", self.name, "--os", "windows", "--fingerprint", &fingerprint];
        let mut child = self.command(&args).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (asked, lines) =
            tokio::task::spawn_blocking(move || (lines.next().unwrap().unwrap(), lines)).await.unwrap();
        let asked: Value = serde_json::from_str(&asked).unwrap();
        assert!(asked.get("device_code").is_none(), "what it polls with is nobody's business");
        owner.call("link_device", &[("user_code", asked["user_code"].as_str().unwrap())], 200).await;
        let ended = tokio::task::spawn_blocking(move || (lines.last().unwrap().unwrap(), child.wait().unwrap()));
        let (last, exit) = ended.await.unwrap();
        assert!(exit.success(), "{last}");
        serde_json::from_str(&last).unwrap()
    }
}

/// An office without a past, served, and a device that nobody has linked.
async fn office(db: PgPool) -> (House, Browser, Program) {
    let house = House::demo(db).await;
    let noor = house.newcomer("noor@lakeside.example").await;
    let origin = serve(&house).await;
    let till = Program::new(&origin, "Till");
    (house, noor, till)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_is_linked_licensed_and_taken_off_again(db: PgPool) {
    let (house, mut noor, till) = office(db).await;
    let (first, second) = (Sold::default().code(&house).await, Sold::default().code(&house).await);
    assert!(till.run(&["whoami"], NOT_LINKED).await["detail"].is_string());
    till.link(&mut noor).await;
    let who = till.run(&["whoami"], DONE).await;
    assert_eq!((&who["name"], &who["office"]), (&json!("Till"), &json!("Lakeside Books")));
    assert_eq!(till.run(&["status"], DONE).await["level"], "stopped");
    let agreement = till.run(&["agreement", "show"], DONE).await;
    assert!(agreement["text"].as_str().unwrap().len() > 100);
    assert_eq!(till.run(&["agreement", "accept"], DONE).await["agreement"]["accepted"], true);
    let preview = till.run(&["preview", &first], DONE).await;
    assert!(preview["effect"]["starts"]["ends_at"].is_string(), "{preview}");
    assert_eq!(till.run(&["activate", &first], DONE).await["outcome"], "started");
    assert_eq!(till.run(&["status"], DONE).await["level"], "full");
    assert_eq!(till.run(&["reserve", &second], DONE).await["outcome"], "reserved");
    assert!(till.run(&["reserve", "--remove"], DONE).await["reserve"].is_null());
    let beat = till.run(&["heartbeat"], DONE).await;
    assert!(beat["next_in"].as_u64() > Some(0) && beat["ticket"].is_string(), "{beat}");
    assert!(till.run(&["release", "--yes"], DONE).await["license"].is_null());
    assert_eq!(till.run(&["uninstall", "--yes"], DONE).await["uninstalled"], true);
    till.run(&["status"], NOT_LINKED).await;
    assert_eq!(house.count("select count(*) from seat s join device d on d.id = s.device_id where d.name = 'Till' and s.released_at is null").await, 0);
    house.assert_sound().await;
}

/// Refusal, the one command that puts it right, success.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_can_be_put_right_at_the_device_takes_one_command(db: PgPool) {
    let (house, mut noor, till) = office(db).await;
    till.link(&mut noor).await;
    let code = Sold::default().code(&house).await;

    till.refused(&["activate", &code], "E33").await;
    till.run(&["agreement", "accept"], DONE).await;
    till.run(&["activate", &code], DONE).await;

    let desk = Program::new(&till.origin, "Desk");
    desk.link(&mut noor).await;
    let activate = ["activate", &code, "--accept-agreement"];
    let full = desk.refused(&activate, "E12").await;
    assert_eq!(full["holders"][0]["name"], "Till");
    let instead = [&activate[..], &["--instead-of", "Till"]].concat();
    assert_eq!(desk.run(&instead, DONE).await["outcome"], "reclaimed");

    let (waits, better) = (Sold::default().code(&house).await, Sold::default().code(&house).await);
    desk.run(&["reserve", &waits], DONE).await;
    desk.refused(&["reserve", &better], "E20").await;
    assert_eq!(
        desk.run(&["reserve", &better, "--replace"], DONE).await["device"]["reserve"]["code_tail"],
        better[better.len() - 5..]
    );

    let (code, look_alike) = with_a_twin(&house).await;
    let told = till.refused(&["activate", &look_alike], "E02").await;
    assert_eq!(told["suggestion"], code);
    till.run(&["activate", told["suggestion"].as_str().unwrap()], DONE).await;

    house.world.clock.shift(Duration::days(366));
    till.refused(&["update", "--by-hand"], "E31").await;
    assert_eq!(till.run(&["update", "--by-hand", "--yes"], DONE).await["level"], "stopped");
    house.assert_sound().await;
}

/// A code, and the same with its first letter that has a Cyrillic twin written as that.
async fn with_a_twin(house: &House) -> (String, String) {
    loop {
        let code = Sold::default().code(house).await;
        let letters = "ABEHKMPTX".chars().zip("АВЕНКМРТХ".chars());
        if let Some((letter, twin)) = letters.into_iter().find(|(letter, _)| code.contains(*letter)) {
            let look_alike = code.replacen(letter, &twin.to_string(), 1);
            return (code, look_alike);
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_renewal_is_put_right_by_the_previous_code_or_the_shorter_term(db: PgPool) {
    let (house, mut noor, till) = office(db).await;
    till.link(&mut noor).await;
    // what runs by subscription is no earlier license that is found by itself
    let subscription = Sold { days: 30, ..Sold::of(CodeKind::Subscription) }.code(&house).await;
    till.run(&["activate", &subscription, "--accept-agreement"], DONE).await;
    till.run(&["release", "--yes"], DONE).await;

    let renewal = Sold::of(CodeKind::Renewal).code(&house).await;
    let unknown = ActivationCode::from_symbols([4; 19]).reveal();
    let second = Sold { seats: "desktop=2", ..Sold::of(CodeKind::Renewal) }.code(&house).await;
    till.refused(&["activate", &second, "--previous-code", &unknown], "E23").await;
    till.run(&["activate", &second, "--accept-shorter-term"], DONE).await;
    till.run(&["release", "--yes"], DONE).await;
    sqlx::query("update license set kind = 'promo' where kind = 'renewal'").execute(&house.db).await.unwrap();

    till.refused(&["activate", &renewal], "E22").await;
    let activated = till.run(&["activate", &renewal, "--previous-code", &subscription], DONE).await;
    assert_eq!(activated["outcome"], "started");
}

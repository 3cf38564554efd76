//! Without the right key nothing starts, and what stands there says what to do (K04).

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use domain::PgPool;
use sqlx::ConnectOptions;

/// 32 bytes in base64, and others.
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const OTHER: &str = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("latchkey-start-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn program(command: &str, db: &PgPool, data: &Path, key: Option<&str>) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    program.arg(command).arg("--data").arg(data);
    program.env("DATABASE_URL", db.connect_options().to_url_lossy().as_str()).env_remove("LATCHKEY_KEY");
    if let Some(key) = key {
        program.env("LATCHKEY_KEY", key);
    }
    program
}

/// Starts the server, which says nothing but why it does not start, and gives that.
fn refusal(db: &PgPool, data: &Path, key: Option<&str>) -> String {
    let mut served = program("serve", db, data, key);
    served.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut served = served.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(served.stdout.take().unwrap()).read_line(&mut said).unwrap();
    if !said.is_empty() {
        served.kill().unwrap();
        panic!("it has started: {said}");
    }
    served.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!served.wait().unwrap().success(), "{said}");
    said
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_its_key_the_server_does_not_start_and_says_what_to_do(db: PgPool) {
    let data = folder();
    let said = refusal(&db, &data, None);
    assert!(said.contains("There is no key") && said.contains("openssl rand -base64 32"), "{said}");

    let said = refusal(&db, &data, Some(&KEY[..40]));
    assert!(said.contains("is not 32 bytes in base64") && !said.contains(&KEY[..20]), "{said}");

    let file = data.join("keys");
    std::fs::write(&file, KEY).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let said = refusal(&db, &data, None);
    assert!(said.contains("can be read by others") && said.contains("chmod 600"), "{said}");

    // the first one that opens the database is the one it was made with
    assert!(program("rotate-keys", &db, &data, Some(KEY)).output().unwrap().status.success());
    let said = refusal(&db, &data, Some(OTHER));
    assert!(said.contains("The key does not fit the database") && !said.contains(OTHER), "{said}");
    std::fs::remove_dir_all(data).unwrap();
}

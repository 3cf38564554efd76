//! The rival: pgbench running the very statements of an activation, taken from their files, each parameter replaced by an
//! expression that the database computes.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use uuid::Uuid;

use crate::Failure;
use crate::stock::{HOT, Shared, Stock};

const LOCK: &str = include_str!("../../../domain/src/activation/store/lock.sql");
const FACTS: &str = include_str!("../../../domain/src/activation/store/facts.sql");
const WRITE: &str = include_str!("../../../domain/src/activation/store/write.sql");
const NOTE: &str = include_str!("../../../domain/src/device/note.sql");
/// As many clients as the server has connections.
const CLIENTS: usize = 10;
/// Heartbeats that one statement notes.
const BATCH: usize = 200;

pub struct Rival<'a> {
    url: String,
    stock: &'a Stock,
    program: PathBuf,
    script: PathBuf,
}

/// What an activation by pgbench does.
struct Activation {
    device: String,
    code: String,
    index: String,
    license: String,
    /// Whether the license begins with it, on this device; else the device had it.
    starts: bool,
}

impl<'a> Rival<'a> {
    pub fn new(url: String, stock: &'a Stock) -> Result<Self, Failure> {
        let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut programs: Vec<PathBuf> = installed.map(|version| version.path().join("bin/pgbench")).collect();
        programs.retain(|program| program.exists());
        let program = programs.pop().unwrap_or_else(|| "pgbench".into());
        let script = std::env::temp_dir().join(format!("rush-{}.sql", std::process::id()));
        Ok(Self { url, stock, program, script })
    }

    /// Each code for the first time, on a device of its own; in a second.
    pub fn activations(&self, first: usize, many: usize) -> Result<f64, Failure> {
        let each = many / CLIENTS;
        let activation = Activation {
            device: "md5('device' || :n::text)::uuid".to_owned(),
            code: "md5('code' || :n::text)::uuid".to_owned(),
            index: "decode(md5('index' || :n::text), 'hex')".to_owned(),
            license: "md5('license' || :n::text)::uuid".to_owned(),
            starts: true,
        };
        let script =
            format!("\\set n {first} + :client_id * {each} + :i\n\\set i :i + 1\n{}", self.transaction(&activation)?);
        self.run(&script, &["-t", &each.to_string(), "-D", "i=0"])
    }

    /// The devices that share a license activate its code again; in a second.
    pub fn hot(&self, shared: &Shared, turn: Duration) -> Result<f64, Failure> {
        let before = self.stock.tokens.len() - HOT;
        let activation = Activation {
            device: format!("md5('ours' || ({before} + :n::int)::text)::uuid"),
            code: format!("'{}'::uuid", shared.code),
            index: format!("decode('{}', 'hex')", shared.index),
            license: format!("'{}'::uuid", shared.license),
            starts: false,
        };
        let script = format!("\\set n random(1, {HOT})\n{}", self.transaction(&activation)?);
        self.run(&script, &["-T", &turn.as_secs().to_string()])
    }

    /// Contacts noted by one client, many with each commit, by the server's own statement; in a second.
    pub fn batched(&self, turn: Duration) -> Result<f64, Failure> {
        let last = self.stock.codes.len() - BATCH;
        let of_each = |value: &str| format!("array(select {value} from generate_series(:n, :n + {BATCH} - 1) as i)");
        let values = [
            "now()".to_owned(),
            of_each("md5('device' || i)::uuid"),
            of_each("'IN'"),
            of_each("0::bigint"),
            of_each("now()"),
        ];
        let script = format!("\\set n random(0, {last})\n{};\n", filled(NOTE.trim_end(), &values)?);
        Ok(BATCH as f64 * self.run_by(1, &script, &["-T", &turn.as_secs().to_string()])?)
    }

    /// One contact noted and committed after the other by one client; in a second.
    pub fn heartbeats(&self, turn: Duration) -> Result<f64, Failure> {
        let last = self.stock.codes.len() - 1;
        let script = format!(
            "\\set n random(0, {last})
             insert into device_contact (device_id, last_seen_at) values (md5('device' || :n::text)::uuid, now())
             on conflict (device_id) do update set last_seen_at = excluded.last_seen_at;\n"
        );
        self.run_by(1, &script, &["-T", &turn.as_secs().to_string()])
    }

    fn transaction(&self, activation: &Activation) -> Result<String, Failure> {
        let Stock { account, owner, product, .. } = self.stock;
        let Activation { device, code, index, license, starts } = activation;
        let own = |value: &str| value.to_owned();
        let uuid = |id: &Uuid| format!("'{id}'::uuid");
        let only = |value: &str| if *starts { value.to_owned() } else { format!("nullif({value}, {value})") };
        let lock = [
            uuid(account),
            own(device),
            own(index),
            own("null::uuid"),
            own("null::uuid"),
            own("false"),
            own("null::bytea"),
        ];
        let (limit, none) = (own("5::bigint"), own("null::bytea"));
        let key = own("'\\x00'::bytea");
        let facts = [
            own(device),
            own(code),
            own("now()"),
            key.clone(),
            none.clone(),
            key,
            own("now()"),
            own("now()"),
            own("now()"),
            none,
            limit.clone(),
            limit.clone(),
            limit,
            own("'2026-01'"),
            own("null::uuid"),
        ];
        let events = if *starts { "license_started,seat_bound,code_added" } else { "activation_repeated" };
        let events = events.split(',').map(|event| {
            format!("jsonb_build_object('event', '{event}', 'object_id', {license}, 'facts', jsonb_build_object('device', {device}))")
        });
        let events = format!("jsonb_build_array({})", events.collect::<Vec<_>>().join(", "));
        let write = [
            own(code),
            uuid(account),
            uuid(owner),
            own("now()"),
            own("now()"),
            own(license),
            only("now()"),
            only("(now() + interval '365 days')"),
            own("null::timestamptz"),
            own("false"),
            own("365"),
            own("decode(repeat('00', 80), 'hex')"),
            format!("decode(md5({license}::text), 'hex')"),
            own("1::smallint"),
            own("'2026-01'"),
            own("null::uuid"),
            only(&format!("md5('seat' || {license}::text)::uuid")),
            own(device),
            own("'desktop'"),
            own("null::uuid"),
            uuid(product),
            own("'expired'"),
            own("null::uuid"),
            own("null::uuid"),
            own("null::uuid"),
            own("null::timestamptz"),
            own("null::jsonb"),
            own("null::uuid"),
            own("null::uuid"),
            own(if *starts { "true" } else { "false" }),
            events,
            own("'device'"),
            own(device),
            own("'IN'"),
            own("gen_random_uuid()"),
            own("now()"),
            own("null::bigint"),
        ];
        let mut script = own("begin;\n");
        for (statement, values) in [(LOCK, &lock[..]), (FACTS, &facts[..]), (WRITE, &write[..])] {
            writeln!(script, "{};", filled(statement, values)?)?;
        }
        script.push_str("commit;\n");
        Ok(script)
    }

    fn run(&self, script: &str, how: &[&str]) -> Result<f64, Failure> {
        self.run_by(CLIENTS, script, how)
    }

    fn run_by(&self, clients: usize, script: &str, how: &[&str]) -> Result<f64, Failure> {
        std::fs::write(&self.script, script)?;
        let (clients, threads) = (clients.to_string(), clients.min(2).to_string());
        let output = Command::new(&self.program)
            .args(["-n", "-M", "prepared", "-j", &threads, "-c", &clients, "-f"])
            .arg(&self.script)
            .args(how)
            .arg(&self.url)
            .output()?;
        std::fs::remove_file(&self.script)?;
        let text = String::from_utf8(output.stdout)?;
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        let failed = !output.status.success() || !text.contains("number of failed transactions: 0 ");
        match rate {
            Some(rate) if !failed => Ok(rate),
            _ => Err(format!("pgbench says: {}{text}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

/// A statement with its parameters replaced, and without its comments.
fn filled(statement: &str, values: &[String]) -> Result<String, Failure> {
    let code = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
    let mut filled = String::new();
    for (place, part) in code.collect::<Vec<_>>().join("\n").split('$').enumerate() {
        if place == 0 {
            filled.push_str(part);
            continue;
        }
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..digits].parse()?;
        let value =
            number.checked_sub(1).and_then(|index| values.get(index)).ok_or("a statement has more parameters")?;
        filled.push_str(value);
        filled.push_str(&part[digits..]);
    }
    Ok(filled)
}

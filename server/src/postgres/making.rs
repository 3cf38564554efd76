//! Making a cluster and starting its server program, with every setting it gets.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::StartError;
use super::cluster::{Life, USER};
use super::folder::{PidFile, end_orphan, home, password_file, random_word, read_password, write_secret};
use super::keeper::Keeper;
use super::programs::Programs;

/// Crash recovery of a big cluster takes its time; an ordinary start takes a fifth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that accepts connections.
pub struct Started {
    pub keeper: Keeper,
    pub port: u16,
    pub password: String,
}

/// Starts the server of a folder whose lock we hold, making the cluster when it is not there.
pub fn start(folder: &Path, life: Life) -> Result<Started, StartError> {
    let link = folder.join("postgres");
    let programs = Programs::find(&link)?;
    let home = home(folder, &link, &programs)?;
    end_orphan(&home);
    let password =
        if home.join("PG_VERSION").exists() { read_password(folder)? } else { make(folder, &home, &programs, life)? };
    let log = folder.join("postgres.log");
    let mut says = String::new();
    // Somebody else can take the free port between our look and PostgreSQL's.
    for _ in 0..5 {
        let port = free_port().map_err(|cause| StartError::Program { program: "postgres".into(), cause })?;
        let log_file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&log)
            .map_err(StartError::folder(&log, "written"))?;
        let already = log_file.metadata().map_or(0, |found| found.len());
        let errors = log_file.try_clone().map_err(StartError::folder(&log, "written"))?;
        let mut command = server(&programs, &home, port, life);
        command.stdout(log_file).stderr(errors);
        let mut keeper =
            Keeper::start(command).map_err(|cause| StartError::Program { program: "postgres".into(), cause })?;
        if is_ready(&keeper, &home) {
            return Ok(Started { keeper, port, password });
        }
        keeper.stop(true);
        says = last_words(&log, already);
        if !says.contains("could not bind") && !says.contains("TCP/IP socket") {
            break;
        }
    }
    Err(StartError::NotReady { log, says })
}

fn is_ready(keeper: &Keeper, home: &Path) -> bool {
    let since = Instant::now();
    while since.elapsed() < PATIENCE && !keeper.has_ended() {
        if PidFile::read(home).is_some_and(|found| found.ready && Some(found.pid) == keeper.pid()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Makes a cluster aside and moves it into place when it is whole.
fn make(folder: &Path, home: &Path, programs: &Programs, life: Life) -> Result<String, StartError> {
    let unfinished = home.with_extension("unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    DirBuilder::new().mode(0o700).create(&unfinished).map_err(StartError::folder(&unfinished, "made"))?;
    let password = random_word()? + &random_word()?;
    let given = unfinished.with_extension("password");
    write_secret(&given, &password)?;
    if let Some(user) = programs.user() {
        for path in [&unfinished, &given] {
            chown(path, Some(user.uid), Some(user.gid)).map_err(StartError::folder(path, "given to its user"))?;
        }
    }
    let mut initdb = programs.command("initdb");
    initdb.args(["--username", USER, "--auth-host=scram-sha-256", "--auth-local=reject", "--encoding=UTF8"]);
    initdb.args([if cfg!(target_os = "linux") { "--locale=C.UTF-8" } else { "--locale=C" }, "--no-instructions"]);
    initdb.arg(if life == Life::Kept { "--data-checksums" } else { "--no-sync" });
    initdb.arg("--pwfile").arg(&given).arg("--pgdata").arg(&unfinished);
    let output = initdb.stdout(Stdio::null()).stderr(Stdio::piped()).output();
    let _ = fs::remove_file(&given);
    let output = output.map_err(|cause| StartError::Program { program: "initdb".into(), cause })?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let _ = fs::remove_dir_all(&unfinished);
        return Err(StartError::Initdb(telling_line(&text)));
    }
    write_secret(&password_file(folder), &password)?;
    fs::rename(&unfinished, home).map_err(StartError::folder(home, "made"))?;
    Ok(password)
}

/// The server program with its settings: small, quiet about what people typed, and no way in but the loopback address.
fn server(programs: &Programs, home: &Path, port: u16, life: Life) -> Command {
    let mut settings = vec![
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "cluster_name=latchkey",
        "timezone=UTC",
        "log_timezone=UTC",
        "shared_buffers=32MB",
        "max_connections=100",
        "jit=off",
        "max_parallel_workers_per_gather=0",
        "log_checkpoints=off",
        "log_error_verbosity=terse",
        "log_min_error_statement=panic",
        "log_parameter_max_length=0",
        "log_parameter_max_length_on_error=0",
    ];
    settings.extend_from_slice(match life {
        Life::Kept => &["log_min_duration_statement=1s", "wal_compression=on"],
        Life::ThrowAway => {
            &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"]
        }
    });
    let mut command = programs.command("postgres");
    command.arg("-D").arg(home).arg("-p").arg(port.to_string());
    for setting in settings {
        command.arg("-c").arg(setting);
    }
    command
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// What the log says since it was `from` bytes long.
fn last_words(log: &Path, from: u64) -> String {
    let mut text = String::new();
    let read = File::open(log).and_then(|mut file| {
        file.seek(SeekFrom::Start(from))?;
        file.take(64 * 1024).read_to_string(&mut text)
    });
    match read {
        Ok(_) => telling_line(&text),
        Err(error) => error.to_string(),
    }
}

/// The line of a program's output that names the cause.
fn telling_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = ["could not bind", "could not create any TCP/IP", "FATAL", "error:"];
    named
        .iter()
        .find_map(|word| lines().rfind(|line| line.contains(word)))
        .or_else(|| lines().next_back())
        .unwrap_or("nothing")
        .to_owned()
}

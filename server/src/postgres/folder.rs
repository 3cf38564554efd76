//! The data folder of a private PostgreSQL: who holds it, where the cluster lies, the secrets beside it.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::StartError;
use super::programs::Programs;

pub fn absolute(folder: &Path) -> Result<PathBuf, StartError> {
    fs::create_dir_all(folder).map_err(StartError::folder(folder, "made"))?;
    fs::canonicalize(folder).map_err(StartError::folder(folder, "read"))
}

/// Takes the folder for this process; the kernel gives it back when the process ends, however it ends.
pub fn lock(folder: &Path) -> Result<Option<File>, StartError> {
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(StartError::folder(&path, "written"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(StartError::folder(&path, "locked")(cause)),
    }
}

/// The folder of the cluster itself: `postgres` in the data folder, or, where the user who runs PostgreSQL can't get
/// there, a folder of its own below /var/lib with a link to it.
pub fn home(folder: &Path, link: &Path, programs: &Programs) -> Result<PathBuf, StartError> {
    if let Ok(found) = fs::canonicalize(link) {
        return Ok(found);
    }
    match programs.user() {
        Some(user) if !user.reaches(folder) => {
            let elsewhere = PathBuf::from("/var/lib/latchkey").join(random_word()?).join("postgres");
            let parent = elsewhere.parent().unwrap_or(&elsewhere);
            fs::create_dir_all(parent).map_err(StartError::folder(parent, "made"))?;
            let _ = fs::remove_file(link);
            symlink(&elsewhere, link).map_err(StartError::folder(link, "made"))?;
            Ok(elsewhere)
        }
        _ => Ok(link.to_owned()),
    }
}

/// What a running PostgreSQL writes about itself.
pub struct PidFile {
    pub pid: i32,
    pub port: u16,
    pub ready: bool,
}

impl PidFile {
    fn path(home: &Path) -> PathBuf {
        home.join("postmaster.pid")
    }

    pub fn read(home: &Path) -> Option<Self> {
        let text = fs::read_to_string(Self::path(home)).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let pid = lines.first()?.parse().ok()?;
        let port = lines.get(3).and_then(|line| line.parse().ok()).unwrap_or_default();
        Some(Self { pid, port, ready: lines.get(7) == Some(&"ready") })
    }
}

/// Ends a PostgreSQL that outlived the process that started it: we hold the folder's lock, so nobody uses it.
pub fn end_orphan(home: &Path) {
    let Some(PidFile { pid, .. }) = PidFile::read(home) else { return };
    let process = PathBuf::from(format!("/proc/{pid}"));
    let is_its_server =
        || fs::read_link(process.join("cwd")).is_ok_and(|cwd| fs::canonicalize(home).is_ok_and(|home| home == cwd));
    let Some(id) = Pid::from_raw(pid) else { return };
    let since = Instant::now();
    let mut asked = false;
    while is_its_server() && since.elapsed() < Duration::from_secs(10) {
        if !asked {
            let _ = kill_process(id, Signal::INT);
            asked = true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    if Path::new("/proc/self").exists() && !is_its_server() {
        let _ = fs::remove_file(PidFile::path(home));
    }
}

/// Removes throw-away clusters whose process was killed before it could.
pub fn sweep(below: &Path) {
    for entry in fs::read_dir(below).into_iter().flatten().flatten() {
        let path = entry.path();
        let old = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > Duration::from_secs(600)));
        let ours = entry.file_name().to_string_lossy().starts_with("latchkey-throw-away-");
        if ours && old && path.join("lock").exists() && lock(&path).is_ok_and(|lock| lock.is_some()) {
            end_orphan(&path.join("postgres"));
            let _ = fs::remove_dir_all(&path);
        }
    }
}

pub fn password_file(folder: &Path) -> PathBuf {
    folder.join("postgres.password")
}

pub fn read_password(folder: &Path) -> Result<String, StartError> {
    let path = password_file(folder);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StartError::NoPassword(path)),
        Err(cause) => Err(StartError::folder(&path, "read")(cause)),
    }
}

pub fn write_secret(path: &Path, secret: &str) -> Result<(), StartError> {
    let _ = fs::remove_file(path);
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(secret.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o600)))
        .map_err(StartError::folder(path, "written"))
}

pub fn random_word() -> Result<String, StartError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StartError::Program {
        program: "getrandom".into(),
        cause: io::Error::other(error.to_string()),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

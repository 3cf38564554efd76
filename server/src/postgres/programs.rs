//! Where the PostgreSQL programs are and as whom they run: they refuse to run as root.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::StartError;

/// The programs of one PostgreSQL version, and the user who runs them.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    user: Option<User>,
    dies_with_us: bool,
}

/// Somebody who is not root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

impl Programs {
    /// Finds the programs that can serve the cluster in `cluster`, or the newest ones when there is none yet.
    pub fn find(cluster: &Path) -> Result<Self, StartError> {
        let mut folders = installed();
        if let Ok(version) = fs::read_to_string(cluster.join("PG_VERSION")) {
            let wanted = version.trim();
            folders.retain(|folder| version_of(folder).as_deref() == Some(wanted));
            if folders.is_empty() {
                return Err(StartError::OtherVersion { folder: cluster.to_owned(), wanted: wanted.to_owned() });
            }
        }
        let folder = folders.into_iter().next().ok_or(StartError::NotInstalled)?;
        let user = if rustix::process::geteuid().is_root() { Some(User::for_cluster(cluster)?) } else { None };
        Ok(Self { folder, user, dies_with_us: setpriv_knows_death_signals() })
    }

    /// Who runs the programs, when it is not ourselves.
    pub fn user(&self) -> Option<User> {
        self.user
    }

    /// One of the programs, ready for its arguments: as the right user, away from our terminal and environment, and
    /// interrupted by the kernel when the thread that started it is gone.
    pub fn command(&self, program: &str) -> Command {
        let path = self.folder.join(program);
        let mut command;
        if self.dies_with_us {
            command = Command::new("setpriv");
            command.args(["--pdeathsig", "INT"]);
            if let Some(User { uid, gid }) = self.user {
                command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
            }
            command.arg("--").arg(path);
        } else {
            command = Command::new(path);
            if let Some(User { uid, gid }) = self.user {
                command.uid(uid).gid(gid);
            }
        }
        for (name, _) in std::env::vars_os() {
            let name_bytes = name.as_encoded_bytes();
            if name_bytes.starts_with(b"PG") || name_bytes.starts_with(b"LATCHKEY_") || name == "DATABASE_URL" {
                command.env_remove(&name);
            }
        }
        // A Ctrl-C in the terminal is for us: we stop the database when the last request is answered.
        command.process_group(0).current_dir("/").stdin(Stdio::null());
        command
    }
}

impl User {
    /// The owner of a cluster that exists, else the user of the PostgreSQL package, else nobody.
    fn for_cluster(cluster: &Path) -> Result<Self, StartError> {
        if let Ok(data) = fs::metadata(cluster)
            && data.uid() != 0
        {
            return Ok(Self { uid: data.uid(), gid: data.gid() });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"].iter().find_map(|name| Self::in_passwd(&passwd, name)).ok_or(StartError::NoUser)
    }

    fn in_passwd(passwd: &str, name: &str) -> Option<Self> {
        passwd.lines().map(|line| line.split(':').collect::<Vec<_>>()).find_map(|fields| match fields.as_slice() {
            [found, _, uid, gid, ..] if *found == name => {
                Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? }).filter(|user| user.uid != 0)
            }
            _ => None,
        })
    }

    /// Whether this user can reach what lies in `folder`, from the root of the file system down.
    pub fn reaches(self, folder: &Path) -> bool {
        folder.ancestors().all(|ancestor| fs::metadata(ancestor).is_ok_and(|found| self.passes(&found)))
    }

    fn passes(self, folder: &Metadata) -> bool {
        let bit = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        folder.permissions().mode() & bit != 0
    }
}

/// The folders that hold both programs, the ones on PATH first, then Debian's by version, newest first.
fn installed() -> Vec<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).filter(|folder| folder.is_absolute()).collect();
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    folders.extend(versions.into_iter().map(|(_, folder)| folder));
    folders.extend(["/usr/local/pgsql/bin", "/usr/libexec/postgresql"].map(PathBuf::from));
    folders.retain(|folder| ["initdb", "postgres"].iter().all(|program| is_program(&folder.join(program))));
    folders
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// The major version of the programs in a folder, as a cluster's `PG_VERSION` writes it.
fn version_of(folder: &Path) -> Option<String> {
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(number.split('.').next()?.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned())
}

/// util-linux's `setpriv` can ask the kernel to interrupt a program when its parent dies; busybox's can't.
fn setpriv_knows_death_signals() -> bool {
    Command::new("setpriv")
        .args([OsStr::new("--pdeathsig"), OsStr::new("INT"), OsStr::new("true")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_comes_from_the_user_database() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(User::in_passwd(passwd, "postgres"), Some(User { uid: 101, gid: 104 }));
        assert_eq!(User::in_passwd(passwd, "nobody"), None);
        assert_eq!(User::in_passwd(passwd, "root"), None);
    }
}

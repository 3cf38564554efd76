//! What the device keeps: its server, its token, its papers and what it said about itself, in one file that only its owner
//! reads.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use domain::device::OsFamily;
use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure, Result};
use crate::papers::Papers;

/// The file's contents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The link, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Stands for the machine where the system gives nothing to know it by: 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// What it goes by without the server.
    pub papers: Papers,
}

/// A device that a server knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The server that gave the token; the token is sent to no other.
    pub server: String,
    /// The device's token.
    pub token: Secret,
    /// The name the device gave itself.
    pub name: String,
    /// The kind of system it named.
    pub os_family: OsFamily,
    /// What the server was last told that the machine is made of.
    pub fingerprint: String,
    /// Whether that was typed with `--fingerprint`, and so stays whatever the machine says of itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fingerprint_typed: bool,
    /// The version of the application that the server was told last.
    pub app_version: String,
}

/// A token. It shows itself only in the file and in the header it is sent in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value of the `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl From<String> for Secret {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where the file is when nobody says otherwise.
pub fn default_path() -> Result<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| folder("HOME").map(|home| home.join(".local/state")))
        .or_else(|| folder("LOCALAPPDATA"));
    match base {
        Some(base) => Ok(base.join("latchkey").join("client.json")),
        None => Err(Failure::new(Exit::Input, "There is no home folder to keep the link in.")
            .advice("Name a file with --state FILE or LATCHKEY_CLIENT_STATE.")),
    }
}

impl State {
    /// The version of the application that the server was told last.
    pub fn version_told(&self) -> &str {
        self.link.as_ref().map_or("", |link| &link.app_version)
    }

    /// Reads the file; none is a device that was never linked. One that others may read is closed to them first.
    pub fn load(path: &Path) -> Result<Self> {
        close_to_others(path).map_err(|cause| {
            let detail =
                format!("The state file {} is open to other people, and can't be closed: {cause}.", path.display());
            Failure::new(Exit::Input, detail).advice("Give it to the user who runs this program, with mode 0600.")
        })?;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => {
                let detail = format!("The state file {} can't be read: {cause}.", path.display());
                return Err(Failure::new(Exit::Input, detail).advice("Make it readable, or name another with --state."));
            }
        };
        serde_json::from_str(&text).map_err(|cause| {
            // the cause in serde's words could quote the token
            let detail = format!("The state file {} is damaged at line {}.", path.display(), cause.line());
            Failure::new(Exit::Input, detail).advice("Remove it, then link the device again with: latchkey-client link")
        })
    }

    /// Writes the file whole or not at all, for its owner only.
    pub fn save(&self, path: &Path) -> Result<()> {
        self.write(path).map_err(|cause| {
            Failure::new(Exit::Input, format!("The state file {} can't be written: {cause}.", path.display()))
                .advice("Name a file in a folder you may write to with --state FILE.")
        })
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let Some(name) = path.file_name() else { return Err(ErrorKind::IsADirectory.into()) };
        private_folder(folder)?;
        let mut fresh = name.to_owned();
        fresh.push(format!(".{}", std::process::id()));
        let fresh = folder.join(fresh);
        let written = write_private(&fresh, &serde_json::to_vec_pretty(self)?).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        written
    }
}

/// The file holds a token: whoever reads it can speak as this device.
#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(facts) = fs::metadata(path) else { return Ok(()) };
    if facts.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    crate::terminal::tell(&format!(
        "The state file {} was open to other people of this machine; it is closed now. If somebody may have read it, link \
         the device anew.",
        path.display()
    ));
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("latchkey-client-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn linked() -> State {
        let link = Link {
            server: "http://127.0.0.1:3000".to_owned(),
            token: Secret::from("t0p-secret".to_owned()),
            name: "Reception".to_owned(),
            os_family: OsFamily::Windows,
            fingerprint: format!("system:{}", "ab".repeat(32)),
            fingerprint_typed: false,
            app_version: "0".to_owned(),
        };
        State { link: Some(link), ..State::default() }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_file_even_when_it_was_open_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("mode");
        let path = folder.0.join("deep/client.json");
        linked().save(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.0.join("deep")), 0o700);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        linked().save(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_dir(folder.0.join("deep")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_closed_before_it_is_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new("open");
        let path = folder.0.join("client.json");
        linked().save(&path).unwrap();
        for open in [0o644, 0o640, 0o604, 0o622] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            assert_eq!(State::load(&path).unwrap(), linked());
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{open:o}");
        }
    }

    #[test]
    fn what_was_saved_is_read_back() {
        let folder = Folder::new("back");
        let path = folder.0.join("client.json");
        assert_eq!(State::load(&path).unwrap(), State::default());
        linked().save(&path).unwrap();
        assert_eq!(State::load(&path).unwrap(), linked());
    }

    #[test]
    fn a_damaged_file_is_named_without_its_contents() {
        let folder = Folder::new("damaged");
        fs::create_dir_all(&folder.0).unwrap();
        let path = folder.0.join("client.json");
        fs::write(&path, r#"{"link":"t0p-secret"}"#).unwrap();
        let failure = State::load(&path).unwrap_err();
        assert_eq!(failure.exit(), Exit::Input);
        assert!(!failure.to_text().contains("t0p-secret"), "{}", failure.to_text());
    }

    #[test]
    fn the_token_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", linked()).contains("t0p-secret"));
    }
}

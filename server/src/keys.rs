//! The one key of an installation: from the environment or a file that nobody else can read, never from the database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The variable of the environment that can hold the key itself.
pub const VARIABLE: &str = "LATCHKEY_KEY";

/// Why there is no key; each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "There is no key: put the key this database was made with into {0} (or {VARIABLE}); for a new installation make \
         one with: (umask 077; openssl rand -base64 32 > {0})"
    )]
    Missing(PathBuf),
    #[error("The key in {0} is not 32 bytes in base64: put the whole key there, one line of 44 characters.")]
    NotAKey(String),
    #[error("The key file {0} can be read by others: run chmod 600 {0}, and see who may have read it.")]
    Exposed(PathBuf),
    #[error("The key file {path} can't be {done} ({cause}): give this user the right to it, or set {VARIABLE}.")]
    File { path: PathBuf, done: &'static str, cause: io::Error },
}

/// The key, from the variable if it is set, else from the file.
///
/// `may_make` lets a demo make the file on its first start.
///
/// # Errors
/// One sentence that says what to do.
pub fn load(variable: Option<&str>, file: &Path, may_make: bool) -> Result<[u8; 32], KeyError> {
    if let Some(text) = variable.map(str::trim).filter(|text| !text.is_empty()) {
        return decode(text).ok_or_else(|| KeyError::NotAKey(VARIABLE.to_owned()));
    }
    match read(file)? {
        Some(text) => decode(text.trim()).ok_or_else(|| KeyError::NotAKey(file.display().to_string())),
        None if may_make => make(file),
        None => Err(KeyError::Missing(file.to_owned())),
    }
}

fn read(file: &Path) -> Result<Option<String>, KeyError> {
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(file_error(file, "read")(cause)),
    };
    if metadata.mode() & 0o077 != 0 {
        return Err(KeyError::Exposed(file.to_owned()));
    }
    fs::read_to_string(file).map(Some).map_err(file_error(file, "read"))
}

fn decode(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Makes a key and has it on disk, whole, before anything is sealed with it.
fn make(file: &Path) -> Result<[u8; 32], KeyError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| file_error(file, "made")(io::Error::other(error.to_string())))?;
    let aside = file.with_extension("new");
    let written = || -> io::Result<()> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut opened = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&aside)?;
        opened.write_all(format!("{}\n", STANDARD.encode(key)).as_bytes())?;
        opened.sync_all()?;
        fs::rename(&aside, file)?;
        File::open(folder)?.sync_all()
    };
    written().map_err(file_error(file, "made"))?;
    Ok(key)
}

fn file_error(path: &Path, done: &'static str) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |cause| KeyError::File { path, done, cause }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn place() -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("latchkey-keys-{}", uuid::Uuid::new_v4()));
        (folder.clone(), folder.join("keys"))
    }

    #[test]
    fn a_demo_makes_its_key_once_and_only_it_can_read_it() {
        let (folder, file) = place();
        let key = load(None, &file, true).unwrap();
        assert_eq!(load(None, &file, false).unwrap(), key);
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn without_a_key_nothing_starts() {
        let (_, file) = place();
        assert!(matches!(load(None, &file, false), Err(KeyError::Missing(_))));
        assert!(matches!(load(Some("  "), &file, false), Err(KeyError::Missing(_))));
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let (folder, file) = place();
        load(None, &file, true).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(None, &file, true), Err(KeyError::Exposed(_))));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_variable_goes_before_the_file_and_must_hold_a_whole_key() {
        let (_, file) = place();
        let text = STANDARD.encode([9; 32]);
        assert_eq!(load(Some(&text), &file, false).unwrap(), [9; 32]);
        for wrong in [&text[..40], "not base64 at all", "AAAA"] {
            assert!(matches!(load(Some(wrong), &file, false), Err(KeyError::NotAKey(_))), "{wrong}");
        }
    }
}

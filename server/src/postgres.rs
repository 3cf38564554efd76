//! A private PostgreSQL, for whoever sets no `DATABASE_URL`: made on first start, kept in the data folder, started and
//! stopped with the process. It listens on the loopback address only and asks for a password nobody else can read.

mod cluster;
mod folder;
mod keeper;
mod making;
mod programs;

pub use cluster::{Cluster, Life};

use std::io;
use std::path::{Path, PathBuf};

/// Why the private PostgreSQL is not running; each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "No PostgreSQL programs (initdb and postgres) were found on PATH or in /usr/lib/postgresql: install the package \
         \"postgresql\", or set DATABASE_URL to a server of yours."
    )]
    NotInstalled,
    #[error(
        "The data in {folder} was made by PostgreSQL {wanted}, which is not installed here: install the package \
         \"postgresql-{wanted}\"."
    )]
    OtherVersion { folder: PathBuf, wanted: String },
    #[error(
        "The data folder {0} is in use by another Latchkey: stop that one, or choose another folder with --data \
         (LATCHKEY_DATA)."
    )]
    InUse(PathBuf),
    #[error("{path} can't be {done} ({cause}): give this user the right to it, or choose another folder with --data.")]
    Folder { path: PathBuf, done: &'static str, cause: io::Error },
    #[error(
        "PostgreSQL refuses to run as root and there is no user \"postgres\" or \"nobody\" to run it as: create one, or \
         start Latchkey as an ordinary user."
    )]
    NoUser,
    #[error(
        "The password of the private database is missing: put {0} back from a backup, or move the data folder away."
    )]
    NoPassword(PathBuf),
    #[error("{program} did not start ({cause}): check the PostgreSQL installation, or set DATABASE_URL.")]
    Program { program: PathBuf, cause: io::Error },
    #[error("The database could not be made; initdb says: {0}")]
    Initdb(String),
    #[error("The private database did not start; its log {log} says: {says}")]
    NotReady { log: PathBuf, says: String },
    #[error("The private database is running but can't be used ({0}): stop Latchkey and start it again.")]
    Unusable(#[from] sqlx::Error),
}

impl StartError {
    fn folder(path: &Path, done: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::Folder { path, done, cause }
    }
}

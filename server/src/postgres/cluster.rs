//! One cluster: its folder, its making, its settings, its address.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

use super::StartError;
use super::folder::{PidFile, absolute, lock, random_word, read_password, sweep};
use super::keeper::Keeper;
use super::making::{Started, start};
use crate::database::{Addresses, ROLE};

/// The role that owns everything in the cluster.
pub const USER: &str = "latchkey";
/// The login of the server, who may do what requests need and owns nothing.
const SERVER: &str = "latchkey_server";
/// The one database of the process.
const DATABASE: &str = "latchkey";

/// How long a cluster's data is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Safe against crashes, there again at the next start.
    Kept,
    /// For tests: fast, unsafe against power cuts, removed at the end.
    ThrowAway,
}

/// A running private PostgreSQL. It ends with this value, unless another process started it.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    password: String,
    /// None when another process of ours runs it.
    owned: Option<Owned>,
}

#[derive(Debug)]
struct Owned {
    keeper: Keeper,
    life: Life,
    /// Held while the cluster runs: the next process finds the folder in use.
    _lock: File,
}

impl Cluster {
    /// Starts the cluster of a data folder, making it first when it is not there; `folder` is the data folder, or for a
    /// throw-away cluster the folder below which its own is made.
    ///
    /// # Errors
    /// One sentence that says what to do, as all errors of starting.
    pub async fn start(folder: &Path, life: Life) -> Result<Self, StartError> {
        let folder = folder.to_owned();
        let cluster = tokio::task::spawn_blocking(move || match life {
            Life::Kept => Self::start_in(absolute(&folder)?, life),
            Life::ThrowAway => {
                sweep(&folder);
                let folder = absolute(&folder)?.join(format!("latchkey-throw-away-{}", random_word()?));
                fs::create_dir(&folder)
                    .and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o755)))
                    .map_err(StartError::folder(&folder, "made"))?;
                Self::start_in(folder.clone(), life).inspect_err(|_| remove(&folder))
            }
        })
        .await
        .map_err(|error| sqlx::Error::Io(io::Error::other(error)))??;
        cluster.ensure_database().await?;
        if let Some(owned) = &cluster.owned {
            owned.keeper.keep_running();
        }
        Ok(cluster)
    }

    /// The cluster of a data folder, started here unless another process runs it already.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub async fn join_or_start(folder: &Path) -> Result<Self, StartError> {
        match Self::start(folder, Life::Kept).await {
            Err(StartError::InUse(folder)) => Self::join(&folder).await,
            started => started,
        }
    }

    fn start_in(folder: PathBuf, life: Life) -> Result<Self, StartError> {
        let Some(lock) = lock(&folder)? else { return Err(StartError::InUse(folder)) };
        let Started { keeper, port, password } = start(&folder, life)?;
        Ok(Self { folder, port, password, owned: Some(Owned { keeper, life, _lock: lock }) })
    }

    async fn join(folder: &Path) -> Result<Self, StartError> {
        let since = Instant::now();
        loop {
            let pid_file = PidFile::read(&folder.join("postgres"));
            if let (Some(PidFile { port, ready: true, .. }), Ok(password)) = (pid_file, read_password(folder)) {
                return Ok(Self { folder: folder.to_owned(), port, password, owned: None });
            }
            if since.elapsed() > Duration::from_secs(10) {
                return Err(StartError::InUse(folder.to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The address of the process's own database, for its owner.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(USER, DATABASE)
    }

    /// The address of what new databases are copied from, for its owner.
    #[must_use]
    pub fn template_url(&self) -> String {
        self.url_of(USER, "template1")
    }

    /// The addresses of the process's own database.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        Addresses { server: self.url_of(SERVER, DATABASE), owner: self.url() }
    }

    fn url_of(&self, user: &str, database: &str) -> String {
        let Self { port, password, .. } = self;
        format!("postgres://{user}:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    async fn ensure_database(&self) -> Result<(), StartError> {
        let mut connection = PgConnection::connect(&self.url_of(USER, "postgres")).await?;
        let found: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
            .bind(DATABASE)
            .fetch_optional(&mut connection)
            .await?;
        if found.is_none() {
            connection.execute("create database latchkey").await?;
        }
        let found: Option<i32> = sqlx::query_scalar("select 1 from pg_roles where rolname = $1")
            .bind(SERVER)
            .fetch_optional(&mut connection)
            .await?;
        if found.is_none() {
            // the password is of hexadecimal digits
            let password = &self.password;
            let roles = format!(
                "do $$ begin create role {ROLE} nologin; exception when duplicate_object then null; end $$;
                 create role {SERVER} login password '{password}' in role {ROLE}"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(roles)).execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(())
    }

    /// Ends the cluster, when it was started here, and waits until its last process is gone.
    pub async fn stop(mut self) {
        if let Some(owned) = self.owned.take() {
            let folder = self.folder.clone();
            let _ = tokio::task::spawn_blocking(move || owned.stop(&folder)).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(owned) = self.owned.take() {
            owned.stop(&self.folder);
        }
    }
}

impl Owned {
    fn stop(mut self, folder: &Path) {
        self.keeper.stop(self.life == Life::ThrowAway);
        if self.life == Life::ThrowAway {
            remove(folder);
        }
    }
}

/// Removes a throw-away folder, also when its cluster lies elsewhere.
fn remove(folder: &Path) {
    if let Ok(home) = fs::canonicalize(folder.join("postgres")) {
        let _ = fs::remove_dir_all(home);
    }
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "a throw-away database was not removed");
    }
}

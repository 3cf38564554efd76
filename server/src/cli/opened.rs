//! An installation opened for work: its database (private or given), its keys, its clock.

use std::path::Path;
use std::sync::Arc;

use domain::PgPool;
use domain::cx::{Clock, Cx, World};
use domain::seal::{self, KeyTrouble, Seal};
use server::config::DataConfig;
use server::postgres::{Cluster, Life};
use server::{database, keys};

use super::stop::Stop;

/// Everything a command works with. [`Opened::close`] ends what was started for it.
pub struct Opened {
    pub world: Arc<World>,
    cluster: Option<Cluster>,
}

/// Whether the private database has to be ours alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The server: a second one on the same folder is refused.
    Alone,
    /// A command: beside a running server it uses that one's database.
    Beside,
}

impl Opened {
    /// Opens the installation that the settings name, with the schema brought up to date.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub async fn start(config: &DataConfig, origin: String, sharing: Sharing) -> Result<Self, Stop> {
        make_folder(&config.data)?;
        let key = read_key(config)?;
        let (cluster, url) = start_database(config, sharing).await?;
        let db = database::open(&url).await?;
        let seal = Seal::new(&key);
        seal::verify(&db, &seal).await.map_err(|trouble| match trouble {
            KeyTrouble::OtherKey => Stop::wrong(format!(
                "The key does not fit the database, which was made with another one: put that one into {} or {}.",
                config.keys_file().display(),
                keys::VARIABLE
            )),
            KeyTrouble::Database => {
                Stop::failed("The database stopped answering: start Latchkey again when it is back.")
            }
        })?;
        let clock = Clock::start(&db).await?;
        let world = World { rw: db.clone(), ro: db, seal, clock, tickets: Default::default(), origin };
        Ok(Self { world: Arc::new(world), cluster })
    }

    /// Opens the installation for a command, which knows the address people use from the running server, if any.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub async fn for_command(config: &DataConfig) -> Result<Self, Stop> {
        let origin = super::serving::origin(config);
        Self::start(config, origin, Sharing::Beside).await
    }

    /// The database.
    pub fn db(&self) -> &PgPool {
        &self.world.rw
    }

    /// The circumstances of a deed of Latchkey itself.
    pub fn cx(&self) -> Cx {
        Cx::system(&self.world)
    }

    /// Ends what was started.
    pub async fn close(self) {
        self.world.rw.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// The database that the settings name; the private one is started when it does not run.
///
/// # Errors
/// One sentence that says what to do.
pub async fn start_database(config: &DataConfig, sharing: Sharing) -> Result<(Option<Cluster>, String), Stop> {
    if let Some(url) = config.database_url.as_ref().filter(|url| !url.is_empty()) {
        return Ok((None, url.clone()));
    }
    let cluster = match sharing {
        Sharing::Alone => Cluster::start(&config.data, Life::Kept).await?,
        Sharing::Beside => Cluster::join_or_start(&config.data).await?,
    };
    let url = cluster.url();
    Ok((Some(cluster), url))
}

fn read_key(config: &DataConfig) -> Result<[u8; 32], Stop> {
    let variable = match std::env::var(keys::VARIABLE) {
        Ok(text) => Some(text),
        Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => Some("?".to_owned()),
    };
    Ok(keys::load(variable.as_deref(), &config.keys_file(), config.demo)?)
}

fn make_folder(folder: &Path) -> Result<(), Stop> {
    std::fs::create_dir_all(folder).and_then(|()| std::fs::read_dir(folder).map(drop)).map_err(|cause| {
        Stop::wrong(format!(
            "The data folder {} can't be used ({cause}): give this user the right to it, or choose another one with \
                 --data (LATCHKEY_DATA).",
            folder.display()
        ))
    })
}

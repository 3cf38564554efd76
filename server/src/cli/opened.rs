//! An installation opened for work: its database (private or given), its keys, its clock.

use std::path::Path;
use std::sync::Arc;

use domain::PgPool;
use domain::cx::{Clock, Cx, World};
use domain::seal::{self, KeyTrouble, Seal};
use server::config::DataConfig;
use server::database::Addresses;
use server::postgres::{Cluster, Life};
use server::{database, keys};

use super::stop::Stop;

/// Everything a command works with. [`Opened::close`] ends what was started for it.
pub struct Opened {
    pub world: Arc<World>,
    /// The same world for jobs and for commands that look at much.
    pub patient: Arc<World>,
    addresses: Addresses,
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
        let (cluster, addresses) = start_database(config, sharing).await?;
        let (db, jobs) = database::open(&addresses).await?;
        if domain::server_log::tells_parameters(&db).await.unwrap_or(false) {
            tracing::warn!(
                "the database logs what statements are sent with, codes and addresses among it: set log_parameter_max_length \
                 and log_parameter_max_length_on_error to 0"
            );
        }
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
        let patient = Arc::new(world.with_patience(jobs));
        Ok(Self { world: Arc::new(world), patient, addresses, cluster })
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
        Cx::system(&self.patient)
    }

    /// Lets the database count what stands in it.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub async fn count_anew(&self) -> Result<(), Stop> {
        Ok(database::count_anew(&self.addresses).await?)
    }

    /// Ends what was started.
    pub async fn close(self) {
        self.world.rw.close().await;
        self.patient.rw.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// The database that the settings name; the private one is started when it does not run.
///
/// # Errors
/// One sentence that says what to do.
pub async fn start_database(config: &DataConfig, sharing: Sharing) -> Result<(Option<Cluster>, Addresses), Stop> {
    if let Some(url) = config.database_url.as_ref().filter(|url| !url.is_empty()) {
        let owner = config.owner_database_url.as_ref().filter(|url| !url.is_empty()).unwrap_or(url);
        return Ok((None, Addresses { server: url.clone(), owner: owner.clone() }));
    }
    let cluster = match sharing {
        Sharing::Alone => Cluster::start(&config.data, Life::Kept).await?,
        Sharing::Beside => Cluster::join_or_start(&config.data).await?,
    };
    let addresses = cluster.addresses();
    Ok((Some(cluster), addresses))
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

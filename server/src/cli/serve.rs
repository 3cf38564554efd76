//! `latchkey serve`: opens the installation, serves it until told to stop, and ends everything it started.

use std::net::SocketAddr;
use std::process::ExitCode;

use domain::demo::DemoFacts;
use server::config::Config;
use server::geo::Countries;
use server::mail::Mailer;
use server::webhook::Courier;
use server::{listen, ops, telemetry, worker};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::opened::{Opened, Sharing};
use super::serving::Serving;
use super::stop::Stop;
use super::{say, welcome};

/// Serve until told to stop (Ctrl-C, SIGTERM)
#[derive(Debug, clap::Args)]
pub struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        let mut config = self.config;
        telemetry::start_log();
        let metrics = telemetry::start_metrics();
        // Caught from here on, so that a Ctrl-C while starting ends the database as well.
        let mut told = Told::new()?;
        let public = bind(config.listen, "--listen (LATCHKEY_LISTEN)").await?;
        // of a port that the system chose, the next one may be somebody else's
        let private = bind(config.ops_listen(), "--ops-listen (LATCHKEY_OPS_LISTEN)").await?;
        config.listen = public.local_addr()?;
        let countries = Countries::open(config.country_db().as_deref())?;
        let mailer = Mailer::new(&config)?;
        let courier = Courier::new(&config);
        let opened = tokio::select! {
            opened = Opened::start(&config.data, config.origin(), Sharing::Alone) => opened?,
            () = told.stop_asked() => return Ok(ExitCode::SUCCESS),
        };
        let demo = if config.data.demo { Some(demo(&opened).await?) } else { None };
        let serving = Serving { origin: config.origin(), mail_dir: absolute(&config) };
        serving.write(&config.data.data)?;

        let router = server::router(&config, &opened.world, countries)?;
        let operations = ops::router(opened.db().clone(), metrics);
        let demo = demo.as_ref().map(|facts| (facts, opened.world.clock.now()));
        // Nobody has to read it.
        let _ = say(&welcome::text(&serving, config.smtp.is_some(), demo, &config.data.data));
        tracing::info!(listen = %config.listen, ops = %private.local_addr()?, "serving");

        let (stop, stopped) = watch::channel(false);
        let jobs = worker::start(&opened.patient, mailer, courier);
        let front = tokio::spawn(listen::serve(public, router, config.max_connections, until(stopped.clone())));
        let back = tokio::spawn(listen::serve(private, operations, 64, until(stopped)));
        told.stop_asked().await;
        tracing::info!("stopping: requests in flight have 10 seconds");
        stop.send_replace(true);
        tokio::select! {
            _ = async { (front.await, back.await) } => {}
            () = told.stop_asked() => tracing::warn!("told again: not waiting any longer"),
        }
        jobs.stop().await;
        opened.close().await;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }
}

/// The demo as it stands, filled on the first start.
async fn demo(opened: &Opened) -> Result<DemoFacts, Stop> {
    let cx = opened.cx();
    match domain::demo::facts(&cx).await {
        Err(domain::Error::NotFound) => {
            let hash = app::auth::password::hash(domain::demo::PASSWORD).await?;
            domain::demo::fill_busy(&cx, &hash).await.map_err(|_| {
                Stop::failed("The demo office could not be filled: remove the data folder and start again.")
            })?;
            Ok(domain::demo::facts(&opened.cx()).await?)
        }
        facts => Ok(facts?),
    }
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, Stop> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Stop::wrong(format!(
            "The address {address} is in use: stop what listens there, or choose another one with {setting}."
        )),
        _ => Stop::wrong(format!(
            "The address {address} can't be listened on ({error}): choose another one with {setting}."
        )),
    })
}

/// The mail folder as programs elsewhere find it.
fn absolute(config: &Config) -> std::path::PathBuf {
    let folder = config.mail_folder();
    std::path::absolute(&folder).unwrap_or(folder)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // The other end is dropped only when the process is over anyway.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The signals that end the server.
struct Told {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Told {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn stop_asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

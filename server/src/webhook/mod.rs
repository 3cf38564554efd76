//! Takes messages from the outbox and sends them to the systems of sellers and of the vendor, each signed, each endpoint at
//! its own pace.

pub mod address;
mod post;

use std::sync::Arc;
use std::time::Duration;

use domain::cx::World;
use domain::webhook::DeliveryTrouble;
use domain::webhook::store::{Delivery, delivered, for_delivery, refused};
use http::StatusCode;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

use crate::config::Config;
use crate::webhook::address::Target;
use crate::webhook::post::{Signed, post};

/// The most messages that are on their way at a time.
const AT_ONCE: usize = 64;
/// How often the outbox is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// The way messages leave.
#[derive(Clone)]
pub struct Courier {
    tls: TlsConnector,
    /// Whether messages may go to addresses inside, and unencrypted.
    allow_private: bool,
}

impl Courier {
    /// The way the settings say.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { tls: post::tls(), allow_private: config.webhooks.allow_private || config.data.demo }
    }

    /// Sends what is due, again and again. No message waits for another endpoint's.
    pub async fn run(self, world: Arc<World>) {
        let mut on_their_way = JoinSet::new();
        loop {
            while on_their_way.try_join_next().is_some() {}
            if let Err(error) = self.take(&world, &mut on_their_way).await {
                tracing::warn!(%error, "the outbox of messages could not be read");
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Sends what is due once, waits for all of it, and says how many messages that were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn deliver_due(&self, world: &Arc<World>) -> domain::Result<usize> {
        let mut on_their_way = JoinSet::new();
        self.take(world, &mut on_their_way).await?;
        let taken = on_their_way.len();
        while on_their_way.join_next().await.is_some() {}
        Ok(taken)
    }

    async fn take(&self, world: &Arc<World>, on_their_way: &mut JoinSet<()>) -> domain::Result<()> {
        let free = i64::try_from(AT_ONCE.saturating_sub(on_their_way.len())).unwrap_or(0);
        for delivery in for_delivery(world, world.clock.now(), free).await? {
            let (courier, world) = (self.clone(), Arc::clone(world));
            on_their_way.spawn(async move { courier.deliver(&world, delivery).await });
        }
        Ok(())
    }

    async fn deliver(&self, world: &World, delivery: Delivery) {
        let Delivery { id, tries, .. } = delivery;
        let answer = self.send(world, delivery).await;
        let now = world.clock.now();
        let noted = match answer {
            Ok(status) if status.is_success() => {
                metrics::counter!("latchkey_webhooks_delivered_total").increment(1);
                delivered(world, id, now, status.as_u16()).await
            }
            other => {
                metrics::counter!("latchkey_webhooks_failed_total").increment(1);
                let (trouble, status) = match other {
                    Ok(status) => (DeliveryTrouble::Refused, Some(status.as_u16())),
                    Err(trouble) => (trouble, None),
                };
                tracing::warn!(webhook = %id, tries, %trouble, status, "a message was not taken");
                refused(world, id, tries, now, trouble, status).await
            }
        };
        if let Err(error) = noted {
            tracing::warn!(webhook = %id, %error, "what became of a message could not be noted; it is sent again");
        }
    }

    async fn send(&self, world: &World, delivery: Delivery) -> Result<StatusCode, DeliveryTrouble> {
        let target = Target::parse(&delivery.url, self.allow_private).map_err(|_| DeliveryTrouble::Address)?;
        let at = world.clock.now();
        let signature = delivery.secret.sign(delivery.id, at, &delivery.body);
        let signed = Signed { id: delivery.id.to_string(), at: at.unix_timestamp(), signature, body: delivery.body };
        post(&self.tls, &target, signed).await
    }
}

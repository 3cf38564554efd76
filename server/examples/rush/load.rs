//! Our side: devices that ask over HTTP, as many at a time as there are lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::PgPool;
use tokio::task::JoinSet;

use crate::Failure;
use crate::cost::{self, Counted};
use crate::stock::{HOT, Shared, Stock};
use crate::wire::{Answer, Line};

/// Connections at a time for activations, and for heartbeats, which wait for each other.
const LINES: usize = 16;
const BEATING: usize = 256;

pub struct Load<'a> {
    db: PgPool,
    address: String,
    stock: &'a Stock,
}

/// So many answered requests, and what they took.
pub struct Done {
    count: usize,
    turned_away: usize,
    took: Duration,
    counted: Counted,
}

impl Done {
    /// Requests in a second.
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.took.as_secs_f64()
    }

    /// What one of them cost the database.
    pub fn each(&self) -> String {
        format!("{}; {} were told to come back", self.counted.each(self.count), self.turned_away)
    }
}

/// A request: whose token, and what is sent.
type Ask = (String, String, String);

impl<'a> Load<'a> {
    pub fn new(db: PgPool, address: String, stock: &'a Stock) -> Self {
        Self { db, address, stock }
    }

    fn device(&self, number: usize) -> (String, String) {
        (self.stock.tokens[number].clone(), format!("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255))
    }

    fn activation(&self, number: usize, code: &str) -> Ask {
        let (token, from) = self.device(number);
        (token, from, format!(r#"{{"code":"{code}","accept_agreement":true}}"#))
    }

    fn hot_ones(&self) -> Vec<Ask> {
        let first = self.stock.tokens.len() - HOT;
        (0..HOT).map(|number| self.activation(first + number, &self.stock.hot)).collect()
    }

    /// Each code for the first time, on a device of its own.
    pub async fn activations(&self, first: usize, many: usize) -> Result<Done, Failure> {
        let asks = (first..first + many).map(|number| self.activation(number, &self.stock.codes[number])).collect();
        self.run("/api/v1/activations", asks, None, LINES).await
    }

    /// Waits for nothing: fails when the server does not answer.
    pub async fn greet(&self) -> Result<(), Failure> {
        match Line::open(&self.address).await?.get("/robots.txt").await?.status {
            200 => Ok(()),
            status => Err(format!("the server answered {status}").into()),
        }
    }

    /// Gives each of the hot devices its seat.
    pub async fn seat_the_hot(&self) -> Result<Shared, Failure> {
        self.run("/api/v1/activations", self.hot_ones(), None, 1).await?;
        Shared::find(&self.db).await
    }

    /// The hot devices enter the one code again and again.
    pub async fn hot(&self, turn: Duration) -> Result<Done, Failure> {
        self.run("/api/v1/activations", self.hot_ones(), Some(turn), LINES).await
    }

    fn heartbeat_of_each(&self) -> Vec<Ask> {
        let ask = |number| {
            let (token, from) = self.device(number);
            (token, from, "{}".to_owned())
        };
        (0..self.stock.tokens.len()).map(ask).collect()
    }

    /// Every device calls once, so that all have a contact; pgbench's are given one.
    pub async fn call_once(&self) -> Result<(), Failure> {
        self.run("/api/v1/heartbeat", self.heartbeat_of_each(), None, BEATING).await?;
        let given =
            "insert into device_contact (device_id, last_seen_at) select id, now() from device on conflict do nothing";
        sqlx::query(given).execute(&self.db).await?;
        sqlx::query("vacuum analyze").execute(&self.db).await?;
        Ok(())
    }

    pub async fn heartbeats(&self, turn: Duration) -> Result<Done, Failure> {
        self.run("/api/v1/heartbeat", self.heartbeat_of_each(), Some(turn), BEATING).await
    }

    /// Asks each once, or all again and again for a turn.
    async fn run(
        &self,
        path: &'static str,
        asks: Vec<Ask>,
        turn: Option<Duration>,
        lines: usize,
    ) -> Result<Done, Failure> {
        let since = cost::begin(&self.db).await?;
        let (asks, next) = (Arc::new(asks), Arc::new(AtomicUsize::new(0)));
        let turned_away = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let mut all = JoinSet::new();
        for _ in 0..lines {
            let (asks, next, mut line) = (Arc::clone(&asks), Arc::clone(&next), Line::open(&self.address).await?);
            let turned_away = Arc::clone(&turned_away);
            all.spawn(async move {
                let mut answered = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let over = turn.map_or(number >= asks.len(), |turn| began.elapsed() >= turn);
                    if over {
                        return Ok::<usize, Failure>(answered);
                    }
                    let (token, from, body) = &asks[number % asks.len()];
                    loop {
                        let Answer { status, retry_after, body } = line.post(path, token, from, body).await?;
                        match status {
                            200 | 201 => break,
                            // too much at once: the same request is sent again
                            503 if retry_after.is_some() => turned_away.fetch_add(1, Ordering::Relaxed),
                            _ => return Err(format!("{path} answered {status}: {body}").into()),
                        };
                    }
                    answered += 1;
                }
            });
        }
        let mut count = 0;
        while let Some(answered) = all.join_next().await {
            count += answered??;
        }
        let took = began.elapsed();
        let turned_away = turned_away.load(Ordering::Relaxed);
        Ok(Done { count, turned_away, took, counted: cost::end(&self.db, &since).await? })
    }
}

//! The load of `script/bench`: activations and heartbeats over HTTP beside pgbench running the same statements on the same
//! database, in turns; and what each of ours costs there.

mod cost;
mod load;
mod pgbench;
mod stock;
#[path = "../../tests/faults/wire.rs"]
mod wire;

use std::time::Duration;

use domain::PgPool;

use load::{Done, Load};
use pgbench::Rival;
use stock::Stock;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a turn is that uses nothing up.
const TURN: Duration = Duration::from_secs(4);
/// Activations in each turn of random codes; each uses up a code and a device.
const ACTIVATIONS: usize = 3000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(rounds)) = (arguments.next(), arguments.next()) else {
        return Err("usage: rush ADDRESS ROUNDS, with DATABASE_URL and LATCHKEY_KEY set".into());
    };
    let rounds: usize = rounds.parse()?;
    let url = std::env::var("DATABASE_URL")?;
    let db = PgPool::connect(&url).await?;
    sqlx::query("create extension if not exists pg_stat_statements").execute(&db).await?;
    let stock = Stock::fill(&db, (rounds + 1) * ACTIVATIONS).await?;
    let load = Load::new(db.clone(), address, &stock);
    load.greet().await?;
    let rival = Rival::new(url, &stock)?;

    // nobody's tables are empty: plans made for that would be measured
    load.activations(0, ACTIVATIONS).await?;
    rival.activations(0, ACTIVATIONS)?;
    sqlx::query("vacuum analyze").execute(&db).await?;
    let random = async |round| {
        let first = (round + 1) * ACTIVATIONS;
        Ok((load.activations(first, ACTIVATIONS).await?, rival.activations(first, ACTIVATIONS)?))
    };
    turns("activations of random codes", 0.5, rounds, random).await?;
    let license = load.seat_the_hot().await?;
    let hot = async |_| Ok((load.hot(TURN).await?, rival.hot(&license, TURN)?));
    turns("activations of one hot license", 0.5, rounds, hot).await?;
    load.call_once().await?;
    println!("\n{:<36}{:>10}{:>12}{:>8}", "heartbeats", "batched/s", "single/s", "ratio");
    let mut ratios = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let over_http = load.heartbeats(TURN).await?;
        let (batched, single) = (rival.batched(TURN)?, rival.heartbeats(TURN)?);
        println!("{:<36}{batched:>10.0}{single:>12.0}{:>8.1}", round + 1, batched / single);
        println!("  over HTTP {:.0}/s, each: {}", over_http.rate(), over_http.each());
        ratios.push(batched / single);
    }
    median(ratios, 20.0);
    Ok(())
}

fn median(mut ratios: Vec<f64>, bar: f64) {
    ratios.sort_by(f64::total_cmp);
    println!("median ratio: {:.2}, to be {bar} or more", ratios[ratios.len() / 2]);
}

/// Takes turns, and prints both rates, their ratio and what one of ours cost.
async fn turns(
    what: &str,
    bar: f64,
    rounds: usize,
    turn: impl AsyncFn(usize) -> Result<(Done, f64), Failure>,
) -> Result<(), Failure> {
    println!("\n{what:<36}{:>10}{:>12}{:>8}", "ours/s", "pgbench/s", "ratio");
    let mut ratios = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let (ours, theirs) = turn(round).await?;
        let ratio = ours.rate() / theirs;
        println!("{:<36}{:>10.0}{theirs:>12.0}{ratio:>8.2}", round + 1, ours.rate());
        println!("  each: {}", ours.each());
        ratios.push(ratio);
    }
    median(ratios, bar);
    Ok(())
}

//! `latchkey issue-codes`: makes activation codes and prints them, this once.

use std::process::ExitCode;

use domain::code::store::{IssueCodes, Purchase, issue};
use domain::code::{CodeKind, StartRule};
use domain::country::Country;
use domain::license::Term;
use domain::order::Channel;
use domain::seat::Seats;
use server::config::DataConfig;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, Time};

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Make activation codes and print them, one a line; they are shown this once
#[derive(Debug, clap::Args)]
pub struct Issue {
    #[command(flatten)]
    data: DataConfig,

    /// The product's SKU
    #[arg(long)]
    product: String,

    /// What they are sold or given as: commercial, renewal, trial, subscription or promo
    #[arg(long, default_value = "commercial")]
    kind: CodeKind,

    /// Devices of each class, like desktop=5,file_server=1
    #[arg(long)]
    seats: Seats,

    /// How many days the license runs
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,

    /// The countries the codes may be activated in, by their two letters; everywhere when none is given
    #[arg(long, value_delimiter = ',')]
    country: Vec<Country>,

    /// How many codes
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    count: u16,

    /// When the term begins: on_first_activation or on_order
    #[arg(long, default_value = "on_first_activation")]
    start_rule: StartRule,

    /// The last day on which the codes can be activated for the first time, as year-month-day (UTC)
    #[arg(long, value_parser = read_date)]
    redeem_by: Option<Date>,

    /// Who sold them, by the seller's code
    #[arg(long, default_value = "NW-IN")]
    seller: String,

    /// How they were sold: box, card, online_store, partner or provider
    #[arg(long, default_value = "online_store")]
    channel: Channel,

    /// The order number, which each order of a seller has once
    #[arg(long)]
    order_number: Option<String>,
}

impl Issue {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let cx = opened.cx();
        let order = IssueCodes {
            sku: self.product,
            kind: self.kind,
            seats: self.seats,
            term: Term::of_days(self.days),
            start_rule: self.start_rule,
            redeem_by: self.redeem_by.map(end_of),
            countries: self.country,
            purchase: Purchase {
                seller: self.seller,
                order_number: self.order_number,
                channel: self.channel,
                buyer_name: None,
                buyer_email: None,
                ordered_at: cx.now,
            },
            count: usize::from(self.count),
        };
        let issued = issue(cx, order).await;
        opened.close().await;
        let lines: String = issued?.iter().map(|code| code.reveal() + "\n").collect();
        say(&lines)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn read_date(typed: &str) -> Result<Date, &'static str> {
    Date::parse(typed, &Iso8601::DATE).map_err(|_| "write a day as 2027-03-31")
}

/// The instant at which a day is over.
fn end_of(day: Date) -> OffsetDateTime {
    day.next_day().unwrap_or(day).with_time(Time::MIDNIGHT).assume_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_whole() {
        let day = read_date("2027-12-31").unwrap();
        assert_eq!(end_of(day).unix_timestamp(), 1_830_297_600);
        assert!(read_date("31.12.2027").is_err() && read_date("2027-02-30").is_err());
    }
}

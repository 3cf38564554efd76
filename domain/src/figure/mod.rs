//! Figures for those who lead support: what waits, how fast it is answered, what is activated and refused, what ends soon, and
//! what honest use does not explain. They are counted by day as things happen.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::lookup::Record;

/// How far ahead ends are looked at, in days.
pub const AHEAD: i32 = 84;
/// The most anomalies of one kind that are listed, so that one kind, however frequent, hides none of the others.
pub const MOST_ANOMALIES: i64 = 10;

crate::choice! {
    /// What is counted by day.
    pub enum Figure {
        /// Devices that took a seat, by country.
        Activated = "activated",
        /// Codes that were refused, by refusal.
        Refused = "refused",
        /// The same by country.
        RefusedIn = "refused_in",
        /// Requests that came in, by kind.
        Opened = "opened",
        /// Cases that got their first answer, by how long it took.
        FirstAnswer = "first_answer",
        /// Cases and recoveries that were decided, by how long it took.
        Decided = "decided",
        /// Licenses that end, by kind.
        Ends = "ends",
    }
}

crate::choice! {
    /// How long something took, or waits.
    pub enum Span {
        /// Up to an hour.
        Hour = "hour",
        /// Up to four hours.
        FourHours = "four_hours",
        /// Up to a day.
        Day = "day",
        /// Up to three days.
        ThreeDays = "three_days",
        /// Longer.
        Longer = "longer",
    }
}

crate::choice! {
    /// The days that are looked back on.
    pub enum Period {
        /// A week.
        Week = "7",
        /// Thirty days.
        Month = "30",
        /// Ninety days.
        Quarter = "90",
        /// A year.
        Year = "365",
    }
}

impl Period {
    /// Its days.
    #[must_use]
    pub const fn days(self) -> i32 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }

    /// The days that are drawn as one column.
    #[must_use]
    pub const fn step(self) -> i32 {
        match self {
            Self::Week | Self::Month => 1,
            Self::Quarter | Self::Year => 7,
        }
    }

    /// The last day of each column, the oldest first, up to `today`.
    #[must_use]
    pub fn columns(self, today: Date) -> Vec<Date> {
        let count = self.days() / self.step();
        (0..count).rev().map(|n| today - Duration::days(i64::from(n * self.step()))).collect()
    }
}

/// Requests that wait, of one state and age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The state of a case or a recovery, by its word.
    pub state: String,
    /// Whether they are recoveries.
    pub recovery: bool,
    /// Since when they wait.
    pub age: Span,
    /// How many.
    pub count: i64,
}

/// A figure over the whole period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// What was counted.
    pub figure: Figure,
    /// Of what kind.
    pub key: String,
    /// How many.
    pub count: i64,
}

/// A figure of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What was counted.
    pub figure: Figure,
    /// The last day of the column.
    pub day: Date,
    /// How many.
    pub count: i64,
}

/// Something that honest use does not explain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// When it was found.
    pub at: OffsetDateTime,
    /// What, by its name in the log.
    pub event: String,
    /// The product.
    pub product: String,
    /// The last block of the code.
    pub tail: String,
    /// The record to open for a case.
    pub record: (Record, Uuid),
}

/// Everything that the page of pictures shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictures {
    /// When it was read.
    pub now: OffsetDateTime,
    /// The period.
    pub period: Period,
    /// What waits.
    pub waiting: Vec<Waiting>,
    /// Figures over the period, the largest of each first.
    pub sums: Vec<Sum>,
    /// Figures column by column.
    pub points: Vec<Point>,
    /// What honest use does not explain, the newest first.
    pub anomalies: Vec<Anomaly>,
}

impl Pictures {
    /// A figure by its kinds.
    pub fn by_key(&self, figure: Figure) -> impl Iterator<Item = &Sum> {
        self.sums.iter().filter(move |sum| sum.figure == figure)
    }

    /// A figure over the whole period.
    #[must_use]
    pub fn total(&self, figure: Figure) -> i64 {
        self.by_key(figure).map(|sum| sum.count).sum()
    }

    /// What a figure was in the column that ends with `day`.
    #[must_use]
    pub fn at(&self, figure: Figure, day: Date) -> i64 {
        self.points.iter().filter(|point| point.figure == figure && point.day == day).map(|point| point.count).sum()
    }

    /// How many of a figure took this long.
    #[must_use]
    pub fn of_span(&self, figure: Figure, span: Span) -> i64 {
        self.by_key(figure).filter(|sum| sum.key == span.as_str()).map(|sum| sum.count).sum()
    }

    /// The last days of the weeks ahead.
    #[must_use]
    pub fn weeks_ahead(&self) -> Vec<Date> {
        (1..=AHEAD / 7).map(|week| self.now.date() + Duration::days(i64::from(week * 7))).collect()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_columns_end_today_and_reach_back_over_the_period() {
        let week = Period::Week.columns(date!(2027 - 03 - 14));
        assert_eq!((week.len(), week[0], week[6]), (7, date!(2027 - 03 - 08), date!(2027 - 03 - 14)));
        let year = Period::Year.columns(date!(2027 - 03 - 14));
        assert_eq!((year.len(), year[51]), (52, date!(2027 - 03 - 14)));
        assert_eq!(year[1] - year[0], Duration::days(7));
    }
}

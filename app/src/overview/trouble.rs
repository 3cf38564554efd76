//! Which licenses need somebody, and which of them most.

use domain::license::Standing;
use domain::license::details::LicenseCard;
use time::{Duration, OffsetDateTime};

use crate::{paths, wording};

/// A license that ended and that no device uses is worth a word for this long.
const REMEMBERED: Duration = Duration::days(90);

/// One license that needs somebody.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    /// The license's card.
    pub card: LicenseCard,
    /// Where it stands.
    pub standing: Standing,
}

/// The licenses that need somebody, worst first: blocked, ended, paused, ending.
pub(super) fn troubles(cards: &[LicenseCard], now: OffsetDateTime) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = cards
        .iter()
        .map(|card| Trouble { card: card.clone(), standing: card.facts.standing(now) })
        .filter(|trouble| trouble.matters(now))
        .collect();
    troubles.sort_by_key(|trouble| (trouble.rank(), trouble.card.facts.ends_at()));
    troubles
}

impl Trouble {
    fn matters(&self, now: OffsetDateTime) -> bool {
        match self.standing {
            Standing::Blocked | Standing::Suspended | Standing::Grace => true,
            Standing::Expiring => !self.card.has_reserve,
            Standing::Expired => self.in_use() > 0 || now - self.card.facts.ends_at() < REMEMBERED,
            Standing::Trial => self.card.facts.warns(now, self.card.has_reserve),
            Standing::Active | Standing::Cancelled => false,
        }
    }

    fn rank(&self) -> u8 {
        match self.standing {
            Standing::Blocked => 0,
            Standing::Expired => 1,
            Standing::Suspended => 2,
            Standing::Grace => 3,
            _ => 4,
        }
    }

    fn in_use(&self) -> u32 {
        self.card.seats.iter().map(|seat| seat.used).sum()
    }

    /// What has happened, and who it touches.
    pub(super) fn sentence(&self, now: OffsetDateTime) -> String {
        let facts = &self.card.facts;
        let end = wording::day(facts.ends_at());
        let devices = match self.in_use() {
            0 => "No device uses it.".to_owned(),
            1 => "1 device uses it.".to_owned(),
            count => format!("{count} devices use it."),
        };
        match self.standing {
            Standing::Blocked => {
                let until = facts
                    .functions_until()
                    .map(|until| format!(" Devices keep working until {}.", wording::day(until)));
                format!("Its code is blocked.{} {devices}", until.unwrap_or_default())
            }
            Standing::Expired => format!("Ended on {end}, {}. {devices}", wording::ago(facts.ends_at(), now)),
            Standing::Suspended => format!("The subscription is paused, or a payment failed. {devices}"),
            Standing::Grace => {
                let until =
                    facts.grace_until.map(|until| format!(" Everything still works until {}.", wording::day(until)));
                format!("Ended on {end}.{} {devices}", until.unwrap_or_default())
            }
            _ => format!("Ends on {end}: {}. {devices}", wording::remaining(facts.remaining(now))),
        }
    }

    /// The one button: where it leads and what it says.
    pub(super) fn action(&self) -> (String, &'static str) {
        match self.standing {
            Standing::Expired | Standing::Expiring | Standing::Trial => {
                (paths::ADD_CODE.to_owned(), "Add activation code")
            }
            _ => (paths::license(self.card.id), "See details"),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::code::CodeKind;
    use domain::id::LicenseId;
    use domain::license::LicenseFacts;
    use domain::seat::{SeatClass, SeatCount};
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-06-01 10:00 UTC);

    fn card(days: i64, used: u32, blocked: bool) -> LicenseCard {
        LicenseCard {
            id: LicenseId(uuid::Uuid::nil()),
            product: "Small Office Security".to_owned(),
            facts: LicenseFacts {
                kind: CodeKind::Commercial,
                starts_at: NOW - Duration::days(400),
                expires_at: NOW + Duration::days(days),
                grace_until: None,
                blocked_at: blocked.then_some(NOW - Duration::DAY),
                cancelled_at: None,
                suspended_at: None,
                protection_ends: false,
            },
            has_reserve: false,
            seats: vec![SeatCount { class: SeatClass::Desktop, total: 5, used }],
        }
    }

    #[test]
    fn blocked_comes_before_ended_before_ending() {
        let cards =
            [card(20, 1, false), card(-5, 2, false), card(200, 1, true), card(10, 1, false), card(300, 1, false)];
        let found = troubles(&cards, NOW);
        let standings: Vec<Standing> = found.iter().map(|trouble| trouble.standing).collect();
        assert_eq!(standings, [Standing::Blocked, Standing::Expired, Standing::Expiring, Standing::Expiring]);
        assert_eq!(found[2].card.facts.days_left(NOW), 10);
    }

    #[test]
    fn an_end_behind_which_a_code_waits_needs_nobody() {
        let ending = card(10, 1, false);
        assert!(troubles(&[LicenseCard { has_reserve: true, ..ending.clone() }], NOW).is_empty());
        assert_eq!(troubles(&[ending], NOW).len(), 1);
    }

    #[test]
    fn an_old_end_matters_only_while_devices_depend_on_it() {
        assert!(troubles(&[card(-200, 0, false)], NOW).is_empty());
        assert_eq!(troubles(&[card(-200, 1, false)], NOW).len(), 1);
        assert_eq!(troubles(&[card(-20, 0, false)], NOW).len(), 1);
    }
}

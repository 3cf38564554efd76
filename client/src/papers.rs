//! What a device goes by when the server can't be reached: its newest ticket, the keys to check it with, and what it
//! knows of the time.

use domain::device_api::{DeviceStatus, TicketKeys};
use domain::id::DeviceId;
use domain::ticket::jws::{Distrust, verify_for};
use domain::ticket::{Offline, Reading, Ticket, Watch, standing_offline};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Kept in the state file from one run to the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Papers {
    /// The device, as the server calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// The keys that the server has published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<TicketKeys>,
    /// The newest ticket, as it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// What is known of the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// The device as the server told it last; shown, and never gone by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Value>,
}

/// Why a ticket is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is not believed.
    #[error(transparent)]
    Distrust(#[from] Distrust),
    /// A newer one was seen before.
    #[error(transparent)]
    Stale(#[from] domain::ticket::offline::Stale),
}

/// How the device stands without the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// There is no ticket: nothing is activated here, as far as is known.
    NoTicket,
    /// There is one that is not believed.
    Distrusted(Distrust),
    /// The ticket says so.
    By(Box<Ticket>, Offline),
}

impl Papers {
    /// Keeps a fresh ticket, and takes the server's word for the time from it.
    ///
    /// # Errors
    /// Why it is not kept; what was kept before stays.
    pub fn take(&mut self, text: &str, device: DeviceId, reading: &Reading) -> Result<(), Unfit> {
        let none = TicketKeys { keys: Vec::new() };
        let ticket = verify_for(device, text, self.keys.as_ref().unwrap_or(&none))?;
        match &mut self.watch {
            Some(watch) => watch.hear(&ticket, reading)?,
            None => self.watch = Some(Watch::begin(&ticket, reading)),
        }
        self.device_id = Some(device);
        self.ticket = Some(text.to_owned());
        Ok(())
    }

    /// Forgets the ticket: the license is no longer used here. What is known of the time stays.
    pub fn give_up_ticket(&mut self) {
        self.ticket = None;
    }

    /// Looks at the clocks, and judges. The papers have to be saved afterwards: what was seen now counts the next time.
    pub fn stand(&mut self, reading: &Reading) -> Stands {
        let Some(text) = &self.ticket else { return Stands::NoTicket };
        let (Some(device), Some(keys)) = (self.device_id, &self.keys) else {
            return Stands::Distrusted(Distrust::UnknownKey);
        };
        let ticket = match verify_for(device, text, keys) {
            Ok(ticket) => ticket,
            Err(distrust) => return Stands::Distrusted(distrust),
        };
        // without a watch, the ticket itself is the latest that is known
        let watch = self.watch.get_or_insert_with(|| Watch::begin(&ticket, reading));
        watch.look(reading);
        let offline = standing_offline(&ticket, watch);
        Stands::By(Box::new(ticket), offline)
    }

    /// The ticket, for showing until when it is good.
    pub fn ticket(&self) -> Option<Ticket> {
        verify_for(self.device_id?, self.ticket.as_deref()?, self.keys.as_ref()?).ok()
    }

    /// The device as the server told it last, if this program understands it.
    pub fn last_told(&self) -> Option<DeviceStatus> {
        self.told.as_ref().and_then(|told| DeviceStatus::deserialize(told).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::LicenseId;
    use domain::license::{Level, Standing};
    use domain::ticket::jws::Signer;
    use domain::ticket::{GRACE, LIFE, Why};
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};
    use uuid::Uuid;

    const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
    const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));

    fn signer() -> Signer {
        Signer::new("k1", &[7; 32])
    }

    fn signed(at: OffsetDateTime) -> String {
        signer().sign(&Ticket {
            serial: Uuid::from_u128(1),
            device_id: DEVICE,
            license_id: LicenseId(Uuid::from_u128(3)),
            product: "Office Security".to_owned(),
            level: Level::Full,
            updates: true,
            restricted: Vec::new(),
            standing: Standing::Active,
            license_expires_at: NOW + Duration::days(100),
            level_until: NOW + Duration::days(100),
            level_after: Level::Restricted,
            restricted_after: vec!["Web filter".to_owned()],
            issued_at: at,
            expires_at: at + LIFE,
            grace_until: at + LIFE + GRACE,
        })
    }

    fn at(clock: OffsetDateTime) -> Reading {
        Reading { clock, steady: None }
    }

    fn papers() -> Papers {
        let keys = TicketKeys { keys: vec![signer().public()] };
        let mut papers = Papers { keys: Some(keys), ..Papers::default() };
        papers.take(&signed(NOW), DEVICE, &at(NOW)).unwrap();
        papers
    }

    fn level(papers: &mut Papers, clock: OffsetDateTime) -> (Level, Why) {
        match papers.stand(&at(clock)) {
            Stands::By(_, offline) => (offline.level, offline.why),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_ticket_is_gone_by_for_its_life_and_no_longer() {
        assert_eq!(level(&mut papers(), NOW), (Level::Full, Why::Ticket));
        assert_eq!(level(&mut papers(), NOW + LIFE), (Level::Restricted, Why::Overdue));
        assert_eq!(level(&mut papers(), NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
    }

    #[test]
    fn what_was_seen_of_the_time_is_kept_with_the_papers() {
        let mut first = papers();
        level(&mut first, NOW + LIFE + GRACE);
        let file = serde_json::to_string(&first).unwrap();
        let mut next: Papers = serde_json::from_str(&file).unwrap();
        assert_eq!(next, first);
        assert_eq!(level(&mut next, NOW + LIFE + GRACE - Duration::HOUR).1, Why::Over);
        let back = level(&mut next, NOW).1;
        assert_eq!(back, Why::ClockSetBack { clock: NOW, latest: NOW + LIFE + GRACE });
    }

    #[test]
    fn a_fresh_ticket_sets_everything_right_and_an_old_one_nothing() {
        let mut papers = papers();
        level(&mut papers, NOW + LIFE + GRACE);
        let before = papers.clone();
        assert!(matches!(papers.take(&signed(NOW - Duration::DAY), DEVICE, &at(NOW)), Err(Unfit::Stale(_))));
        assert_eq!(papers, before);
        papers.take(&signed(NOW + Duration::DAY), DEVICE, &at(NOW + Duration::DAY)).unwrap();
        assert_eq!(level(&mut papers, NOW + Duration::DAY), (Level::Full, Why::Ticket));
    }

    #[test]
    fn a_ticket_that_is_not_believed_is_not_kept() {
        let mut papers = papers();
        let before = papers.clone();
        let other = Signer::new("k1", &[8; 32]).sign(&papers.ticket().unwrap());
        assert_eq!(papers.take(&other, DEVICE, &at(NOW)), Err(Unfit::Distrust(Distrust::Forged)));
        let stranger = DeviceId(Uuid::from_u128(9));
        assert_eq!(papers.take(&signed(NOW), stranger, &at(NOW)), Err(Unfit::Distrust(Distrust::OtherDevice)));
        assert_eq!(papers, before);
    }

    #[test]
    fn a_file_that_was_edited_gives_nothing() {
        let mut edited = papers();
        edited.ticket = edited.ticket.map(|ticket| ticket.replace("..", ".").replacen('A', "B", 1));
        assert!(matches!(edited.stand(&at(NOW)), Stands::Distrusted(_)));
        let mut keyless = papers();
        keyless.keys = None;
        assert_eq!(keyless.stand(&at(NOW)), Stands::Distrusted(Distrust::UnknownKey));
        let mut without = papers();
        without.give_up_ticket();
        assert_eq!(without.stand(&at(NOW)), Stands::NoTicket);
    }

    #[test]
    fn without_its_watch_a_ticket_still_knows_when_it_was_made() {
        let mut papers = papers();
        papers.watch = None;
        let back = NOW - Duration::days(2);
        assert_eq!(level(&mut papers, back).1, Why::ClockSetBack { clock: back, latest: NOW });
    }
}

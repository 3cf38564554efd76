//! What an activation is judged by.

use time::OffsetDateTime;

use super::Refusal;
use super::renewal::Renewal;
use crate::code::{CodeKind, StartRule};
use crate::country::{Country, CountrySource};
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, ProductId, ReserveId};
use crate::license::{Term, term::Span};
use crate::seat::{Holder, SeatClass, Seats};

/// Everything that an activation depends on but the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Until when no code is looked at, if there were too many wrong ones.
    pub attempts_until: Option<OffsetDateTime>,
    /// Whether the license agreement was accepted (R19).
    pub agreement_accepted: bool,
    /// What reading the code said, if it could not be read (E01, E02).
    pub format: Option<Refusal>,
    /// The position of the first symbol that our codes never have, for E03.
    pub outside: Option<usize>,
    /// What the person agreed to beforehand.
    pub wish: Wish,
    /// The device.
    pub device: DeviceFacts,
    /// The code; nothing if it is unknown or could not be read.
    pub code: Option<CodeFacts>,
}

/// What a person agrees to, each the way out of one refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whether this code takes the place of the one that waits (E20).
    pub replace_reserve: bool,
    /// Whether the shorter term of a renewal code is accepted (R78).
    pub shorter_term: bool,
    /// The device whose seat is taken over (E12).
    pub instead_of: Option<DeviceId>,
}

/// The device on which a code is activated.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceFacts {
    /// The account it is linked to.
    pub account: AccountId,
    /// The class of seat it takes.
    pub class: SeatClass,
    /// The product installed on it.
    pub product: ProductId,
    /// What its own clock says, if it told us.
    pub clock: Option<OffsetDateTime>,
    /// The country it is seen in, and how that is known; unknown is not refused (R65, edge case 28).
    pub seen: Option<(Country, CountrySource)>,
    /// When a trial of the product was used on this machine (R72).
    pub trial_used_at: Option<OffsetDateTime>,
    /// Since when the machine was licensed commercially for the product, be it over or not (R73).
    pub commercial_since: Option<OffsetDateTime>,
    /// Whether it still has such a license, running or ended, that a trial would have to renew (R70).
    pub has_commercial: bool,
    /// The license of the product that runs on it.
    pub running: Option<Running>,
    /// The code that waits on it (R45).
    pub waiting: Option<Waiting>,
}

/// The license that runs on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// The license.
    pub license: LicenseId,
    /// Its kind.
    pub kind: CodeKind,
    /// When it stops to run; for subscriptions with their grace.
    pub ends_at: OffsetDateTime,
}

/// The code that waits on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its entry.
    pub reserve: ReserveId,
    /// The code.
    pub code: CodeId,
    /// Its last block.
    pub tail: String,
}

/// What is known of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeFacts {
    /// The code.
    pub code: CodeId,
    /// The account it is registered in, if any.
    pub account: Option<AccountId>,
    /// Its kind.
    pub kind: CodeKind,
    /// The product it is for.
    pub product: ProductId,
    /// That product's name.
    pub product_name: String,
    /// Its seats.
    pub seats: Seats,
    /// How long its license runs.
    pub term: Term,
    /// For renewal codes: how long without a usable previous code (R78).
    pub reduced_term: Option<Term>,
    /// When its term begins.
    pub start_rule: StartRule,
    /// When it was ordered.
    pub ordered_at: OffsetDateTime,
    /// The instant from which it can no longer be activated for the first time (R7).
    pub redeem_by: Option<OffsetDateTime>,
    /// The countries it was bought for; none means everywhere.
    pub countries: Vec<Country>,
    /// When it was blocked, if it still is.
    pub blocked_at: Option<OffsetDateTime>,
    /// When a refund cancelled it.
    pub cancelled_at: Option<OffsetDateTime>,
    /// When another code took its place.
    pub replaced_at: Option<OffsetDateTime>,
    /// When its subscription was suspended, if it still is.
    pub suspended_at: Option<OffsetDateTime>,
    /// What it became on its first activation.
    pub license: Option<CodeLicense>,
    /// For renewal codes: what can back them (R77).
    pub renewal: Renewal,
    /// Other devices on which it waits and whose turn comes before this one's (edge case 16).
    pub ahead: u32,
}

/// The license that a code became.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeLicense {
    /// The license.
    pub license: LicenseId,
    /// Its first instant.
    pub starts_at: OffsetDateTime,
    /// The end of its term.
    pub expires_at: OffsetDateTime,
    /// Subscriptions only: the end of the days after it in which everything still works (§3.2).
    pub grace_until: Option<OffsetDateTime>,
    /// The devices of the asking device's class that hold its seats.
    pub holders: Vec<Holder>,
    /// Whether the asking device holds one of them.
    pub held_by_this_device: bool,
    /// The same machine under another entry, if that holds a seat.
    pub held_by_this_machine: Option<DeviceId>,
    /// Nothing if the asker may release its seats, else the name of its administrator (E27).
    pub administered_by_other: Option<String>,
}

impl CodeLicense {
    /// The first instant at which it no longer runs: the end of its term, or of the grace after it (§3.2).
    #[must_use]
    pub fn runs_until(&self) -> OffsetDateTime {
        self.grace_until.map_or(self.expires_at, |until| until.max(self.expires_at))
    }
}

impl CodeFacts {
    /// The first instant at which the license that the code became, or becomes with these dates, no longer runs.
    #[must_use]
    pub fn runs_until(&self, span: Span) -> OffsetDateTime {
        self.license.as_ref().map_or(span.expires_at, CodeLicense::runs_until)
    }

    /// The dates of the license that the code became, or becomes at `now` with this term.
    #[must_use]
    pub fn span(&self, term: Term, now: OffsetDateTime) -> Span {
        match &self.license {
            Some(license) => Span { starts_at: license.starts_at, expires_at: license.expires_at },
            None => term.span(self.start_rule, self.ordered_at, now),
        }
    }
}

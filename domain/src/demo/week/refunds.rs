//! Refunds: one that was asked for, one above the limit of its seller that a first lead granted, one that was paid and one
//! that was denied.

use time::Duration;

use super::super::timeline::Timeline;
use super::{Office, license_of};
use crate::Result;
use crate::actor::Actor;
use crate::refund::store::{ask_refund, decide_refund, pay_refund};

/// A refund that is asked for, so many hours ago.
pub(super) struct Refund {
    pub office: usize,
    hours_ago: i64,
    why: &'static str,
    decided: Option<Decided>,
    paid: Option<(usize, i64)>,
}

/// What Lena or Priya decides, so many hours ago.
struct Decided {
    by: usize,
    hours_ago: i64,
    decision: &'static str,
    reason: &'static str,
}

const LENA: usize = 1;
const PRIYA: usize = 2;

pub(super) const REFUNDS: &[Refund] = &[
    Refund {
        office: 5,
        hours_ago: 26,
        why: "We bought it twice by mistake: my partner ordered the same on the same day.",
        decided: None,
        paid: None,
    },
    Refund {
        office: 6,
        hours_ago: 9,
        why: "The campsite closes for good at the end of the month, and nobody needs it any more.",
        decided: Some(Decided {
            by: PRIYA,
            hours_ago: 6,
            decision: "approved",
            reason: "The office closes, and the license was used for two weeks of a year.",
        }),
        paid: None,
    },
    Refund {
        office: 8,
        hours_ago: 76,
        why: "The pottery moves to a school that has a license of its own.",
        decided: Some(Decided {
            by: LENA,
            hours_ago: 30,
            decision: "approved",
            reason: "Asked for within the thirty days, and nothing was used since.",
        }),
        paid: Some((LENA, 28)),
    },
    Refund {
        office: 9,
        hours_ago: 101,
        why: "We thought it would do our bookkeeping as well.",
        decided: Some(Decided {
            by: PRIYA,
            hours_ago: 72,
            decision: "denied",
            reason: "What it does stands on the page of the product. The thirty days are over as well.",
        }),
        paid: None,
    },
];

/// Tells one.
pub(super) async fn tell(time: &Timeline, refund: &Refund, office: &Office, support: &[Actor]) -> Result<()> {
    let cx = time.at(&office.owner, Duration::hours(refund.hours_ago)).await;
    let license = license_of(&cx, office).await?;
    let number = ask_refund(cx, license, refund.why.into(), Vec::new()).await?;
    if let Some(decided) = &refund.decided {
        let cx = time.at(&support[decided.by], Duration::hours(decided.hours_ago)).await;
        decide_refund(cx, number.clone(), decided.decision.into(), decided.reason.into()).await?;
    }
    if let Some((by, ago)) = refund.paid {
        pay_refund(time.at(&support[by], Duration::hours(ago)).await, number).await?;
    }
    Ok(())
}

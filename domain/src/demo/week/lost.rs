//! Requests for lost codes and for ends that seem to come too early: one in every state.

use time::Duration;

use super::super::timeline::Timeline;
use super::Office;
use crate::actor::Actor;
use crate::cx::Cx;
use crate::id::LicenseId;
use crate::recovery::ClaimForm;
use crate::recovery::store::{approve, ask_for_more, ask_recovery, correct_end, reject, take, withdraw};
use crate::{Error, Result};

/// A request and its way. Support can't find the order of those that name another customer's.
pub(super) struct Lost {
    pub office: usize,
    hours_ago: i64,
    reason: &'static str,
    wrong_order: bool,
    then: &'static [Step],
}

/// What happens with it, so many hours ago; the number names Sam, Lena or Priya.
#[derive(Clone, Copy)]
enum Step {
    Takes(usize, i64),
    AsksForMore(usize, i64, &'static str),
    Approves(usize, i64, &'static str),
    Rejects(usize, i64, &'static str),
    CorrectsEnd(usize, i64, &'static str),
    /// The customer takes it back.
    Withdraws(i64),
}

const fn lost(office: usize, hours_ago: i64, reason: &'static str, wrong_order: bool, then: &'static [Step]) -> Lost {
    Lost { office, hours_ago, reason, wrong_order, then }
}

use Step::{Approves, AsksForMore, CorrectsEnd, Rejects, Takes, Withdraws};

pub(super) const LOST: &[Lost] = &[
    lost(0, 24 * 40, "lost", true, &[AsksForMore(0, 24 * 39, "A photo of the receipt, with the date on it.")]),
    lost(
        1,
        31,
        "lost",
        true,
        &[Takes(0, 29), AsksForMore(0, 28, "The order number of your purchase. The one you sent is not ours.")],
    ),
    lost(2, 20, "lost", true, &[Takes(1, 18)]),
    lost(3, 70, "lost", false, &[Approves(0, 66, "Everything agrees with the order.")]),
    lost(
        4,
        96,
        "deleted",
        true,
        &[Rejects(2, 90, "The order number is another customer's. Send the request again with yours.")],
    ),
    lost(4, 26, "expired_early", true, &[Takes(1, 23)]),
    lost(5, 2, "lost", true, &[]),
    lost(7, 130, "lost", true, &[Withdraws(128)]),
    lost(9, 45, "expired_early", false, &[CorrectsEnd(0, 40, "Ten days were missing of the term. They are back.")]),
];

/// Tells one.
pub(super) async fn tell(time: &Timeline, lost: &Lost, office: &Office, support: &[Actor]) -> Result<()> {
    let owner = &office.owner;
    let Actor::Person { account, .. } = owner else { return Err(Error::Forbidden) };
    if lost.then.iter().any(|step| matches!(step, CorrectsEnd(..))) {
        sqlx::query!(
            "update license set expires_at = expires_at - interval '10 days' where account_id = $1",
            account.0
        )
        .execute(&time.cx().world.rw)
        .await?;
    }
    let cx = time.at(owner, Duration::hours(lost.hours_ago)).await;
    let row = sqlx::query!(
        "select l.id, l.license_key_ct, l.starts_at, o.ordered_at
         from license l join activation_code c on c.id = l.code_id join purchase o on o.id = c.purchase_id
         where l.account_id = $1 order by l.id limit 1",
        account.0,
    )
    .fetch_one(&cx.world.rw)
    .await?;
    let key = crate::license::store::open_key(&cx, LicenseId(row.id), &row.license_key_ct)?;
    let description = match lost.reason {
        "expired_early" => "We paid for a year, and the license ends ten days before it is over.",
        _ => "The mail with the code is gone, and the computer it was used on has to be set up again.",
    };
    let form = ClaimForm {
        reason: lost.reason.into(),
        license_key: key.to_string(),
        bought_at: "Northwall Store India".into(),
        buyer_name: office.name.into(),
        buyer_email: office.email.into(),
        order_number: if lost.wrong_order { "NW-300000".into() } else { office.order_number.clone() },
        bought_on: row.ordered_at.date().to_string(),
        first_activated: format!("{} in the morning", row.starts_at.date()),
        description: description.into(),
        ..ClaimForm::default()
    };
    let number = &ask_recovery(cx, form, Vec::new()).await?;
    let version = async |cx: &Cx| {
        sqlx::query_scalar!("select version from recovery where number = $1", number).fetch_one(&cx.world.rw).await
    };
    for step in lost.then {
        let (who, ago) = match *step {
            Takes(who, ago)
            | AsksForMore(who, ago, _)
            | Approves(who, ago, _)
            | Rejects(who, ago, _)
            | CorrectsEnd(who, ago, _) => (&support[who], ago),
            Withdraws(ago) => (owner, ago),
        };
        let (cx, number) = (time.at(who, Duration::hours(ago)).await, number.clone());
        let version = version(&cx).await?;
        match *step {
            Takes(..) => take(cx, number, version).await?,
            AsksForMore(_, _, missing) => ask_for_more(cx, number, version, missing.into()).await?,
            Approves(_, _, reason) => approve(cx, number, version, reason.into()).await?,
            Rejects(_, _, reason) => reject(cx, number, version, reason.into()).await?,
            CorrectsEnd(_, _, reason) => correct_end(cx, number, version, reason.into()).await?,
            Withdraws(_) => withdraw(cx, number).await?,
        }
    }
    Ok(())
}

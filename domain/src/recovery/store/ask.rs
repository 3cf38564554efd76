//! What a holder does: ask for a code, and tell more about a request.

use super::super::{ClaimForm, KnownFacts, RecoveryState};
use super::decider;
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::attempt::{self, MESSAGE_PERSON, RECOVERY_ACCOUNT, RECOVERY_KEY, RECOVERY_NETWORK};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{LicenseId, RecoveryId};
use crate::license::store::open_key;
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::request::store::new_number;
use crate::seal::{KEY_VERSION, Sealed};
use crate::thread::store::{forget_files, repeats, say};
use crate::thread::{Audience, Upload, read_files, read_text};
use crate::{Error, Result};

/// Sends a recovery request and gives its number. Whether the key or the order is one of ours is not told (F01).
///
/// # Errors
/// `Invalid` with every field that can't be used; `Refused(Attempts)` for too many requests.
pub async fn ask_recovery(cx: Cx, form: ClaimForm, uploads: Vec<Upload>) -> Result<String> {
    cx.require(Permission::AskRecovery)?;
    let claim = form.read(cx.now.date())?;
    let files = read_files(uploads)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let key = claim.license_key.map(|key| key.0);
    let index = key.map(|key| cx.world.seal.index(Sealed::ClaimedKey, key.as_bytes()));
    // by whatever names the code: the key, or the order
    let named = index.map_or_else(|| claim.order_number.to_lowercase().into_bytes(), |index| index.to_vec());
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, RECOVERY_ACCOUNT, account.0.as_bytes()).await?;
    attempt::count(&mut tx, &cx, RECOVERY_KEY, &named).await?;
    if let Some(network) = cx.network() {
        attempt::count(&mut tx, &cx, RECOVERY_NETWORK, &network).await?;
    }
    let id = RecoveryId::generate_at(cx.now);
    let number = new_number(&mut tx, &cx, 'R').await?;
    sqlx::query!(
        "with named_order as (
             select o.id from purchase o join seller s on s.id = o.seller_id
             where $5 = 'store' and o.order_number = $13 and s.kind = 'vendor_store'
             order by lower(o.buyer_email) = lower($12) desc nulls last, o.id
             limit 1
         )
         insert into recovery (id, account_id, person_id, number, route, reason, state, license_key_ct, license_key_bi,
             key_version, bought_at, buyer_name, buyer_email, order_number, bought_on, first_activated, description,
             purchase_id, license_id, created_at)
         values ($1, $2, $3, $4, $5, $6, 'submitted', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             (select id from named_order),
             coalesce(
                 (select id from license where license_key_bi = $8),
                 (
                     select l.id from license l join activation_code c on c.id = l.code_id
                     where c.purchase_id = (select id from named_order)
                     order by l.account_id <> $2, l.id
                     limit 1
                 )
             ),
             $17)",
        id.0,
        account.0,
        person.0,
        number,
        claim.route.as_str(),
        claim.reason.as_str(),
        key.map(|key| cx.world.seal.seal(Sealed::ClaimedKey, id.0, key.as_bytes())),
        index.as_ref().map(|index| &index[..]),
        KEY_VERSION,
        claim.bought_at,
        claim.buyer_name,
        claim.buyer_email,
        claim.order_number,
        claim.bought_on,
        claim.first_activated,
        claim.description,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if !files.is_empty() {
        say(&mut tx, &cx, account, id.0, Audience::Public, "Sent with the request.", &files).await?;
    }
    audit::record(&mut tx, &cx, None, Event::RecoveryAsked(id)).await?;
    let news = News {
        kind: NoticeKind::Request,
        severity: Severity::Info,
        title: format!("We have your request {number}"),
        said: vec![
            "Your request to recover an activation code has reached support. We compare what you told us with our records and \
             answer within one working day."
                .to_owned(),
        ],
        action: ("See your request", format!("/requests/{number}")),
        because: "If you did not send this request, take it back on that page.",
        key: None,
    };
    tell(&mut tx, &cx, account, &[person], &news).await?;
    tx.commit().await?;
    Ok(number)
}

/// Tells more about a request: what support named as missing is looked at, also when it comes up to 30 days too late.
///
/// # Errors
/// `NotFound` for another account's number, `Refused(RequestDecided)` when it is too late, `Invalid(message)` and
/// `Invalid(files)`, `Refused(Attempts)`.
pub async fn answer_request(cx: Cx, number: String, message: String, uploads: Vec<Upload>) -> Result<()> {
    cx.require(Permission::AskRecovery)?;
    let text = read_text(&message).map_err(|fault| Error::field("message", fault))?;
    let files = read_files(uploads)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, MESSAGE_PERSON, person.0.as_bytes()).await?;
    let row = sqlx::query!(
        r#"select r.id, r.state as "state: RecoveryState", r.asked_at, s.name as "decided_by?", r.decided_at
           from recovery r left join staff s on s.id = r.decided_by
           where r.account_id = $1 and r.number = $2
           for update of r"#,
        account.0,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let id = RecoveryId(row.id);
    if repeats(&mut tx, &cx, row.id, &text).await? {
        return Ok(());
    }
    let before = row.state.at(row.asked_at, cx.now);
    let Some(state) = before.answered(row.asked_at, cx.now) else {
        let by = decider(row.decided_by, row.decided_at, "Nobody");
        return Err(Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) }.into());
    };
    sqlx::query!(
        "update recovery
         set state = $2, version = version + 1, changed_by = null, changed_at = $3, answered_at = $3
         where id = $1",
        row.id,
        state.as_str(),
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    say(&mut tx, &cx, account, row.id, Audience::Public, &text, &files).await?;
    if before == RecoveryState::TimedOut {
        forget_files(&mut tx, row.id, None).await?;
    }
    audit::record(&mut tx, &cx, None, Event::RecoveryAnswered(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// What the account knows about its licenses, the latest first, so that less has to be asked (R88).
///
/// # Errors
/// Those of the database.
pub async fn known(cx: Cx) -> Result<Vec<KnownFacts>> {
    cx.require(Permission::SeeAccount)?;
    let rows = sqlx::query!(
        r#"select l.id, l.license_key_ct, p.name as product, l.starts_at, s.name as seller,
               s.kind <> 'vendor_store' as "sold_by_partner!", s.contact, s.payment_partner, s.order_lookup, o.order_number
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           join seller s on s.id = c.seller_id
           join purchase o on o.id = c.purchase_id
           where l.account_id = $1 and l.kind <> 'trial'
           order by l.starts_at desc, l.id
           limit 20"#,
        cx.actor.account()?.0,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    rows.into_iter()
        .map(|row| {
            let license = LicenseId(row.id);
            Ok(KnownFacts {
                license,
                product: row.product,
                license_key: open_key(&cx, license, &row.license_key_ct)?,
                seller: row.seller,
                sold_by_partner: row.sold_by_partner,
                contact: row.contact,
                payment_partner: row.payment_partner,
                order_lookup: row.order_lookup,
                order_number: row.order_number,
                first_activated_at: row.starts_at,
            })
        })
        .collect()
}

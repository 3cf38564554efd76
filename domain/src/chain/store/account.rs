//! An account's own part of the chain: its head, and the paper by which its people check it elsewhere.

use time::Duration;

use super::super::{BEGINNING, FORMAT, Paper, PaperEvent, Statement, TYPE, hex};
use crate::Result;
use crate::activity::Chain;
use crate::actor::Permission;
use crate::cx::Cx;

/// The most events of a paper, the newest; it then says how many older ones it leaves out.
const MOST: i64 = 20_000;

/// Where the account's chain stands.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody who does not look after the office.
pub async fn head(cx: &Cx) -> Result<Chain> {
    cx.require(Permission::LookAfterOffice)?;
    let last = sqlx::query!(
        r#"select place as "place!", account_hash as "hash!" from audit_link where account_id = $1
           order by place desc
           limit 1"#,
        cx.actor.account()?.0,
    )
    .fetch_optional(&cx.world.ro)
    .await?;
    let (events, head) = last.map_or((0, hex(&BEGINNING)), |last| (last.place, hex(&last.hash)));
    Ok(Chain { events, head, key: cx.world.seal.audit_signer().public().kid })
}

/// What an account takes along of its chain.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody who does not look after the office: the events are everybody's.
pub async fn paper(cx: Cx) -> Result<Paper> {
    cx.require(Permission::LookAfterOffice)?;
    let account = cx.actor.account()?;
    let mut rows = sqlx::query!(
        r#"select e.id, e.at, e.actor_kind, e.actor_id, e.event, e.object_id, e.facts::text as "facts!", e.country,
               e.request_id, l.place as "place!", l.account_hash as "hash!"
           from audit_link l join audit_event e on e.id = l.event_id
           where l.account_id = $1
           order by l.place desc
           limit $2"#,
        account.0,
        MOST + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    rows.reverse();
    let newest = rows.last().map_or((0, hex(&BEGINNING)), |row| (row.place, hex(&row.hash)));
    // of one event more than fits, the hash is what the others begin after
    let before = if rows.len() > MOST as usize { Some(rows.remove(0)) } else { None };
    let signer = cx.world.seal.audit_signer();
    let at = cx.now - Duration::nanoseconds(i64::from(cx.now.nanosecond()));
    let statement = Statement { account: Some(account.0), events: newest.0, head: newest.1, at };
    let events = rows.into_iter().map(|row| PaperEvent {
        id: row.id,
        at: row.at,
        actor_kind: row.actor_kind,
        actor: row.actor_id,
        event: row.event,
        object: row.object_id,
        facts: row.facts,
        country: row.country,
        request: row.request_id,
        hash: hex(&row.hash),
    });
    Ok(Paper {
        format: FORMAT.to_owned(),
        account: account.0,
        left_out: before.as_ref().map_or(0, |row| row.place),
        begins_after: before.map_or_else(|| hex(&BEGINNING), |row| hex(&row.hash)),
        statement: signer.sign_as(TYPE, &statement),
        key: signer.public(),
        events: events.collect(),
    })
}

//! A person's own notices, and what they want by mail.

use uuid::Uuid;

use super::super::{Notice, NoticeKind, Notices, Severity, stage};
use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::page::USUAL;

/// The person's notices before this one, the newest first, with what they chose.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn notices(cx: Cx, before: Option<Uuid>) -> Result<Notices> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let rows = sqlx::query!(
        r#"select id, kind as "kind: NoticeKind", severity as "severity: Severity", title, said, path, created_at, read_at
           from notice
           where person_id = $1 and ($2::uuid is null or (created_at, id) < (select n.created_at, n.id from notice n
                where n.id = $2 and n.person_id = $1))
           order by created_at desc, id desc
           limit $3"#,
        person.0,
        before,
        i64::from(USUAL) + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let chosen = sqlx::query!(
        r#"select a.notice_days,
               array(select m.kind from notice_mute m where m.person_id = $1) as "muted!"
           from account a where a.id = $2"#,
        person.0,
        cx.actor.account()?.0,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    let notices = rows.into_iter().take(usual).map(|row| Notice {
        id: row.id,
        kind: row.kind,
        severity: row.severity,
        title: row.title,
        said: row.said,
        path: row.path,
        created_at: row.created_at,
        read: row.read_at.is_some(),
    });
    Ok(Notices {
        notices: notices.collect(),
        older,
        muted: chosen.muted.iter().filter_map(|kind| kind.parse().ok()).collect(),
        days: chosen.notice_days,
        may_choose_days: cx.actor.may(Permission::LookAfterOffice),
        now: cx.now,
    })
}

/// Notes that the person has read all notices up to this one; without it, all.
///
/// # Errors
/// `Unauthenticated` for strangers; those of the database.
pub async fn read_notices(cx: Cx, until: Option<Uuid>) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    sqlx::query!(
        "update notice set read_at = $2
         where person_id = $1 and read_at is null
             and ($3::uuid is null or created_at <= (select n.created_at from notice n where n.id = $3 and n.person_id = $1))",
        cx.actor.person()?.0,
        cx.now,
        until,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// Sets which kinds the person wants by mail; the console shows all of them whatever is chosen.
///
/// # Errors
/// `Unauthenticated` for strangers; those of the database.
pub async fn set_notice_mails(cx: Cx, wanted: Vec<NoticeKind>) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let muted: Vec<String> =
        NoticeKind::ALL.iter().filter(|kind| !wanted.contains(kind)).map(|kind| kind.as_str().to_owned()).collect();
    let mut tx = cx.begin().await?;
    sqlx::query!("delete from notice_mute where person_id = $1 and kind <> all($2)", person.0, &muted)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into notice_mute (person_id, kind, muted_at) select $1, kind, $3 from unnest($2::text[]) as kind
         on conflict do nothing",
        person.0,
        &muted,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::NoticesChosen(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets how many days before the end of a license its people are told, for the whole office (N1).
///
/// # Errors
/// `Forbidden` for members; those of the database.
pub async fn set_notice_days(cx: Cx, days: Vec<i32>) -> Result<()> {
    cx.require(Permission::LookAfterOffice)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let days: Vec<i32> = stage::DAYS.into_iter().filter(|day| days.contains(day)).collect();
    let mut tx = cx.begin().await?;
    sqlx::query!("update account set notice_days = $2 where id = $1", account.0, &days).execute(&mut *tx).await?;
    crate::license::store::look_again(&mut tx, account).await?;
    audit::record(&mut tx, &cx, None, Event::NoticesChosen(person)).await?;
    tx.commit().await?;
    Ok(())
}

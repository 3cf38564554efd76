//! Keeping what was said, and the files that came with it. Whose a request is has been asked by its own store; a file is
//! asked for by itself, and belongs to an account.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Audience, Author, File, FileEntry, FileKind, Message};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, AttachmentId, MessageId};
use crate::staff::store::not_own;
use crate::{Error, Result};

/// The most that is shown of one thread; nobody reads more, and the newest is at its end.
const MOST: i64 = 200;

/// Keeps what the asker says about a request.
pub(crate) async fn say(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    request: Uuid,
    audience: Audience,
    text: &str,
    files: &[File],
) -> Result<()> {
    let (person, staff) = match &cx.actor {
        Actor::Person { id, .. } => (Some(id.0), None),
        Actor::Staff { id, .. } => (None, Some(id.0)),
        Actor::Stranger | Actor::Viewer { .. } | Actor::Device { .. } | Actor::Seller { .. } | Actor::System => {
            return Err(Error::Forbidden);
        }
    };
    let message = MessageId::generate();
    sqlx::query!(
        "insert into message (id, account_id, request_id, audience, person_id, staff_id, text, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        message.0,
        account.0,
        request,
        audience.as_str(),
        person,
        staff,
        text,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    for file in files {
        sqlx::query!(
            "insert into attachment (id, account_id, request_id, message_id, name, kind, bytes, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            AttachmentId::generate().0,
            account.0,
            request,
            message.0,
            file.name,
            file.kind.as_str(),
            file.bytes,
            cx.now,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Whether a person said the very same in a request a moment ago: a button pressed twice says it once (R104).
pub(crate) async fn repeats(db: &mut PgConnection, cx: &Cx, request: Uuid, text: &str) -> Result<bool> {
    let last = sqlx::query_scalar!(
        "select text from message where request_id = $1 and person_id = $2 and created_at > $3 order by id desc limit 1",
        request,
        cx.actor.person()?.0,
        cx.now - Duration::minutes(1),
    )
    .fetch_optional(db)
    .await?;
    Ok(last.as_deref() == Some(text))
}

/// What was said about a request, the oldest first: for the people of the account without private notes and without names
/// of support, for support everything.
pub(crate) async fn read(db: &mut PgConnection, cx: &Cx, request: Uuid) -> Result<Vec<Message>> {
    let within_support = matches!(cx.actor, Actor::Staff { .. });
    let rows = sqlx::query!(
        r#"select m.id, m.audience as "audience: Audience", m.text, m.created_at, p.name as "person?", s.name as "staff?",
               (
                   select json_agg(json_build_object('id', f.id, 'name', f.name, 'kind', f.kind, 'size', length(f.bytes))
                       order by f.id)
                   from attachment f where f.message_id = m.id
               ) as "files: Json<Vec<FileEntry>>"
           from (
               select * from message
               where request_id = $1 and ($2 or audience = 'public')
               order by id desc
               limit $3
           ) as m
           left join person p on p.id = m.person_id
           left join staff s on s.id = m.staff_id
           order by m.created_at, m.id"#,
        request,
        within_support,
        MOST,
    )
    .fetch_all(db)
    .await?;
    let messages = rows.into_iter().map(|row| Message {
        id: MessageId(row.id),
        by: match row.person {
            Some(name) => Author::Customer(name),
            None => Author::Support(row.staff.filter(|_| within_support)),
        },
        audience: row.audience,
        text: row.text,
        at: row.created_at,
        files: row.files.map(|files| files.0).unwrap_or_default(),
    });
    Ok(messages.collect())
}

/// A file to be downloaded: by the people of its account, and by support, whose every look is recorded.
///
/// # Errors
/// `NotFound` for another account's file, and for one that is deleted.
pub async fn file(cx: Cx, id: AttachmentId) -> Result<File> {
    let account = match cx.actor {
        Actor::Staff { .. } => {
            cx.require(Permission::ReviewRecovery)?;
            None
        }
        _ => {
            cx.require(Permission::SeeAccount)?;
            Some(cx.actor.account()?.0)
        }
    };
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select account_id, name, kind as "kind: FileKind", bytes from attachment
           where id = $1 and ($2::uuid is null or account_id = $2)"#,
        id.0,
        account,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if account.is_none() {
        not_own(&mut tx, &cx, AccountId(row.account_id)).await?;
        audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), Event::AttachmentViewed(id)).await?;
    }
    tx.commit().await?;
    Ok(File { name: row.name, kind: row.kind, bytes: row.bytes })
}

/// Joins what was said about one request with what was said about another, with the files.
pub(crate) async fn join(db: &mut PgConnection, from: Uuid, into: Uuid) -> Result<()> {
    sqlx::query!("update message set request_id = $2 where request_id = $1", from, into).execute(&mut *db).await?;
    sqlx::query!("update attachment set request_id = $2 where request_id = $1", from, into).execute(db).await?;
    Ok(())
}

/// Says when the files of a request go, now that it is closed; `None` keeps them while it is open again.
pub(crate) async fn forget_files(db: &mut PgConnection, request: Uuid, after: Option<OffsetDateTime>) -> Result<()> {
    sqlx::query!("update attachment set delete_after = $2 where request_id = $1", request, after).execute(db).await?;
    Ok(())
}

/// Deletes the files whose time is over (edge case 47).
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn delete_files(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let gone = sqlx::query!(
        "delete from attachment where id = any (array(
             select id from attachment where delete_after <= $1 order by delete_after limit 500))
         returning id, account_id",
        cx.now,
    )
    .fetch_all(&mut *tx)
    .await?;
    for file in &gone {
        let event = Event::AttachmentDeleted(AttachmentId(file.id));
        audit::record(&mut tx, cx, Some(AccountId(file.account_id)), event).await?;
    }
    tx.commit().await?;
    Ok(gone.len())
}

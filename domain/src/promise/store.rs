//! Reading how things are: no names, no numbers of anybody, one question.

use super::Promise;
use crate::Result;
use crate::cx::Cx;

/// How things are, for everybody who asks; the caller knows how fast answers were of late. It tells ages and a number of
/// mails, and nothing of anybody's.
///
/// # Errors
/// Those of the database.
pub async fn for_everybody(cx: Cx, answers_ms: Option<u32>) -> Result<Promise> {
    let row = sqlx::query!(
        r#"select
               (
                   select min(since) from (
                       (
                           select created_at as since from support_case
                           where state in ('new', 'open', 'pending', 'on_hold') and state in ('new', 'open')
                               and first_reply_at is null
                           order by id limit 1
                       )
                       union all
                       (
                           select created_at from recovery
                           where state in ('submitted', 'checking', 'needs_info') and state <> 'needs_info'
                           order by created_at, id limit 1
                       )
                   ) as waiting
               ) as oldest_request,
               (select asked_at from device_command where confirmed_at is null order by asked_at limit 1) as oldest_command,
               (select created_at from mail where sent_at is null order by created_at limit 1) as oldest_mail,
               (
                   select count(created_at) from (select created_at from mail where sent_at is null limit 10000) as unsent
               ) as "mails!""#,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    Ok(Promise {
        now: cx.now,
        answers_ms,
        oldest_request: row.oldest_request,
        oldest_command: row.oldest_command,
        mails: u32::try_from(row.mails).unwrap_or(u32::MAX),
        oldest_mail: row.oldest_mail,
    })
}

//! Answers that are given once: a request repeated under its Idempotency-Key within a day is answered as it was the first
//! time (draft-ietf-httpapi-idempotency-key-header).
//!
//! A run that dies between its deed's commit and the keeping of its answer leaves a row without an answer. Its lease ends
//! after 30 seconds, and the next request under the key runs the deed again. That is safe because every deed of the API
//! is idempotent by itself: a repeated activation finds the seat it took (R58, R104).

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::Result;
use crate::cx::{Cx, World};
use crate::seal::{Sealed, hashed};

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);
/// How long a run may take before another one may take its place: several times the longest deadline of a request.
const LEASE: Duration = Duration::seconds(30);

/// What a request is known by: who sends it, what it asks for, and the key it gives itself.
#[derive(Clone, Copy)]
pub struct Keyed<'a> {
    /// The bearer token: every device and seller has keys of its own.
    pub token: &'a str,
    /// The method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The Idempotency-Key.
    pub key: &'a str,
    /// Everything else that makes two requests the same: query, media type and body.
    pub content: [&'a [u8]; 3],
}

/// An answer as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The HTTP status, 200 to 499.
    pub status: u16,
    /// The media type of the body.
    pub content_type: Option<String>,
    /// Where the deed left something.
    pub location: Option<String>,
    /// The body. It may hold a ticket or codes, so it is sealed at rest.
    pub body: Vec<u8>,
}

/// One run of a request; its answer is kept under it.
#[derive(Clone, Debug)]
pub struct Run {
    scope: [u8; 32],
    id: Uuid,
}

/// What to do with a request that came with a key.
#[derive(Debug)]
pub enum Begun {
    /// Carry it out, then keep or drop its answer.
    Run(Run),
    /// It was answered before, like this.
    Answered(Kept),
    /// The first one still runs.
    Running,
    /// The key belongs to another request.
    OtherRequest,
}

/// Begins a request, unless it was begun before. Of many at once one runs.
///
/// # Errors
/// Those of the database.
pub async fn begin(cx: &Cx, request: Keyed<'_>) -> Result<Begun> {
    let (scope, request_hash) = hashes(cx, request);
    let run = Run { scope, id: Uuid::now_v7() };
    let taken = sqlx::query_scalar!(
        r#"insert into idempotent_answer as a (scope_hash, run_id, request_hash, started_at, lease_until)
           values ($1, $2, $3, $4, $5)
           on conflict (scope_hash) do update
           set run_id = excluded.run_id, request_hash = excluded.request_hash, started_at = excluded.started_at,
               lease_until = excluded.lease_until, status = null, content_type = null, location = null, body_ct = null
           where a.started_at <= $6
              or (a.status is null and a.lease_until <= $4 and a.request_hash = excluded.request_hash)
           returning run_id"#,
        &scope[..],
        run.id,
        &request_hash[..],
        cx.now,
        cx.now + LEASE,
        cx.now - KEPT,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    if taken.is_some() {
        return Ok(Begun::Run(run));
    }
    // dropped this very moment: the same request a second later runs
    Ok(recall(cx, request).await?.unwrap_or(Begun::Running))
}

/// What became of a request that was begun before, if it was: for an owner whose token its own deed ended.
///
/// # Errors
/// Those of the database.
pub async fn recall(cx: &Cx, request: Keyed<'_>) -> Result<Option<Begun>> {
    let (scope, request_hash) = hashes(cx, request);
    let row = sqlx::query!(
        "select run_id, request_hash, status, content_type, location, body_ct
         from idempotent_answer where scope_hash = $1 and started_at > $2",
        &scope[..],
        cx.now - KEPT,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.request_hash != request_hash {
        return Ok(Some(Begun::OtherRequest));
    }
    let (Some(status), Some(sealed)) = (row.status, row.body_ct) else { return Ok(Some(Begun::Running)) };
    let body = cx.world.seal.open(Sealed::Answer, row.run_id, &sealed)?;
    let status = status.unsigned_abs();
    Ok(Some(Begun::Answered(Kept { status, content_type: row.content_type, location: row.location, body })))
}

fn hashes(cx: &Cx, request: Keyed<'_>) -> ([u8; 32], [u8; 32]) {
    let scope = scope(request);
    (scope, cx.world.seal.request_hash(&[&[&scope[..]], &request.content[..]].concat()))
}

/// Keeps the answer of a run, unless another run has taken its place.
///
/// # Errors
/// Those of the database.
pub async fn keep(world: &World, run: &Run, answer: &Kept) -> Result<()> {
    sqlx::query!(
        "update idempotent_answer set status = $3, content_type = $4, location = $5, body_ct = $6
         where scope_hash = $1 and run_id = $2",
        &run.scope[..],
        run.id,
        answer.status.cast_signed(),
        answer.content_type,
        answer.location,
        world.seal.seal(Sealed::Answer, run.id, &answer.body),
    )
    .execute(&world.rw)
    .await?;
    Ok(())
}

/// Forgets a run whose answer is worth nothing to a repetition: we failed, or were asked too often.
///
/// # Errors
/// Those of the database.
pub async fn drop_run(world: &World, run: &Run) -> Result<()> {
    sqlx::query!(
        "delete from idempotent_answer where scope_hash = $1 and run_id = $2 and status is null",
        &run.scope[..],
        run.id,
    )
    .execute(&world.rw)
    .await?;
    Ok(())
}

/// Forgets all answers that are a day old.
///
/// # Errors
/// Those of the database.
pub async fn forget(world: &World, now: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "delete from idempotent_answer where scope_hash = any (array(
             select scope_hash from idempotent_answer where started_at <= $1 order by started_at limit $2))",
        now - KEPT,
        FORGOTTEN_AT_ONCE,
    )
    .execute(&world.rw)
    .await?;
    Ok(())
}

/// So many answers are forgotten at once, the oldest first.
const FORGOTTEN_AT_ONCE: i64 = 10_000;

/// No two different requests read alike: every part but the last stands behind its length.
fn scope(Keyed { token, method, path, key, .. }: Keyed<'_>) -> [u8; 32] {
    let mut text = Vec::new();
    for part in [token, method, path, key] {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part.as_bytes());
    }
    hashed(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_owner_deed_and_key_is_a_scope_of_its_own() {
        let one = Keyed { token: "t", method: "POST", path: "/a", key: "k", content: [b"", b"", b""] };
        let others = [
            Keyed { token: "u", ..one },
            Keyed { method: "PUT", ..one },
            Keyed { path: "/b", ..one },
            Keyed { key: "l", ..one },
            Keyed { path: "/ak", key: "", ..one },
        ];
        for (number, other) in others.into_iter().enumerate() {
            assert_ne!(scope(one), scope(other), "{number}");
        }
        assert_eq!(scope(one), scope(Keyed { content: [b"x", b"", b""], ..one }));
    }
}

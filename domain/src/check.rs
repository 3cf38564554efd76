//! The invariants of the stored facts, each as a question whose answer must be empty.

mod questions;
mod sealed;

use sqlx::{Executor, Row};
use uuid::Uuid;

use crate::Result;
use crate::cx::Cx;

/// A broken invariant and the row that breaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The invariant, V2 to V10.
    pub invariant: &'static str,
    /// What is wrong.
    pub what: String,
}

/// Every question, as its invariant and what is said when it is broken.
pub fn questions() -> impl Iterator<Item = (&'static str, &'static str)> {
    questions::QUESTIONS.iter().map(|(invariant, what, _)| (*invariant, *what))
}

/// Asks every question of one snapshot; an empty answer means that all invariants hold in it.
///
/// # Errors
/// Those of the database.
pub async fn run(cx: &Cx) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut snapshot = crate::cx::begin(&cx.world.ro).await?;
    snapshot.execute("set transaction isolation level repeatable read, read only").await?;
    // everything is read, which takes longer than anything that a page asks
    snapshot.execute("set local statement_timeout = '10min'").await?;
    for (invariant, what, question) in questions::QUESTIONS {
        for row in sqlx::query(*question).fetch_all(&mut *snapshot).await? {
            let id: Uuid = row.try_get(0)?;
            findings.push(Finding { invariant, what: format!("{what} ({id})") });
        }
    }
    findings.extend(sealed::unreadable(&mut snapshot, cx).await?);
    let broken = crate::chain::store::verify(&mut snapshot, cx).await?;
    findings.extend(broken.into_iter().map(|what| Finding { invariant: "V5", what }));
    snapshot.rollback().await?;
    Ok(findings)
}

//! Whose a request is: taken, handed to a colleague, put back. The request's own kind does it, by its number.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::StaffId;
use crate::mail::{self, Letter};
use crate::{Error, Fault, Result, case, recovery};

/// Whose a request becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assigned {
    /// A colleague's.
    To(StaffId),
    /// Nobody's: it waits for whoever takes it.
    Nobody,
}

impl Assigned {
    pub(crate) fn staff(self) -> Option<Uuid> {
        match self {
            Self::To(staff) => Some(staff.0),
            Self::Nobody => None,
        }
    }
}

/// Numbers of recoveries begin with an R, those of cases with an S.
pub(super) fn is_recovery(number: &str) -> bool {
    number.starts_with('R')
}

/// Takes a request of either kind: it is the asker's from now on.
///
/// # Errors
/// Those of taking a case or a recovery.
pub async fn take_request(cx: Cx, number: String, version: i32) -> Result<()> {
    if is_recovery(&number) {
        recovery::store::take(cx, number, version).await
    } else {
        case::store::take(cx, number, version).await
    }
}

/// Hands a request to a named colleague, who gets a mail.
///
/// # Errors
/// Those of taking it; `Invalid(to)` for nobody, oneself, and somebody who decides nothing.
pub async fn hand_over(cx: Cx, number: String, version: i32, to: String) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let to = to.parse::<Uuid>().map(StaffId).map_err(|_| Error::field("to", Fault::NotAChoice))?;
    if cx.actor.id() == Some(to.0) {
        return Err(Error::field("to", Fault::NotAChoice));
    }
    assign(cx, number, version, Assigned::To(to)).await
}

/// Puts a request back: nobody works on it until somebody takes it.
///
/// # Errors
/// Those of taking it.
pub async fn put_back(cx: Cx, number: String, version: i32) -> Result<()> {
    assign(cx, number, version, Assigned::Nobody).await
}

async fn assign(cx: Cx, number: String, version: i32, to: Assigned) -> Result<()> {
    if is_recovery(&number) {
        recovery::store::assign(cx, number, version, to).await
    } else {
        case::store::assign(cx, number, version, to).await
    }
}

/// Somebody who can be handed a request.
pub(crate) struct Colleague {
    name: String,
    email: String,
}

/// The colleague with this identity: an agent or a lead who still works here.
pub(crate) async fn colleague(db: &mut PgConnection, id: StaffId) -> Result<Colleague> {
    let found = sqlx::query_as!(
        Colleague,
        "select name, email from staff where id = $1 and disabled_at is null and role in ('agent', 'lead')",
        id.0,
    )
    .fetch_optional(db)
    .await?;
    found.ok_or_else(|| Error::field("to", Fault::NotAChoice))
}

/// Tells a colleague that a request is theirs: its number and nothing of what stands in it.
pub(crate) async fn tell_colleague(
    db: &mut PgConnection,
    cx: &Cx,
    colleague: &Colleague,
    number: &str,
    page: String,
) -> Result<()> {
    let by = match &cx.actor {
        crate::actor::Actor::Staff { name, .. } => name.as_str(),
        _ => "A colleague",
    };
    let letter = Letter {
        to: &colleague.email,
        subject: &format!("{by} handed you request {number}"),
        paragraphs: vec![
            format!("Hello {},", colleague.name),
            format!("{by} handed you request {number}. It stands under “Mine” in the queue."),
        ],
        action: Some(("Open the request", page)),
        footnote: "If it is not for you, put it back on its page, and whoever is free takes it.",
    };
    mail::write(db, cx, &letter).await
}

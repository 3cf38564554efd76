//! A form that came after its session had ended: what was typed is kept, sealed, in the session of a stranger, until the
//! same person has signed in again. Nobody else gets it.

use domain::Error;
use domain::cx::Cx;
use domain::seal::Sealed;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::Session;
use uuid::Uuid;

use super::session::{self, Who};
use crate::error::AppError;
use crate::form::Posted;

const KEY: &str = "kept_form";
/// How long it waits.
const WAITS: Duration = Duration::minutes(30);
/// What is longer is not kept.
const MOST: usize = 32 * 1024;

/// A form that waits for whoever filled it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    who: Who,
    path: String,
    function: String,
    row: Uuid,
    fields: Vec<u8>,
    until: OffsetDateTime,
}

/// Keeps what was typed into the form of this deed, on the page of this path.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn keep(
    session: &Session,
    who: Who,
    path: &str,
    function: &str,
    fields: &[(String, String)],
    cx: &Cx,
) -> domain::Result<()> {
    let text = serde_json::to_vec(fields).unwrap_or_default();
    if text.len() > MOST {
        return Ok(());
    }
    let row = Uuid::now_v7();
    let kept = Kept {
        who,
        path: path.to_owned(),
        function: function.to_owned(),
        row,
        fields: cx.world.seal.seal(Sealed::KeptForm, row, &text),
        until: cx.now + WAITS,
    };
    session::renew(session, WAITS).await?;
    put(session, Some(kept)).await
}

/// The form that waits in this session for them.
pub(super) async fn of(session: &Session, who: Who) -> domain::Result<Option<Kept>> {
    let kept: Option<Kept> = session.get(KEY).await.map_err(|_| Error::Busy)?;
    Ok(kept.filter(|kept| kept.who == who))
}

/// Takes a form along into another session.
pub(super) async fn put(session: &Session, kept: Option<Kept>) -> domain::Result<()> {
    match kept {
        Some(kept) => session.insert(KEY, kept).await.map_err(|_| Error::Busy),
        None => Ok(()),
    }
}

/// Gives the form of this page back, once, to whoever filled it in.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn give_back(session: &Session, path: &str, cx: &Cx) -> domain::Result<Option<Posted>> {
    let Some(signed_in) = session::read(session).await? else { return Ok(None) };
    let Some(kept) = of(session, signed_in.who).await?.filter(|kept| kept.path == path) else { return Ok(None) };
    session.remove::<Kept>(KEY).await.map_err(|_| Error::Busy)?;
    if cx.now > kept.until {
        return Ok(None);
    }
    let text = cx.world.seal.open(Sealed::KeptForm, kept.row, &kept.fields)?;
    let values = serde_json::from_slice(&text).unwrap_or_default();
    Ok(Some(Posted { function: kept.function, answer: Err(AppError::Unsent), values }))
}

//! The file of a batch leaves once, encrypted to the seller's key: nobody in support can read it.

use age::x25519::Recipient;
use uuid::Uuid;

use super::super::{BatchState, Source};
use super::lead;
use crate::activation::Refusal;
use crate::audit::{self, Event};
use crate::code::ActivationCode;
use crate::cx::Cx;
use crate::id::BatchId;
use crate::seal::Sealed;
use crate::{Error, Result};

/// The file of a batch, encrypted.
pub struct HandOver {
    /// What it is called.
    pub name: String,
    /// What is in it, as age writes it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for HandOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// Gives the file of a batch, this once. It is noted who took it before it leaves; then there is no other.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound` while the codes are being made, and for codes that were brought along;
/// `Refused(HandedOver)` when it left before.
pub async fn hand_over(cx: Cx, id: BatchId) -> Result<HandOver> {
    let staff = lead(&cx)?;
    let mut tx = cx.begin().await?;
    let batch = sqlx::query!(
        r#"select b.state as "state: BatchState", b.source as "source: Source", b.recipient, b.purchase_id, b.handed_at,
               u.sku, s.name as "handed_to?"
           from code_batch b
           join bundle u on u.id = b.bundle_id
           left join staff s on s.id = b.handed_to
           where b.id = $1
           for update of b"#,
        id.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if let (Some(by), Some(at)) = (batch.handed_to, batch.handed_at) {
        return Err(Refusal::HandedOver { by, at }.into());
    }
    let (BatchState::Ready, Source::Made, Some(recipient)) = (batch.state, batch.source, batch.recipient) else {
        return Err(Error::NotFound);
    };
    let rows =
        sqlx::query!("select id, code_ct from activation_code where purchase_id = $1 order by id", batch.purchase_id)
            .fetch_all(&mut *tx)
            .await?;
    let sealed: Vec<(Uuid, Vec<u8>)> = rows.into_iter().map(|row| (row.id, row.code_ct)).collect();
    let (opening, to) = (cx.clone(), recipient.clone());
    let bytes = tokio::task::spawn_blocking(move || encrypted(&opening, &sealed, &batch.sku, &to))
        .await
        .map_err(|_| Error::Internal(cx.request))??;
    sqlx::query!(
        "update code_batch set state = 'handed_over', handed_to = $2, handed_at = $3 where id = $1",
        id.0,
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::BatchHandedOver { batch: id, recipient }).await?;
    tx.commit().await?;
    let digits = id.0.simple().to_string();
    Ok(HandOver { name: format!("codes-{}.csv.age", &digits[digits.len() - 8..]), bytes })
}

/// A table of codes as it can be brought in elsewhere, encrypted.
fn encrypted(cx: &Cx, sealed: &[(Uuid, Vec<u8>)], sku: &str, recipient: &str) -> Result<Vec<u8>> {
    let to: Recipient = recipient.parse().map_err(|_| Error::Internal(cx.request))?;
    let mut table = String::from("code,product\r\n");
    for (id, sealed) in sealed {
        let opened = cx.world.seal.open(Sealed::Code, *id, sealed)?;
        let code = String::from_utf8(opened).ok().and_then(|text| ActivationCode::parse(&text).ok());
        let code = code.ok_or(Error::Internal(cx.request))?;
        table.push_str(&code.reveal());
        table.push(',');
        table.push_str(sku);
        table.push_str("\r\n");
    }
    age::encrypt(&to, table.as_bytes()).map_err(|_| Error::Internal(cx.request))
}

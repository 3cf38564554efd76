//! What becomes of waiting entries when their code can't be used any more, and when it can be used again.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::Result;
use crate::activation::Refusal;
use crate::activation::store::fail;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, DeviceId, PersonId, ReserveId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};

/// A code can't be used any more: where it waits it fails at once and not at the end of the running license, and whoever
/// administers it or uses such a device is told (edge case 17, N5).
pub(crate) async fn fail_waiting(tx: &mut PgConnection, cx: &Cx, code: CodeId, refusal: &Refusal) -> Result<()> {
    let waiting = sqlx::query!(
        r#"select r.id, r.account_id, c.code_tail, c.administrator_id, d.name, d.owner_id
           from reserve r
           join activation_code c on c.id = r.code_id
           join device d on d.id = r.device_id
           where r.code_id = $1 and r.state = 'waiting'
           order by r.id"#,
        code.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut devices: BTreeMap<PersonId, Vec<&str>> = BTreeMap::new();
    for row in &waiting {
        fail(tx, cx, ReserveId(row.id), refusal).await?;
        let mut people = vec![PersonId(row.owner_id)];
        people.extend(row.administrator_id.map(PersonId).filter(|administrator| administrator.0 != row.owner_id));
        for person in people {
            devices.entry(person).or_default().push(&row.name);
        }
    }
    for (person, names) in devices {
        let Some(row) = waiting.first() else { break };
        let news = waits_no_more(&row.code_tail, &names, refusal);
        tell(tx, cx, AccountId(row.account_id), &[person], &news).await?;
    }
    Ok(())
}

/// The block of a code was taken back: where it failed for the block alone, it waits again, unless another code waits there
/// by now or the device is gone (§3.1).
pub(crate) async fn wait_again(tx: &mut PgConnection, cx: &Cx, code: CodeId, blocked_at: OffsetDateTime) -> Result<()> {
    let waits = sqlx::query!(
        "update reserve r set state = 'waiting', settled_at = null, trouble = null, rehearsed_at = null
         from device d
         where r.code_id = $1 and r.state = 'failed' and r.settled_at = $2 and d.id = r.device_id
             and (d.disconnected_at is null or exists (
                 select 1 from seat s where s.device_id = d.id and s.released_at is null))
             and not exists (select 1 from reserve other where other.device_id = d.id and other.state = 'waiting')
         returning r.id, r.account_id, r.device_id",
        code.0,
        blocked_at,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in waits {
        let event = Event::ReserveAdded { reserve: ReserveId(row.id), device: DeviceId(row.device_id) };
        audit::record(tx, cx, Some(AccountId(row.account_id)), event).await?;
    }
    Ok(())
}

fn waits_no_more(tail: &str, devices: &[&str], refusal: &Refusal) -> News<'static> {
    let (on, title) = match devices {
        [one] => ((*one).to_owned(), format!("The reserve code on {one} waits no more")),
        many => (many.join(", "), format!("The reserve code on {} devices waits no more", many.len())),
    };
    News {
        kind: NoticeKind::Reserve,
        severity: Severity::Critical,
        title,
        said: vec![
            format!("The code that ends in {tail} can't be used any more ({refusal}). It waited on {on}."),
            "What runs there keeps running until its end. Add another code before that, so that protection goes on."
                .to_owned(),
        ],
        action: ("See your licenses", "/licenses".to_owned()),
        because: "You get this mail because you look after this license or use the device.",
        key: None,
    }
}

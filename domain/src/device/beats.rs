//! Heartbeats, many at a time: however many devices call at once, they cost three statements together, and the one that
//! writes touches no index.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sqlx::{Connection, PgConnection, PgExecutor, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use super::fingerprint::Fingerprint;
use super::{machine, status};
use crate::activation::store::{Occasion, take_over};
use crate::actor::Actor;
use crate::country::Country;
use crate::cx::{Cx, World, random};
use crate::device_api::{Heartbeat, HeartbeatAnswer};
use crate::id::{AccountId, DeviceId};
use crate::seal::hashed;
use crate::{Error, Result, text, ticket};

/// Seconds between two heartbeats of one device; the jitter keeps an office from calling in one breath.
const HEARTBEAT_SECONDS: u32 = 3600;
const HEARTBEAT_JITTER: u32 = 360;

/// One device's heartbeat.
pub struct Beat {
    /// The circumstances in which it came.
    pub cx: Cx,
    /// The token of the device.
    pub token: String,
    /// What the device says of itself.
    pub said: Heartbeat,
}

/// A device that was recognized by its token.
#[derive(Clone)]
struct Caller {
    id: DeviceId,
    account: AccountId,
    app_version: String,
}

impl Caller {
    fn actor(&self) -> Actor {
        Actor::Device { id: self.id, account: self.account }
    }
}

/// What is noted about a device's contact; what is not known stays as it was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contact {
    /// The country it was seen in.
    pub country: Option<Country>,
    /// How far its clock is ahead, in seconds.
    pub clock_offset: Option<i64>,
    /// Until when its newest ticket lets it work offline.
    pub ticket_until: Option<OffsetDateTime>,
}

/// Notes that these devices are alive at `now`, and tells each how it stands. The answers come in the order of the heartbeats.
///
/// # Errors
/// For each by itself: `Unauthenticated` when its token belongs to no device, `Invalid(app_version)`,
/// `Invalid(fingerprint)`. What the database refuses for a moment is the answer to all of them.
pub async fn heartbeats(world: Arc<World>, now: OffsetDateTime, beats: Vec<Beat>) -> Vec<Result<HeartbeatAnswer>> {
    let cx = Cx { now, ..Cx::system(&world) };
    match answer(&cx, &beats).await {
        Ok(answers) => answers,
        Err(Error::Busy) => vec![Err(Error::Busy); beats.len()],
        // one of them is at fault, and the others must not pay for it
        Err(_) => {
            let mut answers = Vec::with_capacity(beats.len());
            for beat in beats.chunks(1) {
                let alone = answer(&cx, beat).await;
                answers.push(alone.and_then(|mut alone| alone.pop().ok_or(Error::NotFound)?));
            }
            answers
        }
    }
}

/// The device of one token.
pub(crate) async fn known(db: &PgPool, token: &str) -> Result<Option<Actor>> {
    let hash = hashed(token.as_bytes());
    Ok(recognize(db, &[hash]).await?.remove(&hash).map(|caller| caller.actor()))
}

async fn answer(cx: &Cx, beats: &[Beat]) -> Result<Vec<Result<HeartbeatAnswer>>> {
    let mut db = cx.world.rw.acquire().await?;
    let hashes: Vec<[u8; 32]> = beats.iter().map(|beat| hashed(beat.token.as_bytes())).collect();
    let callers = recognize(&mut *db, &hashes).await?;
    let called: Vec<Result<Called>> =
        beats.iter().zip(&hashes).map(|(beat, hash)| call(beat, callers.get(hash))).collect();

    update_versions(&mut db, &called).await?;
    update_machines(&mut db, cx, &called).await?;
    let ids: Vec<DeviceId> = called.iter().flatten().map(|called| called.caller.id).collect();
    let mut told = status::read(&mut db, cx, &ids).await?;
    // before the contact is noted: whether the device was online at the end of its license decides when the next starts
    let mut switched = Vec::new();
    for (beat, called) in beats.iter().zip(&called) {
        let Ok(Called { caller, .. }) = called else { continue };
        if told.get_mut(&caller.id).is_some_and(|told| std::mem::take(&mut told.due)) {
            take_over(&Cx { actor: caller.actor(), now: cx.now, ..beat.cx.clone() }, caller.id, Occasion::Contact)
                .await?;
            switched.push(caller.id);
        }
    }
    if !switched.is_empty() {
        told.extend(status::read(&mut db, cx, &switched).await?);
    }

    let mut contacts = BTreeMap::<DeviceId, Contact>::new();
    let mut answers = Vec::with_capacity(beats.len());
    for (beat, called) in beats.iter().zip(called) {
        let caller = match called {
            Ok(called) => called.caller,
            Err(error) => {
                answers.push(Err(error));
                continue;
            }
        };
        let told = told.get(&caller.id).ok_or(Error::NotFound)?;
        let ticket = ticket::store::issue(cx, told).await?;
        let contact = contacts.entry(caller.id).or_default();
        contact.country = beat.cx.country.or(contact.country);
        let offset = beat.said.device_time.map(|time| (time - cx.now).whole_seconds());
        contact.clock_offset = offset.or(contact.clock_offset);
        contact.ticket_until = ticket.as_ref().map(|(_, until)| *until).or(contact.ticket_until);
        let [jitter] = random::<1>();
        let next_in = HEARTBEAT_SECONDS + u32::from(jitter) * HEARTBEAT_JITTER / 256;
        let ticket = ticket.map(|(ticket, _)| ticket);
        answers.push(Ok(HeartbeatAnswer { next_in, device: told.status.clone(), ticket }));
    }
    note(&mut db, cx.now, &contacts).await?;
    Ok(answers)
}

/// Whose these tokens are. A device that was disconnected is known as long as it holds a seat: its license keeps running,
/// and needs its tickets (R52).
async fn recognize(db: impl PgExecutor<'_>, hashes: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Caller>> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    let rows = sqlx::query!(
        r#"select d.id, d.account_id, d.token_hash as "token_hash!", d.app_version
           from device d
           where d.token_hash = any($1) and (d.disconnected_at is null or exists (
               select 1 from seat s where s.device_id = d.id and s.released_at is null))"#,
        &hashes,
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().filter_map(|row| {
        let caller = Caller { id: DeviceId(row.id), account: AccountId(row.account_id), app_version: row.app_version };
        Some((row.token_hash.try_into().ok()?, caller))
    });
    Ok(known.collect())
}

/// A heartbeat of a device that is known, and what is new about it.
struct Called {
    caller: Caller,
    app_version: Option<String>,
    made_of: Option<Fingerprint>,
}

fn call(beat: &Beat, caller: Option<&Caller>) -> Result<Called> {
    let caller = caller.ok_or(Error::Unauthenticated)?.clone();
    let version = beat.said.app_version.as_deref().map(|version| text::line(version, 40)).transpose();
    let version = version.map_err(|fault| Error::field("app_version", fault))?;
    let made_of = beat.said.fingerprint.as_deref().map(Fingerprint::parse).transpose();
    let made_of = made_of.map_err(|fault| Error::field("fingerprint", fault))?;
    Ok(Called { app_version: version.filter(|version| *version != caller.app_version), caller, made_of })
}

/// Which applications were updated; mostly none was.
async fn update_versions(db: &mut PgConnection, called: &[Result<Called>]) -> Result<()> {
    let new: BTreeMap<Uuid, &str> = called
        .iter()
        .flatten()
        .filter_map(|called| Some((called.caller.id.0, called.app_version.as_deref()?)))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let (ids, versions): (Vec<Uuid>, Vec<String>) =
        new.into_iter().map(|(id, version)| (id, version.to_owned())).unzip();
    sqlx::query!(
        "update device d set app_version = n.version
         from unnest($1::uuid[], $2::text[]) as n (id, version)
         where d.id = n.id",
        &ids,
        &versions,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Which machines got a new part; mostly none did. Each by itself: its transaction holds others who ask for the same parts.
async fn update_machines(db: &mut PgConnection, cx: &Cx, called: &[Result<Called>]) -> Result<()> {
    for called in called.iter().flatten() {
        if let Some(made_of) = &called.made_of {
            let mut tx = db.begin().await?;
            machine::update(&mut tx, cx, called.caller.id, made_of).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Notes when and where devices were last seen. Sorted, so that two nodes hardly ever wait for each other.
pub(crate) async fn note(
    db: &mut PgConnection,
    now: OffsetDateTime,
    contacts: &BTreeMap<DeviceId, Contact>,
) -> Result<()> {
    let ids: Vec<Uuid> = contacts.keys().map(|id| id.0).collect();
    let countries: Vec<Option<String>> =
        contacts.values().map(|contact| contact.country.map(|country| country.to_string())).collect();
    let offsets: Vec<Option<i64>> = contacts.values().map(|contact| contact.clock_offset).collect();
    let tickets: Vec<Option<OffsetDateTime>> = contacts.values().map(|contact| contact.ticket_until).collect();
    let noted = sqlx::query_file!(
        "src/device/note.sql",
        now,
        &ids,
        &countries as &[Option<String>],
        &offsets as &[Option<i64>],
        &tickets as &[Option<OffsetDateTime>],
    )
    .execute(&mut *db)
    .await?;
    if noted.rows_affected() == ids.len() as u64 {
        return Ok(());
    }
    sqlx::query!(
        "insert into device_contact (device_id, last_seen_at, country, clock_offset_seconds, ticket_until)
         select device_id, $1, country, clock_offset, ticket_until
         from unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[])
             as n (device_id, country, clock_offset, ticket_until)
         on conflict (device_id) do nothing",
        now,
        &ids,
        &countries as &[Option<String>],
        &offsets as &[Option<i64>],
        &tickets as &[Option<OffsetDateTime>],
    )
    .execute(db)
    .await?;
    Ok(())
}

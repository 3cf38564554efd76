//! A freshly installed system comes with a ticket and is its device again.

use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::attempt::{self, REINSTALL_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::device::fingerprint::Fingerprint;
use crate::device::machine::{self, Kept};
use crate::device::reinstall::{ReinstallTicket, TicketFacts};
use crate::device_api::{ReinstallRequest, Token as DeviceToken};
use crate::id::{AccountId, DeviceId, MachineId, ProductId};
use crate::mail::{self, Letter};
use crate::seal::{Token, hashed};
use crate::text::{self, Faults};
use crate::{Error, Fault, Result};

/// What a program says that comes with a ticket, as it was understood.
struct Arrival {
    ticket: ReinstallTicket,
    os_family: Option<OsFamily>,
    os_version: Option<String>,
    app_version: Option<String>,
    components: Option<Kept>,
}

impl Arrival {
    fn read(said: &ReinstallRequest) -> Result<Self> {
        let mut faults = Faults::default();
        let ticket = faults.take("ticket", ReinstallTicket::parse(&said.ticket));
        let os_family = said.os_family.as_deref().map(|word| word.parse::<OsFamily>().map_err(|_| Fault::NotAChoice));
        let os_family = faults.take("os_family", os_family.transpose());
        let text = |typed: &Option<String>, max| typed.as_deref().map(|typed| text::paragraphs(typed, max)).transpose();
        let os_version = faults.take("os_version", text(&said.os_version, 80));
        let app_version = faults.take("app_version", text(&said.app_version, 40));
        let told = said.fingerprint.as_deref().filter(|told| !told.trim().is_empty());
        let told = faults.take("fingerprint", told.map(Fingerprint::parse).transpose());
        let arrival = (|| {
            Some(Self {
                ticket: ticket?,
                os_family: os_family?,
                os_version: os_version?,
                app_version: app_version?,
                components: told?.as_ref().and_then(Kept::of),
            })
        })();
        faults.finish(arrival)
    }
}

/// The device of a ticket.
struct Expected {
    ticket: uuid::Uuid,
    device: DeviceId,
    account: AccountId,
    product: ProductId,
    machine: Option<MachineId>,
    os_family: OsFamily,
}

/// A freshly installed system comes with a ticket and is the same device again: same record, so same seat and same dates;
/// the token from before is dead (R91). The machine may have other parts than before; who made the ticket answers for it.
/// Of two that come with the same ticket, one gets the token.
///
/// # Errors
/// `Invalid(ticket: DeadTicket)` for one that was used, taken back, is too old or never was; `Invalid` for what the program
/// says of itself; `Refused(NoSeatsOfClass)` (E08) when the system is of another kind than the seat is for,
/// `Refused(OtherAccount)` (E29) for a machine of another account, `Refused(Attempts)` (E26) after ten wrong tickets from
/// one network.
pub async fn for_reinstall(cx: Cx, said: ReinstallRequest) -> Result<DeviceToken> {
    count_try(&cx).await?;
    let arrival = Arrival::read(&said)?;
    let mut tx = cx.begin().await?;
    let expected = find_expected(&mut tx, &cx, &arrival.ticket).await?;
    let machine = match judge(&mut tx, &cx, &arrival, &expected).await? {
        Ok(machine) => machine,
        Err(refusal) => {
            let event = Event::ReinstallRefused { device: expected.device, refusal: refusal.code() };
            audit::record(&mut tx, &cx, Some(expected.account), event).await?;
            tx.commit().await?;
            return Err(refusal.into());
        }
    };
    let token = Token::generate();
    bring_back(&mut tx, &cx, &arrival, &expected, machine, &token).await?;
    if let Some(address) = cx.network() {
        attempt::forgive(&mut tx, cx.now, REINSTALL_ADDRESS.bucket, &address).await?;
    }
    tell(&mut tx, &cx, expected.device).await?;
    audit::record(&mut tx, &cx, Some(expected.account), Event::DeviceReinstalled(expected.device)).await?;
    tx.commit().await?;
    Ok(DeviceToken { access_token: token.reveal().to_owned(), token_type: "Bearer".to_owned() })
}

/// Counts the try before it is judged, in a transaction of its own.
async fn count_try(cx: &Cx) -> Result<()> {
    let Some(address) = cx.network() else { return Ok(()) };
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, cx, REINSTALL_ADDRESS, &address).await?;
    tx.commit().await?;
    Ok(())
}

async fn find_expected(db: &mut PgConnection, cx: &Cx, ticket: &ReinstallTicket) -> Result<Expected> {
    let row = sqlx::query!(
        r#"select t.id, t.expires_at, t.used_at, t.revoked_at, d.id as device, d.account_id, d.product_id, d.machine_id,
               d.os_family as "os_family: OsFamily", d.disconnected_at
           from reinstall_ticket t join device d on d.id = t.device_id
           where t.ticket_hash = $1
           for update of t"#,
        &hashed(ticket.as_bytes())[..],
    )
    .fetch_optional(db)
    .await?;
    let alive = row.filter(|row| {
        let (expires_at, used_at, revoked_at) = (row.expires_at, row.used_at, row.revoked_at);
        let connected = row.disconnected_at.is_none();
        TicketFacts { expires_at, used_at, revoked_at, connected }.works(cx.now)
    });
    let row = alive.ok_or_else(|| Error::field("ticket", Fault::DeadTicket))?;
    Ok(Expected {
        ticket: row.id,
        device: DeviceId(row.device),
        account: AccountId(row.account_id),
        product: ProductId(row.product_id),
        machine: row.machine_id.map(MachineId),
        os_family: row.os_family,
    })
}

/// The machine the device runs on from now on, or why a rule says no; the ticket can be used again then.
async fn judge(
    db: &mut PgConnection,
    cx: &Cx,
    arrival: &Arrival,
    expected: &Expected,
) -> Result<Result<Option<MachineId>, Refusal>> {
    let class = expected.os_family.seat_class();
    if let Some(other) = arrival.os_family.map(OsFamily::seat_class).filter(|other| *other != class) {
        return Ok(Err(Refusal::NoSeatsOfClass { class: other }));
    }
    let Some(kept) = &arrival.components else { return Ok(Ok(expected.machine)) };
    if let Some(found) = machine::find(db, kept).await?
        && machine::is_connected_elsewhere(db, found, expected.account, expected.product).await?
    {
        return Ok(Err(Refusal::OtherAccount));
    }
    Ok(Ok(machine::succeed(db, cx, expected.machine, expected.product, kept).await?))
}

async fn bring_back(
    db: &mut PgConnection,
    cx: &Cx,
    arrival: &Arrival,
    expected: &Expected,
    machine: Option<MachineId>,
    token: &Token,
) -> Result<()> {
    sqlx::query!("update reinstall_ticket set used_at = $2 where id = $1", expected.ticket, cx.now)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "update device
         set os_family = coalesce($3, os_family), os_version = coalesce($4, os_version),
             app_version = coalesce($5, app_version), machine_id = $6, token_hash = $7, connected_at = $8
         where account_id = $1 and id = $2",
        expected.account.0,
        expected.device.0,
        arrival.os_family.map(OsFamily::as_str),
        arrival.os_version,
        arrival.app_version,
        machine.map(|machine| machine.0),
        &token.hash()[..],
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Tells whose device it is and who looks after its license: a ticket that fell into other hands shows.
async fn tell(db: &mut PgConnection, cx: &Cx, device: DeviceId) -> Result<()> {
    let people = sqlx::query!(
        r#"select distinct p.name, p.email, d.name as device
           from device d
           left join seat s on s.device_id = d.id and s.released_at is null
           left join license l on l.id = s.license_id
           join person p on p.id = d.owner_id or p.id = l.administrator_id
           where d.id = $1 and p.disabled_at is null and p.email_verified_at is not null"#,
        device.0,
    )
    .fetch_all(&mut *db)
    .await?;
    for person in people {
        let letter = Letter {
            to: &person.email,
            subject: &format!("{} is back after a reinstall", person.device),
            paragraphs: vec![
                format!("Hello {},", person.name),
                format!(
                    "the reinstall ticket of {} was used. The device has its license back: the same seat, the same end date. \
                     What was installed on it before is no longer connected.",
                    person.device
                ),
            ],
            action: Some(("See the device", format!("/devices/{device}"))),
            footnote: "If nobody of your office reinstalled this device, disconnect it on its page and write to support.",
        };
        mail::write(db, cx, &letter).await?;
    }
    Ok(())
}

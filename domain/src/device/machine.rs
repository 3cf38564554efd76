//! The machines that devices run on: found again by what they are made of, whatever was installed or linked since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::OsFamily;
use super::fingerprint::{COMMON_FROM, Component, Digest, Fingerprint, Likeness, likeness};
use crate::Result;
use crate::cx::Cx;
use crate::id::{AccountId, DeviceId, MachineId, ProductId};
use crate::seal::hashed;
use crate::seat::SeatClass;

/// A fingerprint as it is kept: each digest hashed once more, so that a copy of the database passes for no machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(Fingerprint);

impl Kept {
    /// What is kept of what a machine told.
    #[must_use]
    pub fn of(told: &Fingerprint) -> Option<Self> {
        Fingerprint::of(told.components().map(|(component, digest)| (component, hashed(&digest)))).map(Self)
    }

    fn columns(&self) -> (Vec<String>, Vec<Vec<u8>>) {
        self.0.components().map(|(component, digest)| (component.as_str().to_owned(), digest.to_vec())).unzip()
    }
}

/// The machine of this fingerprint: one that is known, or a new one. What is known of it is brought up to date. Of two
/// that ask for the same new machine at once, the second waits until the first one's transaction is over and finds it.
///
/// # Errors
/// Those of the database.
pub async fn resolve(db: &mut PgConnection, cx: &Cx, kept: &Kept) -> Result<MachineId> {
    wait_for_turn(db, kept).await?;
    if let Some(machine) = find(db, kept).await? {
        remember(db, machine, kept).await?;
        return Ok(machine);
    }
    let machine = MachineId::generate();
    sqlx::query!("insert into machine (id, first_seen_at) values ($1, $2)", machine.0, cx.now)
        .execute(&mut *db)
        .await?;
    remember(db, machine, kept).await?;
    Ok(machine)
}

/// The machine of this fingerprint, if it is known. Of several it is the one of which the most parts agree.
///
/// # Errors
/// Those of the database.
pub async fn find(db: &mut PgConnection, kept: &Kept) -> Result<Option<MachineId>> {
    let same = look_alikes(db, kept).await?;
    Ok(same.into_iter().max_by_key(|(machine, agreeing)| (*agreeing, std::cmp::Reverse(*machine))).map(|(id, _)| id))
}

/// Brings up to date what the machine of this device is made of, so that parts may change one after another. A device
/// without a machine gets one, unless another device runs on it. Hardware that is not the same machine changes nothing:
/// a copied token does not make another machine of it. Call it before the device's row is locked.
///
/// # Errors
/// Those of the database.
pub async fn update(db: &mut PgConnection, cx: &Cx, device: DeviceId, told: &Fingerprint) -> Result<()> {
    let Some(kept) = Kept::of(told) else { return Ok(()) };
    wait_for_turn(db, &kept).await?;
    let own = sqlx::query_scalar!("select machine_id from device where id = $1", device.0);
    let Some(own) = own.fetch_optional(&mut *db).await? else { return Ok(()) };
    if let Some(own) = own {
        let alike = look_alikes(db, &kept).await?;
        return match alike.into_iter().find(|(machine, _)| machine.0 == own) {
            Some((machine, _)) => remember(db, machine, &kept).await,
            None => Ok(()),
        };
    }
    let machine = resolve(db, cx, &kept).await?;
    sqlx::query!(
        "update device as d set machine_id = $2
         where d.id = $1 and not exists (
             select 1 from device other where other.machine_id = $2 and other.product_id = d.product_id)",
        device.0,
        machine.0,
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// The machine of a device that comes back by a ticket. Who made the ticket says that it is the same one, so the machine
/// that is known stays and takes on the parts that were told, unless they are those of another known machine: what was
/// used on it is remembered all the same (R72). A device without a machine gets one, as in `update`. Call it before the
/// device's row is locked.
///
/// # Errors
/// Those of the database.
pub async fn succeed(
    db: &mut PgConnection,
    cx: &Cx,
    own: Option<MachineId>,
    product: ProductId,
    kept: &Kept,
) -> Result<Option<MachineId>> {
    let Some(own) = own else {
        let machine = resolve(db, cx, kept).await?;
        let taken = sqlx::query_scalar!(
            r#"select exists (select 1 from device where machine_id = $1 and product_id = $2) as "taken!""#,
            machine.0,
            product.0,
        );
        let taken = taken.fetch_one(&mut *db).await?;
        return Ok(if taken { None } else { Some(machine) });
    };
    wait_for_turn(db, kept).await?;
    if find(db, kept).await?.is_none_or(|found| found == own) {
        remember(db, own, kept).await?;
    }
    Ok(Some(own))
}

/// The device that the account already has on this machine for this product, in the class of seats that the system takes
/// (R59): the connected one before a disconnected one, then the newest. With it, its name.
///
/// # Errors
/// Those of the database.
pub async fn device_on(
    db: &mut PgConnection,
    machine: MachineId,
    account: AccountId,
    product: ProductId,
    class: SeatClass,
) -> Result<Option<(DeviceId, String)>> {
    let rows = sqlx::query!(
        r#"select id, name, os_family as "os_family: OsFamily"
           from device
           where account_id = $1 and machine_id = $2 and product_id = $3
           order by (disconnected_at is null) desc, connected_at desc"#,
        account.0,
        machine.0,
        product.0,
    )
    .fetch_all(db)
    .await?;
    let fits = rows.into_iter().find(|row| row.os_family.seat_class() == class);
    Ok(fits.map(|row| (DeviceId(row.id), row.name)))
}

/// Whether the machine is connected to another account for this product (E29).
///
/// # Errors
/// Those of the database.
pub async fn is_connected_elsewhere(
    db: &mut PgConnection,
    machine: MachineId,
    account: AccountId,
    product: ProductId,
) -> Result<bool> {
    let elsewhere = sqlx::query_scalar!(
        r#"select exists (
               select 1 from device
               where machine_id = $1 and product_id = $2 and account_id <> $3 and disconnected_at is null
           ) as "elsewhere!""#,
        machine.0,
        product.0,
        account.0,
    )
    .fetch_one(db)
    .await?;
    Ok(elsewhere)
}

/// Holds everybody else who asks for a machine with one of these components until this transaction is over.
async fn wait_for_turn(db: &mut PgConnection, kept: &Kept) -> Result<()> {
    let mut locks: Vec<i64> = kept.0.components().map(|(component, digest)| lock(component, &digest)).collect();
    // everybody in the same order, so that two never wait for each other
    locks.sort_unstable();
    sqlx::query!("select pg_advisory_xact_lock(lock) from unnest($1::bigint[]) as lock", &locks).fetch_all(db).await?;
    Ok(())
}

fn lock(component: Component, digest: &Digest) -> i64 {
    let mut beginning = [0; 8];
    beginning.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(beginning) ^ component as i64
}

/// The machines that are the same as this one, each with the number of components that agree. A component that is known
/// on too many machines is no way to find one, so few rows are read however many machines there are.
async fn look_alikes(db: &mut PgConnection, kept: &Kept) -> Result<Vec<(MachineId, usize)>> {
    let (kinds, hashes) = kept.columns();
    let rows = sqlx::query!(
        r#"with holding as (
               select a.kind, h.machine_id, count(*) over (partition by a.kind) as machines
               from unnest($1::text[], $2::bytea[]) as a (kind, hash)
               cross join lateral (
                   select c.machine_id from machine_component c
                   where c.kind = a.kind and c.hash = a.hash
                   order by c.machine_id
                   limit $3
               ) as h
           )
           select c.machine_id, c.kind as "kind: Component", c.hash,
               (select max(h.machines) from holding h where h.kind = c.kind) as machines
           from machine_component c
           where c.machine_id in (select h.machine_id from holding h where h.machines < $3)"#,
        &kinds,
        &hashes,
        i64::from(COMMON_FROM),
    )
    .fetch_all(db)
    .await?;
    let mut machines: BTreeMap<Component, u32> = BTreeMap::new();
    let mut candidates: BTreeMap<MachineId, Vec<(Component, Digest)>> = BTreeMap::new();
    for row in rows {
        let count = row.machines.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        machines.insert(row.kind, count);
        if let Ok(digest) = row.hash.try_into() {
            candidates.entry(MachineId(row.machine_id)).or_default().push((row.kind, digest));
        }
    }
    let count = |component| machines.get(&component).copied().unwrap_or(0);
    let same = candidates.into_iter().filter_map(|(id, components)| {
        let agreeing = components.iter().filter(|(kind, digest)| kept.0.get(*kind) == Some(*digest)).count();
        let known = Fingerprint::of(components)?;
        (likeness(&known, &kept.0, count) == Likeness::Same).then_some((id, agreeing))
    });
    Ok(same.collect())
}

/// What a machine does not tell this time stays known.
async fn remember(db: &mut PgConnection, machine: MachineId, kept: &Kept) -> Result<()> {
    let (kinds, hashes) = kept.columns();
    sqlx::query!(
        "insert into machine_component (machine_id, kind, hash)
         select $1, kind, hash from unnest($2::text[], $3::bytea[]) as told (kind, hash)
         on conflict (machine_id, kind) do update
         set hash = excluded.hash
         where machine_component.hash <> excluded.hash",
        machine.0,
        &kinds,
        &hashes,
    )
    .execute(db)
    .await?;
    Ok(())
}

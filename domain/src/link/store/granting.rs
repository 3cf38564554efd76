//! A device gets its token: it is made, or the one that the account already has on this machine comes back.

use sqlx::PgConnection;

use crate::Result;
use crate::activation::Refusal;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::device::machine::{self, Kept};
use crate::id::{AccountId, DeviceId, LinkId, MachineId, PersonId, ProductId};
use crate::link::UNNAMED;
use crate::seal::Token;

/// What a person has agreed to.
pub(super) struct Linking {
    pub(super) link: LinkId,
    pub(super) account: AccountId,
    pub(super) owner: PersonId,
    pub(super) product: ProductId,
    pub(super) components: Option<Kept>,
    pub(super) name: String,
    pub(super) os_family: OsFamily,
    pub(super) os_version: String,
    pub(super) app_version: String,
    pub(super) country: Option<String>,
}

impl Linking {
    /// The token, or why a rule says no after all; either is to be committed.
    pub(super) async fn grant(&self, db: &mut PgConnection, cx: &Cx) -> Result<Result<Token, Refusal>> {
        let machine = match &self.components {
            Some(kept) => Some(machine::resolve(db, cx, kept).await?),
            None => None,
        };
        let mut known = None;
        if let Some(machine) = machine {
            if machine::is_connected_elsewhere(db, machine, self.account, self.product).await? {
                return Ok(Err(self.refuse(db, cx, Refusal::OtherAccount).await?));
            }
            known = machine::device_on(db, machine, self.account, self.product, self.os_family.seat_class()).await?;
        }
        let token = Token::generate();
        let (device, event) = match known {
            Some((device, _)) => {
                self.bring_back(db, cx, device, &token).await?;
                (device, Event::DeviceRelinked(device))
            }
            None => {
                let device = self.make(db, cx, machine, &token).await?;
                (device, Event::DeviceLinked(device))
            }
        };
        self.note_contact(db, cx, device).await?;
        sqlx::query!("update device_link set state = 'used', device_id = $2 where id = $1", self.link.0, device.0)
            .execute(&mut *db)
            .await?;
        audit::record(db, cx, Some(self.account), event).await?;
        Ok(Ok(token))
    }

    async fn refuse(&self, db: &mut PgConnection, cx: &Cx, refusal: Refusal) -> Result<Refusal> {
        sqlx::query!("update device_link set state = 'denied' where id = $1", self.link.0).execute(&mut *db).await?;
        let event = Event::LinkRefused { link: self.link, refusal: refusal.code() };
        audit::record(db, cx, Some(self.account), event).await?;
        Ok(refusal)
    }

    async fn make(
        &self,
        db: &mut PgConnection,
        cx: &Cx,
        machine: Option<MachineId>,
        token: &Token,
    ) -> Result<DeviceId> {
        let device = DeviceId::generate();
        sqlx::query!(
            "insert into device (id, account_id, owner_id, product_id, machine_id, name, os_family, os_version, app_version,
                 token_hash, connected_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
            device.0,
            self.account.0,
            self.owner.0,
            self.product.0,
            machine.map(|machine| machine.0),
            self.name,
            self.os_family.as_str(),
            self.os_version,
            self.app_version,
            &token.hash()[..],
            cx.now,
        )
        .execute(db)
        .await?;
        Ok(device)
    }

    /// The device keeps its identity, its seats and the name that people know it by; its owner too, unless it was taken out
    /// of the account. Its old token is dead.
    async fn bring_back(&self, db: &mut PgConnection, cx: &Cx, device: DeviceId, token: &Token) -> Result<()> {
        sqlx::query!(
            "update device
             set name = case when name = $3 then $4 else name end, os_family = $5, os_version = $6, app_version = $7,
                 token_hash = $8, connected_at = $9, disconnected_at = null,
                 owner_id = case when disconnected_at is null then owner_id else $10 end
             where account_id = $1 and id = $2",
            self.account.0,
            device.0,
            UNNAMED,
            self.name,
            self.os_family.as_str(),
            self.os_version,
            self.app_version,
            &token.hash()[..],
            cx.now,
            self.owner.0,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Of a device that comes back, its next call notes when it was seen: whether it was online at the end of its license
    /// decides when the next one starts.
    async fn note_contact(&self, db: &mut PgConnection, cx: &Cx, device: DeviceId) -> Result<()> {
        sqlx::query!(
            "insert into device_contact (device_id, last_seen_at, country) values ($1, $2, $3)
             on conflict (device_id) do update
             set country = coalesce(excluded.country, device_contact.country)",
            device.0,
            cx.now,
            self.country,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

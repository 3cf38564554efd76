//! Telling the people of a license that it ends (N1) and that it has ended (N2).

use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::actor::Permission;
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::license::{Level, LicenseFacts};
use crate::notice::stage::{self, USERS_TOLD_FROM};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::{Result, text};

/// How many licenses one round looks at; the rest has its turn in the next.
const BATCH: i64 = 500;
/// An end that is longer ago was told, or is no news.
const NEWS_FOR: Duration = Duration::days(7);
/// The longest grace after the end of a term.
const GRACE: Duration = Duration::days(90);

/// What a license's people are told by.
struct Ending {
    id: Uuid,
    account: AccountId,
    administrator: PersonId,
    users: Vec<PersonId>,
    product: String,
    facts: LicenseFacts,
    devices: i64,
    /// Devices on which a code waits that would take over as things stand.
    covered: i64,
}

/// The licenses of an account are looked at again, because it chose other days.
pub(crate) async fn look_again(db: &mut PgConnection, account: AccountId) -> Result<()> {
    sqlx::query!("update license set notice_due_at = null where account_id = $1", account.0).execute(db).await?;
    Ok(())
}

/// Tells of the licenses that end soon or have ended, each stage once. Gives how many were looked at.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn tell_of_endings(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"select l.id, l.account_id, l.administrator_id, p.name as product, a.notice_days, l.auto_renew,
               license_facts(l) as "facts!: Json<LicenseFacts>",
               array(
                   select distinct d.owner_id from seat s join device d on d.id = s.device_id
                   where s.license_id = l.id and s.released_at is null
               ) as "users!",
               (select count(*) from seat s where s.license_id = l.id and s.released_at is null) as "devices!",
               (
                   select count(*) from seat s join reserve r on r.device_id = s.device_id
                   where s.license_id = l.id and s.released_at is null and r.state = 'waiting' and r.trouble is null
               ) as "covered!",
               exists (select 1 from seat s where s.license_id = l.id and s.released_at is not null) as "was_left!"
           from license l
           join product p on p.id = l.product_id
           join account a on a.id = l.account_id
           where l.cancelled_at is null and l.expires_at > $1 and l.expires_at <= $2
               and (l.notice_due_at is null or l.notice_due_at <= $3)
           order by l.expires_at, l.id
           limit $4
           for update of l skip locked"#,
        cx.now - NEWS_FOR - GRACE,
        cx.now + Duration::days(31),
        cx.now,
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    let looked_at = rows.len();
    let (mut told, mut again_at) = (Vec::with_capacity(looked_at), Vec::with_capacity(looked_at));
    for row in rows {
        let Json(facts) = row.facts;
        let ending = Ending {
            id: row.id,
            account: AccountId(row.account_id),
            administrator: PersonId(row.administrator_id),
            users: row.users.into_iter().map(PersonId).collect(),
            product: row.product,
            facts,
            devices: row.devices,
            covered: row.covered,
        };
        // a license that its devices have left for the next one ends to nobody's loss
        if row.devices > 0 || !row.was_left {
            let renews_itself = facts.kind == CodeKind::Subscription && row.auto_renew;
            ending.tell(&mut tx, cx, &row.notice_days, renews_itself).await?;
        }
        let again = stage::next(&row.notice_days, facts.runs_until(), cx.now);
        // after the end nothing more is told, unless its dates change
        again_at.push(if again <= cx.now { cx.now + GRACE + NEWS_FOR } else { again });
        told.push(row.id);
    }
    sqlx::query!(
        "update license l set notice_due_at = t.again_at
         from unnest($1::uuid[], $2::timestamptz[]) as t (id, again_at)
         where l.id = t.id",
        &told,
        &again_at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(looked_at)
}

impl Ending {
    async fn tell(&self, db: &mut PgConnection, cx: &Cx, days: &[i32], renews_itself: bool) -> Result<()> {
        let ends_at = self.facts.runs_until();
        match stage::reached(days, ends_at, cx.now) {
            _ if cx.now >= ends_at + NEWS_FOR => Ok(()),
            _ if cx.now >= ends_at => self.has_ended(db, cx, ends_at).await,
            Some(days) if !renews_itself => self.ends(db, cx, ends_at, days).await,
            Some(_) | None => Ok(()),
        }
    }

    fn people(&self, users_too: bool) -> Vec<PersonId> {
        let users = self.users.iter().copied().filter(|id| users_too && *id != self.administrator);
        users.chain([self.administrator]).collect()
    }

    fn used_by(&self) -> String {
        match self.devices {
            0 => "No device uses it at the moment.".to_owned(),
            1 => "1 device uses it.".to_owned(),
            devices => format!("{devices} devices use it."),
        }
    }

    fn what_then(&self) -> &'static str {
        match self.facts.level(self.facts.runs_until()) {
            Level::Stopped => "Protection stops then.",
            Level::Full | Level::Restricted => {
                "Databases are not updated any more then, and some components are restricted."
            }
        }
    }

    /// N1.
    async fn ends(&self, db: &mut PgConnection, cx: &Cx, ends_at: OffsetDateTime, days: i32) -> Result<()> {
        let (day, product) = (text::day(ends_at), &self.product);
        let when = match self.facts.days_left(cx.now) {
            0 if ends_at.date() == cx.now.date() => "today".to_owned(),
            0 => "tomorrow".to_owned(),
            left => format!("in {left} days"),
        };
        let (severity, title, said) = if self.devices > 0 && self.covered >= self.devices {
            // nothing to do is no reason for red (edge case 52)
            let said = "A reserve code waits on every device that uses this license. It takes over by itself: there is \
                        nothing to do.";
            (Severity::Info, format!("{product} switches to its reserve code on {day}"), vec![said.to_owned()])
        } else {
            let severity = match days {
                ..=1 => Severity::Critical,
                2..=14 => Severity::Warning,
                _ => Severity::Info,
            };
            let way_on = match self.covered {
                0 => "Add a code now: it waits, takes over by itself on that day, and nothing of the running term is lost."
                    .to_owned(),
                covered => {
                    format!("A reserve code waits on {covered} of {} devices. Add one for the others.", self.devices)
                }
            };
            let what = format!("The license ends on {day}. {} {}", self.used_by(), self.what_then());
            (severity, format!("{product} ends {when}"), vec![what, way_on])
        };
        self.say(
            db,
            cx,
            severity,
            (title, said),
            format!("ends:{}:{}:{days}", self.id, ends_at.date()),
            days <= USERS_TOLD_FROM,
        )
        .await
    }

    /// N2.
    async fn has_ended(&self, db: &mut PgConnection, cx: &Cx, ended_at: OffsetDateTime) -> Result<()> {
        let day = text::day(ended_at);
        let said = vec![
            format!("The license ended on {day}. {}", self.used_by()),
            "Add a code or renew: it works again at once, and nothing has to be installed anew.".to_owned(),
        ];
        let title = format!("{} has ended", self.product);
        self.say(db, cx, Severity::Critical, (title, said), format!("ended:{}:{}", self.id, ended_at.date()), true)
            .await
    }

    async fn say(
        &self,
        db: &mut PgConnection,
        cx: &Cx,
        severity: Severity,
        (title, said): (String, Vec<String>),
        key: String,
        users_too: bool,
    ) -> Result<()> {
        let news = News {
            kind: NoticeKind::LicenseEnd,
            severity,
            title,
            said,
            action: ("See the license", format!("/licenses/{}", self.id)),
            because: "You get this mail because you look after this license or use one of its devices.",
            key: Some(key),
        };
        tell(db, cx, self.account, &self.people(users_too), &news).await.map(drop)
    }
}

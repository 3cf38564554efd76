//! Reading the log across accounts. Each combination of what is sought is a statement of its own, so that each runs along the
//! index that fits it.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use super::{Doer, Entry, Sought, Trail};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::AccountId;
use crate::page::USUAL;
use crate::{Error, Fault, Result};

/// The most events of a file.
pub const MOST: usize = 10_000;
/// So many events around a day's first and last are looked at for their numbers: deeds at the same time commit in any order.
const AROUND: i64 = 1000;

/// A page of what is sought. That it was looked at is an event itself (H11).
///
/// # Errors
/// `Forbidden` for everybody but leads and auditors; `Invalid` for a day or an identity that is none.
pub async fn trail(cx: Cx, sought: Sought) -> Result<Trail> {
    cx.require(Permission::ReadAudit)?;
    let usual = USUAL as usize;
    let mut entries = read(&cx, &sought, usual + 1).await?;
    let more = entries.len() > usual;
    entries.truncate(usual);
    let older = more.then(|| entries.last().map(|entry| entry.number)).flatten();
    let mut tx = cx.begin().await?;
    let fields = &["who", "office", "object", "facts", "country"];
    audit::record(&mut tx, &cx, None, Event::TrailViewed { events: entries.len(), fields }).await?;
    tx.commit().await?;
    Ok(Trail { entries, older, now: cx.now })
}

/// The newest of what is sought, to take along; that it was taken is an event itself.
///
/// # Errors
/// Those of `trail`.
pub async fn taken_along(cx: Cx, sought: Sought) -> Result<Vec<Entry>> {
    cx.require(Permission::ReadAudit)?;
    let entries = read(&cx, &sought, MOST).await?;
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::AuditExported { events: entries.len() }).await?;
    tx.commit().await?;
    Ok(entries)
}

/// What is sought, found out.
#[derive(Default)]
struct Bounds {
    what: Option<Uuid>,
    who: Option<Uuid>,
    account_of_who: Option<Uuid>,
    office: Option<Uuid>,
    from: Option<OffsetDateTime>,
    until: Option<OffsetDateTime>,
}

async fn read(cx: &Cx, sought: &Sought, most: usize) -> Result<Vec<Entry>> {
    let Some(bounds) = bounds(cx, sought).await? else { return Ok(Vec::new()) };
    let mut asked = QueryBuilder::<Postgres>::new(
        "select e.id, e.at, e.event, e.actor_kind, e.actor_id, e.account_id, e.object_id, e.facts, e.country, e.request_id,
             s.name as staff, a.name as office, coalesce(r.number, c.number, o.name) as object
         from (select * from audit_event where true",
    );
    if let Some(what) = bounds.what {
        asked.push(" and object_id = ").push_bind(what);
    }
    if let Some(who) = bounds.who {
        asked.push(" and actor_id = ").push_bind(who);
        // what support did has an index, and what people and devices did stands in their account
        match bounds.account_of_who {
            Some(account) => asked.push(" and account_id = ").push_bind(account),
            None => asked.push(" and actor_kind in ('staff', 'seller')"),
        };
    }
    if let Some(office) = bounds.office {
        asked.push(" and account_id = ").push_bind(office);
    }
    if !sought.event.is_empty() {
        asked.push(" and event = ").push_bind(&sought.event);
    }
    if let Some(from) = bounds.from {
        asked.push(" and at >= ").push_bind(from);
        asked.push(" and id >= (select min(id) from (select id from audit_event where at >= ").push_bind(from);
        asked.push(" order by at limit ").push_bind(AROUND).push(") as first)");
    }
    if let Some(until) = bounds.until {
        asked.push(" and at < ").push_bind(until);
        asked.push(" and id <= (select max(id) from (select id from audit_event where at < ").push_bind(until);
        asked.push(" order by at desc limit ").push_bind(AROUND).push(") as last)");
    }
    if let Some(before) = sought.before {
        asked.push(" and id < ").push_bind(before);
    }
    asked.push(" order by id desc limit ").push_bind(most as i64);
    asked.push(
        ") as e
         left join staff s on e.actor_kind = 'staff' and s.id = e.actor_id
         left join account a on a.id = e.account_id
         left join recovery r on r.id = e.object_id
         left join support_case c on c.id = e.object_id
         left join staff o on o.id = e.object_id
         order by e.id desc",
    );
    let rows = asked.build().fetch_all(&cx.world.ro).await?;
    rows.iter().map(|row| Ok(entry(row)?)).collect()
}

/// Nothing when there is nobody and nothing of that name.
async fn bounds(cx: &Cx, sought: &Sought) -> Result<Option<Bounds>> {
    let mut bounds = Bounds {
        office: identity("office", &sought.office)?,
        from: day("from", &sought.from)?,
        until: day("until", &sought.until)?.map(|day| day + Duration::DAY),
        ..Bounds::default()
    };
    let (what, who) = (sought.what.trim(), sought.who.trim());
    bounds.what = what.parse().ok();
    bounds.who = who.parse().ok();
    if bounds.what.is_none() && !what.is_empty() {
        let found = sqlx::query_scalar!(
            r#"select id as "id!" from support_case where number = upper($1)
               union all select id from recovery where number = upper($1)"#,
            what,
        );
        bounds.what = found.fetch_optional(&cx.world.ro).await?;
        if bounds.what.is_none() {
            return Ok(None);
        }
    }
    if let Some(who) = bounds.who {
        let found = sqlx::query_scalar!(
            r#"select account_id as "account!" from person where id = $1
               union all select account_id from device where id = $1 and account_id is not null"#,
            who,
        );
        bounds.account_of_who = found.fetch_optional(&cx.world.ro).await?;
    } else if !who.is_empty() {
        let found = sqlx::query_scalar!("select id from staff where lower(email) = lower($1)", who);
        bounds.who = found.fetch_optional(&cx.world.ro).await?;
        if bounds.who.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(bounds))
}

fn identity(field: &'static str, typed: &str) -> Result<Option<Uuid>> {
    let typed = typed.trim();
    if typed.is_empty() {
        Ok(None)
    } else {
        typed.parse().map(Some).map_err(|_| Error::field(field, Fault::NotAChoice))
    }
}

/// The first instant of a day.
fn day(field: &'static str, typed: &str) -> Result<Option<OffsetDateTime>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let date = Date::parse(typed, format_description!("[year]-[month]-[day]"));
    let date = date.map_err(|_| Error::field(field, Fault::NotADate))?;
    // a day of a year that Postgres does not count asks for nothing
    let counted = (1..=9998).contains(&date.year());
    counted.then(|| Some(date.with_time(Time::MIDNIGHT).assume_utc())).ok_or(Error::field(field, Fault::NotADate))
}

fn entry(row: &PgRow) -> sqlx::Result<Entry> {
    let kind: String = row.try_get("actor_kind")?;
    let actor: Option<Uuid> = row.try_get("actor_id")?;
    let staff: Option<String> = row.try_get("staff")?;
    let by = match (kind.as_str(), actor) {
        ("staff", Some(id)) => Doer::Staff { id, name: staff.unwrap_or_default() },
        ("person", Some(id)) => Doer::Person(id),
        ("device", Some(id)) => Doer::Device(id),
        ("seller", Some(id)) => Doer::Seller(id),
        ("system", _) => Doer::Latchkey,
        _ => Doer::Stranger,
    };
    let account: Option<Uuid> = row.try_get("account_id")?;
    let office: Option<String> = row.try_get("office")?;
    let object: Option<Uuid> = row.try_get("object_id")?;
    let named: Option<String> = row.try_get("object")?;
    let country: Option<String> = row.try_get("country")?;
    Ok(Entry {
        number: row.try_get("id")?,
        at: row.try_get("at")?,
        event: row.try_get("event")?,
        by,
        office: account.map(|id| (AccountId(id), office)),
        object: object.map(|id| (id, named)),
        facts: facts(&row.try_get("facts")?),
        country: country.and_then(|code| code.parse().ok()),
        request: row.try_get("request_id")?,
    })
}

/// What people can read of it: words and numbers. Identities stand in the file of the log.
fn facts(facts: &Value) -> Vec<(String, String)> {
    let Some(facts) = facts.as_object() else { return Vec::new() };
    let told = facts.iter().filter_map(|(name, value)| {
        let words = match value {
            Value::String(text) if text.parse::<Uuid>().is_ok() => return None,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::Array(items) => {
                let words: Vec<&str> =
                    items.iter().filter_map(Value::as_str).filter(|text| text.parse::<Uuid>().is_err()).collect();
                words.join(", ")
            }
            Value::Null | Value::Object(_) => return None,
        };
        (!words.is_empty()).then(|| (name.clone(), words))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_event_are_words_and_no_identities() {
        let event = serde_json::json!({
            "reason": "Told on the phone", "days": 30, "matches": false, "seat": Uuid::nil(), "to": ["IN", "NP"], "none": null,
            "codes": [Uuid::nil()],
        });
        let told = facts(&event);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.contains(&("to".to_owned(), "IN, NP".to_owned())));
        assert!(told.contains(&("matches".to_owned(), "no".to_owned())));
    }

    #[test]
    fn a_day_is_read_or_named_as_none() {
        assert_eq!(day("from", " "), Ok(None));
        assert_eq!(day("from", "2026-11-24").unwrap().unwrap().unix_timestamp(), 1_795_478_400);
        for typed in ["24.11.2026", "2026-13-01", "9999-12-31", "-0044-03-15", "x"] {
            assert_eq!(day("from", typed), Err(Error::field("from", Fault::NotADate)), "{typed}");
        }
    }
}

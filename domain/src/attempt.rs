//! Limits on guessing: tries are counted in the database before they are judged, so that parallel ones count as well.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use crate::activation::{ATTEMPTS, Refusal, WRONG_CODES_PER_SECOND};
use crate::cx::Cx;
use crate::link::LINK_LIFE;
use crate::seal::hashed;
use crate::{Error, Result};

/// How many tries may stand within a span of time.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The kind of try.
    pub bucket: &'static str,
    /// The most tries that may stand.
    pub most: i64,
    /// The span in which they count.
    pub within: Duration,
}

/// Wrong passwords from one network address.
pub const SIGN_IN_ADDRESS: [Limit; 2] = [
    Limit { bucket: "sign_in_address", most: 10, within: Duration::minutes(1) },
    Limit { bucket: "sign_in_address", most: 100, within: Duration::hours(1) },
];
/// Challenges for passkeys that one network address asks for.
pub const PASSKEY_ADDRESS: Limit = Limit { bucket: "passkey_address", most: 60, within: Duration::minutes(10) };
/// Mails with the way to the page for linking, sent by one person.
pub const MAIL_WAY_PERSON: Limit = Limit { bucket: "mail_way_person", most: 20, within: Duration::hours(1) };
/// Wrong codes of one account or device (R99).
pub const CODE_ACCOUNT: Limit = Limit { bucket: "code_account", most: ATTEMPTS.tries as i64, within: ATTEMPTS.within };
/// Wrong codes from one network address.
pub const CODE_ADDRESS: Limit = Limit { bucket: "code_address", most: 20, within: Duration::minutes(10) };
/// Wrong codes of everybody together.
pub const CODE_EVERYBODY: Limit =
    Limit { bucket: "code_everybody", most: WRONG_CODES_PER_SECOND as i64, within: Duration::seconds(1) };
/// Wrong codes of everybody together from which on whoever runs this is warned.
pub const CODE_ALARM: Limit = Limit { most: 5, ..CODE_EVERYBODY };
/// Wrong user codes of one person: as many in the whole life of a user code, so that it is not guessed (S-1).
pub const USER_CODE_PERSON: Limit = Limit { bucket: "user_code_person", most: 5, within: LINK_LIFE };
/// Wrong user codes from one network address.
pub const USER_CODE_ADDRESS: Limit = Limit { bucket: "user_code_address", most: 20, within: Duration::minutes(10) };
/// Requests of devices to be linked, from one network address.
pub const LINK_ADDRESS: Limit = Limit { bucket: "link_address", most: 60, within: Duration::minutes(10) };
/// Mails to leads about one person who tries to act in their own office.
pub const OWN_TOLD: Limit = Limit { bucket: "own_told", most: 1, within: Duration::hours(1) };
/// Wrong passwords when entering it again.
pub const STEP_UP: Limit = Limit { bucket: "step_up", most: 5, within: Duration::minutes(15) };
/// Wrong one-time codes of one person.
pub const SECOND_STEP: Limit = Limit { bucket: "second_step", most: 5, within: Duration::minutes(15) };
/// Codes shown to one account.
pub const SHOW_CODE: Limit = Limit { bucket: "show_code", most: 10, within: Duration::hours(1) };
/// Mails to the owners that no more codes are shown.
pub const SHOWS_TOLD: Limit = Limit { bucket: "shows_told", most: 1, within: Duration::hours(1) };
/// Changes of the e-mail address that one person asks for.
pub const EMAIL_CHANGE: Limit = Limit { bucket: "email_change", most: 3, within: Duration::days(1) };
/// Mails with every code of one person.
pub const MAIL_CODES: Limit = Limit { bucket: "mail_codes", most: 3, within: Duration::days(1) };
/// Links for a new password, asked for from one network address.
pub const RESET_NETWORK: Limit = Limit { bucket: "reset_network", most: 5, within: Duration::hours(1) };
/// Mails that a form sends to one address on a stranger's word (F04).
pub const MAIL_ADDRESS: Limit = Limit { bucket: "mail_address", most: 3, within: Duration::days(1) };
/// Mails to the owner about the closed way in by password.
pub const CLOSED_TOLD: Limit = Limit { bucket: "closed_told", most: 1, within: Duration::days(1) };
/// Codes that one account replaces because they leaked.
pub const ROTATE_CODE: Limit = Limit { bucket: "rotate_code", most: 5, within: Duration::days(1) };
/// Invitations to one address, whoever sends them.
pub const INVITE_ADDRESS: Limit = Limit { bucket: "invite_address", most: 3, within: Duration::days(1) };
/// Invitations of one account.
pub const INVITE_ACCOUNT: Limit = Limit { bucket: "invite_account", most: 100, within: Duration::days(1) };
/// Recovery requests of one account.
pub const RECOVERY_ACCOUNT: Limit = Limit { bucket: "recovery_account", most: 5, within: Duration::hours(1) };
/// Recovery requests from one network address.
pub const RECOVERY_NETWORK: Limit = Limit { bucket: "recovery_network", most: 5, within: Duration::hours(1) };
/// Recovery requests for one license key or order.
pub const RECOVERY_KEY: Limit = Limit { bucket: "recovery_key", most: 3, within: Duration::days(1) };

/// Reinstall tickets that one person makes.
pub const REINSTALL_PERSON: Limit = Limit { bucket: "reinstall_person", most: 10, within: Duration::hours(1) };
/// Wrong reinstall tickets from one network address.
pub const REINSTALL_ADDRESS: Limit = Limit { bucket: "reinstall_address", most: 10, within: Duration::minutes(10) };
/// Opinions about help articles of one person.
pub const FEEDBACK_PERSON: Limit = Limit { bucket: "feedback_person", most: 20, within: Duration::hours(1) };
/// Opinions of strangers about help articles from one network address.
pub const FEEDBACK_NETWORK: Limit = Limit { bucket: "feedback_network", most: 5, within: Duration::hours(1) };
/// Mails about orders, sent again to one address.
pub const ORDER_MAIL_ADDRESS: Limit = Limit { bucket: "order_mail_address", most: 3, within: Duration::days(1) };
/// Mails about orders, asked for from one network address.
pub const ORDER_MAIL_NETWORK: Limit = Limit { bucket: "order_mail_network", most: 5, within: Duration::hours(1) };
/// Cases opened by one account.
pub const CASE_ACCOUNT: Limit = Limit { bucket: "case_account", most: 10, within: Duration::hours(1) };
/// Answers of one person, in cases and in requests.
pub const MESSAGE_PERSON: Limit = Limit { bucket: "message_person", most: 30, within: Duration::hours(1) };
/// Look-ups of one person in support.
pub const LOOK_UP: Limit = Limit { bucket: "look_up", most: 120, within: Duration::hours(1) };
/// Codes that one person in support matches with what is read out.
pub const MATCH_CODE: Limit = Limit { bucket: "match_code", most: 30, within: Duration::hours(1) };
/// Lists of published codes that one lead reads.
pub const BLOCK_LIST: Limit = Limit { bucket: "block_list", most: 20, within: Duration::hours(1) };
/// Records that one person in support opens without a case of their office (H05).
pub const HARVEST: [Limit; 2] = [
    Limit { bucket: "harvest", most: 10, within: Duration::hours(1) },
    Limit { bucket: "harvest", most: 50, within: Duration::days(1) },
];
/// Mails to the leads about one person in support.
pub const HARVEST_TOLD: Limit = Limit { bucket: "harvest_told", most: 1, within: Duration::hours(1) };

/// Refuses (E26) if the limit is reached; else counts this try. Call it in a transaction of its own that commits before
/// the try is judged, and `forgive` the try if it turns out to be right.
///
/// # Errors
/// `Refused(Attempts)` with the instant from which the next try counts.
pub async fn count(db: &mut PgConnection, cx: &Cx, limit: Limit, key: &[u8]) -> Result<()> {
    if let Some(until) = reached(db, cx.now, limit, key).await? {
        return Err(Error::Refused(Refusal::Attempts { until }));
    }
    note(db, cx.now, limit.bucket, key).await
}

/// Whether a try is within each of these limits; if so it counts against all of them. For answers that do not tell.
///
/// # Errors
/// Those of the database.
pub async fn within(db: &mut PgConnection, cx: &Cx, limits: &[(Limit, &[u8])]) -> Result<bool> {
    for (limit, key) in limits {
        if reached(db, cx.now, *limit, key).await?.is_some() {
            return Ok(false);
        }
    }
    for (limit, key) in limits {
        note(db, cx.now, limit.bucket, key).await?;
    }
    Ok(true)
}

/// Counts a try without judging the limit.
///
/// # Errors
/// Those of the database.
pub async fn note(db: &mut PgConnection, now: OffsetDateTime, bucket: &str, key: &[u8]) -> Result<()> {
    let key = hashed(key);
    sqlx::query!("insert into attempt (bucket, key, at) values ($1, $2, $3)", bucket, &key[..], now)
        .execute(db)
        .await?;
    Ok(())
}

/// The instant until which the limit is reached, if it is. Tries on the same key queue up behind each other until the
/// transaction ends, so that parallel ones can't slip through together.
///
/// # Errors
/// Those of the database.
pub async fn reached(
    db: &mut PgConnection,
    now: OffsetDateTime,
    limit: Limit,
    key: &[u8],
) -> Result<Option<OffsetDateTime>> {
    queue_up(db, limit.bucket, &hashed(key)).await?;
    tally(db, now, limit, key).await
}

/// As `reached`, without queueing up: for limits that everybody shares, where a few too many do no harm and a queue would.
///
/// # Errors
/// Those of the database.
pub async fn tally(
    db: &mut PgConnection,
    now: OffsetDateTime,
    limit: Limit,
    key: &[u8],
) -> Result<Option<OffsetDateTime>> {
    let key = hashed(key);
    let row = sqlx::query!(
        r#"select count(*) as "tries!", min(at) as first
           from (
               select at from attempt where bucket = $1 and key = $2 and at > $3 order by at desc limit $4
           ) as recent"#,
        limit.bucket,
        &key[..],
        now - limit.within,
        limit.most,
    )
    .fetch_one(db)
    .await?;
    Ok(if row.tries >= limit.most { row.first.map(|first| first + limit.within) } else { None })
}

/// Waits for the tries on the same key that came first. A statement of its own: one that waits and counts at once would
/// count what stood there before it waited.
async fn queue_up(db: &mut PgConnection, bucket: &str, key: &[u8]) -> Result<()> {
    sqlx::query!(
        r#"select 1 as "queued!" from (select pg_advisory_xact_lock(hashtextextended($1 || encode($2, 'hex'), 0))) as queue"#,
        bucket,
        key,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Takes back this instant's tries: they turned out to be right.
///
/// # Errors
/// Those of the database.
pub async fn forgive(db: &mut PgConnection, now: OffsetDateTime, bucket: &str, key: &[u8]) -> Result<()> {
    let key = hashed(key);
    sqlx::query!("delete from attempt where bucket = $1 and key = $2 and at = $3", bucket, &key[..], now)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes back all tries: the owner has come in.
///
/// # Errors
/// Those of the database.
pub async fn clear(db: &mut PgConnection, bucket: &str, key: &[u8]) -> Result<()> {
    let key = hashed(key);
    sqlx::query!("delete from attempt where bucket = $1 and key = $2", bucket, &key[..]).execute(db).await?;
    Ok(())
}

/// So many wrong passwords for one name in 24 hours close the way in by password until the day is over.
const TOP_OF_LADDER: i64 = 100;

/// Whether the way in by password is closed for a name until the day is over.
///
/// # Errors
/// Those of the database.
pub async fn is_closed(db: &mut PgConnection, cx: &Cx, bucket: &'static str, name: &[u8]) -> Result<bool> {
    let top = Limit { bucket, most: TOP_OF_LADDER, within: Duration::hours(24) };
    Ok(tally(db, cx.now, top, name).await?.is_some())
}

/// The waits after wrong passwords for one name: 1, 3, 5 and then 10 seconds; from the hundredth in 24 hours on, until
/// the day is over.
///
/// # Errors
/// `Refused(Attempts)` while the wait lasts; else counts this try.
pub async fn climb(db: &mut PgConnection, cx: &Cx, bucket: &str, name: &[u8]) -> Result<()> {
    let key = hashed(name);
    queue_up(db, bucket, &key).await?;
    let row = sqlx::query!(
        r#"select count(*) as "tries!", max(at) as last
           from (
               select at from attempt where bucket = $1 and key = $2 and at > $3 order by at desc limit $4
           ) as recent"#,
        bucket,
        &key[..],
        cx.now - Duration::hours(24),
        TOP_OF_LADDER,
    )
    .fetch_one(&mut *db)
    .await?;
    if let Some(last) = row.last {
        let wait = match row.tries {
            0 => Duration::ZERO,
            1 => Duration::seconds(1),
            2 => Duration::seconds(3),
            3 => Duration::seconds(5),
            4..TOP_OF_LADDER => Duration::seconds(10),
            _ => last.replace_time(time::Time::MIDNIGHT) + Duration::days(1) - last,
        };
        if cx.now < last + wait {
            return Err(Error::Refused(Refusal::Attempts { until: last + wait }));
        }
    }
    note(db, cx.now, bucket, name).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{USER_CODE_ALPHABET, USER_CODE_LENGTH};

    /// S-1, with RFC 8628's yardstick: while a user code lives, one person guesses it with a chance of at most 2^-32.
    #[test]
    fn a_user_code_is_not_guessed_while_it_lives() {
        let windows = (LINK_LIFE.as_seconds_f64() / USER_CODE_PERSON.within.as_seconds_f64()).ceil();
        let tries = f64::from(u32::try_from(USER_CODE_PERSON.most).unwrap()) * windows;
        let symbols = f64::from(u32::try_from(USER_CODE_ALPHABET.len()).unwrap());
        let code_bits = f64::from(u32::try_from(USER_CODE_LENGTH).unwrap()) * symbols.log2();
        assert!(tries.log2() - code_bits <= -32.0, "2^{}", tries.log2() - code_bits);
    }
}

//! The office itself: its devices with their licenses, the codes that come for them, and who signs in.

use time::Duration;

use super::deeds::{activate, check_in, code, come_in, link_device};
use super::timeline::{Story, Timeline};
use crate::activation::Wish;
use crate::activation::store::{By, Entry, add_code};
use crate::actor::Actor;
use crate::code::CodeKind;
use crate::id::LicenseId;
use crate::license::store::open_key;
use crate::recovery::ClaimForm;
use crate::{Error, Result, recovery, reserve};

/// What happens in it.
pub(super) fn stories<'a>(time: &'a Timeline, people: &'a [Actor]) -> Result<Vec<Story<'a>>> {
    let [anna, jonas, mia] = people else { return Err(Error::Internal(time.cx().request)) };
    Ok(vec![
        Box::pin(suite(time, anna, jonas, mia)),
        Box::pin(lab(time, anna)),
        Box::pin(treatment_room(time, anna)),
        Box::pin(trial(time, jonas)),
        Box::pin(ask_recovery(time, anna)),
        Box::pin(visits(time, anna, &[38_900, 8_710, 190])),
        Box::pin(visits(time, jonas, &[18_560, 55])),
        Box::pin(visits(time, mia, &[27_430, 1_810])),
    ])
}

/// The license that most devices of the office use; the phone has been in a drawer for weeks.
async fn suite(time: &Timeline, anna: &Actor, jonas: &Actor, mia: &Actor) -> Result<()> {
    let suite = "desktop=5,file_server=1,mobile=5";
    let suite = &code(time, CodeKind::Commercial, suite, 730, Some("NW-204881"), Duration::days(402)).await?;
    let devices = [
        (anna, "Front desk", "windows", "Windows 11", Duration::minutes(12)),
        (mia, "Office Mac", "mac", "macOS 15", Duration::minutes(40)),
        (jonas, "File server", "windows_server", "Windows Server 2025", Duration::minutes(3)),
        (anna, "Anna's phone", "android", "Android 16", Duration::days(41)),
    ];
    let mut stories: Vec<Story<'_>> = Vec::new();
    for ((owner, name, os, version, silent_for), later) in devices.into_iter().zip(0..) {
        let ago = Duration::days(400) - Duration::minutes(25) * later;
        stories.push(Box::pin(async move {
            let device = link_device(time, owner, name, os, version, ago).await?;
            activate(time, &device, suite, ago - Duration::minutes(8)).await?;
            check_in(time, &device, silent_for).await
        }));
    }
    time.side_by_side(stories).await
}

/// A computer whose first license ended long ago, and whose second one ends soon.
async fn lab(time: &Timeline, anna: &Actor) -> Result<()> {
    let ended = code(time, CodeKind::Commercial, "desktop=1", 365, Some("NW-118203"), Duration::days(731)).await?;
    let lab = link_device(time, anna, "Lab computer", "windows", "Windows 10", Duration::days(730)).await?;
    activate(time, &lab, &ended, Duration::days(725)).await?;
    let ending = code(time, CodeKind::Commercial, "desktop=1", 365, Some("NW-190044"), Duration::days(357)).await?;
    activate(time, &lab, &ending, Duration::days(356)).await?;
    check_in(time, &lab, Duration::hours(5)).await
}

/// A computer whose license ends soon, and on which the next code waits already.
async fn treatment_room(time: &Timeline, anna: &Actor) -> Result<()> {
    let ending = code(time, CodeKind::Commercial, "desktop=1", 365, Some("NW-191562"), Duration::days(349)).await?;
    let room = link_device(time, anna, "Treatment room 1", "windows", "Windows 11", Duration::days(348)).await?;
    activate(time, &room, &ending, Duration::days(348) - Duration::minutes(15)).await?;
    let next = code(time, CodeKind::Commercial, "desktop=1", 365, Some("NW-228310"), Duration::days(6)).await?;
    let entry = Entry {
        device: room.id,
        by: By::Typed(next.reveal()),
        latin: false,
        agreement: true,
        clock: None,
        previous: None,
        wish: Wish::default(),
    };
    add_code(time.at(anna, Duration::days(6) - Duration::minutes(20)).await, entry).await?;
    reserve::store::rehearse_all(&time.at(&Actor::System, Duration::hours(7)).await).await?;
    check_in(time, &room, Duration::hours(2)).await
}

async fn trial(time: &Timeline, jonas: &Actor) -> Result<()> {
    let trial = code(time, CodeKind::Trial, "desktop=1", 30, None, Duration::days(13)).await?;
    let linked = Duration::days(12);
    let laptop = link_device(time, jonas, "Jonas's laptop", "windows", "Windows 11", linked).await?;
    activate(time, &laptop, &trial, linked - Duration::minutes(5)).await?;
    check_in(time, &laptop, Duration::hours(1)).await
}

/// Somebody signs in, each time so many minutes ago.
async fn visits(time: &Timeline, person: &Actor, agos: &[i64]) -> Result<()> {
    for ago in agos {
        come_in(time, person, Duration::minutes(*ago)).await?;
    }
    Ok(())
}

/// Anna asks for the code of the license that ended.
async fn ask_recovery(time: &Timeline, anna: &Actor) -> Result<()> {
    let cx = time.at(anna, Duration::hours(3)).await;
    let row = sqlx::query!(
        "select id, license_key_ct, starts_at from license where account_id = $1 order by starts_at limit 1",
        anna.account()?.0,
    )
    .fetch_one(&cx.world.rw)
    .await?;
    let form = ClaimForm {
        reason: "lost".into(),
        license_key: open_key(&cx, LicenseId(row.id), &row.license_key_ct)?.to_string(),
        bought_at: "Northwall Store India".into(),
        buyer_name: "Anna Berg".into(),
        order_number: "NW-118203".into(),
        bought_on: (row.starts_at - Duration::days(6)).date().to_string(),
        first_activated: format!("{} around noon", row.starts_at.date()),
        description: "The card with the code was thrown away when the front desk was rebuilt.".into(),
        ..ClaimForm::default()
    };
    recovery::store::ask_recovery(cx, form, Vec::new()).await.map(drop)
}

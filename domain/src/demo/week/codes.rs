//! What leads do with codes in numbers: batches for sellers, a file of codes that was brought along, and a list of codes that
//! somebody published, with the appeal of an office that stands on it.

use time::Duration;

use super::super::timeline::Timeline;
use super::stories::Step;
use super::{Office, go_on, license_of};
use crate::actor::Actor;
use crate::batch::Typed;
use crate::batch::store::{bring_in, hand_over, order_codes, try_import, work};
use crate::case::store::open_case;
use crate::case::{CaseForm, Topic};
use crate::catalog::store::list;
use crate::catalog::{Entry, Listed, Part};
use crate::code::store::{block_published, prepare_block};
use crate::code::{ActivationCode, RANDOM_SYMBOLS};
use crate::cx::{Cx, random_below};
use crate::thread::Upload;
use crate::{Error, Result};

/// A code as it is printed, of the alphabet and with its check symbol.
fn drawn() -> String {
    ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31)).reveal()
}

/// The form for codes of a bundle that a seller hands out on cards.
async fn form(cx: &Cx, bundle: &str, seller: &str, count: &str, reason: &str) -> Result<Typed> {
    let (bundles, sellers) = (list(cx.clone(), Part::Bundle).await?, list(cx.clone(), Part::Seller).await?);
    let mut all = bundles.iter().chain(&sellers);
    let mut named = |name: &str| {
        let is = |listed: &&Listed| match &listed.entry {
            Entry::Bundle(found) => found.sku == name,
            Entry::Seller(found) => found.code == name,
            _ => false,
        };
        all.find(is).map(|listed| listed.id.to_string()).ok_or(Error::NotFound)
    };
    Ok(Typed {
        bundle: named(bundle)?,
        seller: named(seller)?,
        kind: "commercial".into(),
        channel: "card".into(),
        count: count.into(),
        reason: reason.into(),
        ..Typed::default()
    })
}

/// Two batches: the file of one was taken, that of the other waits.
pub(super) async fn made(time: &Timeline, support: &[Actor]) -> Result<()> {
    let [_, lena, priya, ..] = support else { return Err(Error::Internal(time.cx().request)) };
    let ago = Duration::days(9);
    let order = form(time.cx(), "NSOS-5", "BRIGHT", "40", "Cards for the shops in Pune and Mumbai").await?;
    let batch = order_codes(time.at(lena, ago).await, order).await?;
    work(&time.at(&Actor::System, ago - Duration::minutes(1)).await).await?;
    hand_over(time.at(lena, ago - Duration::minutes(26)).await, batch).await?;
    let ago = Duration::hours(29);
    let order = form(time.cx(), "NSOS-10", "NW-GB", "25", "Cards for the fair in Leeds").await?;
    order_codes(time.at(priya, ago).await, order).await?;
    work(&time.at(&Actor::System, ago - Duration::minutes(1)).await).await.map(drop)
}

/// A file of a seller's own codes: two of its lines are of no use.
pub(super) async fn brought(time: &Timeline, support: &[Actor]) -> Result<()> {
    let [_, lena, ..] = support else { return Err(Error::Internal(time.cx().request)) };
    let ago = Duration::days(15);
    let mut lines = vec!["code,product".to_owned()];
    lines.extend((0..12).map(|_| format!("{},", drawn())));
    lines.push(format!("{},NSOS-99", drawn()));
    lines.push("only half of it,".to_owned());
    let file = Upload { name: "bright-2026.csv".into(), bytes: lines.join("\n").into_bytes(), too_long: false };
    let typed = form(time.cx(), "NSOS-5", "BRIGHT", "", "Cards that Bright printed before it joined us").await?;
    let tried = try_import(time.at(lena, ago).await, typed, vec![file]).await?;
    bring_in(time.at(lena, ago - Duration::minutes(4)).await, tried).await?;
    work(&time.at(&Actor::System, ago - Duration::minutes(5)).await).await.map(drop)
}

/// The code of an office stands on a list that was found on the web. Lena blocks the list; the office appeals, and a lead has to
/// decide.
pub(super) async fn published(time: &Timeline, office: &Office, support: &[Actor]) -> Result<()> {
    let [_, lena, ..] = support else { return Err(Error::Internal(time.cx().request)) };
    let list = ["Free keys, all tested!".to_owned(), office.code.reveal(), drawn(), drawn(), drawn()].join("\n");
    let found_at = "a forum for free keys, keys4all.example".to_owned();
    let list = prepare_block(time.at(lena, Duration::hours(21)).await, list, found_at).await?;
    block_published(time.at(lena, Duration::minutes(1235)).await, list).await?;
    let cx = time.at(&office.owner, Duration::hours(14)).await;
    let form = CaseForm {
        topic: Topic::BlockedCode.to_string(),
        license: license_of(&cx, office).await?.to_string(),
        subject: "Our code is blocked, and we did nothing wrong".into(),
        description: "The mail says that our code was published. A student who helped us in summer may have done it; he is gone, and \
                      only our two computers use it. Can it be accepted again until we have a new one?"
            .into(),
        ..CaseForm::default()
    };
    let number = open_case(cx, form, Vec::new()).await?;
    let noted = "Two devices, both theirs since the first day, and no try from anywhere else. A lead decides.";
    go_on(time, &office.owner, support, &number, &[Step::Takes(0, 12), Step::Notes(0, 12, noted)]).await
}

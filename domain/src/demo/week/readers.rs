//! What readers of the help said about its articles, and what was done about it.

use time::Duration;

use super::super::timeline::{Story, Timeline};
use crate::Result;
use crate::actor::Actor;
use crate::feedback::store::{list, mark_handled, send};
use crate::feedback::{Opinion, Shown};

/// Who said it (Anna, Jonas, Mia, or somebody who had not signed in), how many hours ago, about which article, whether it
/// helped, and why.
const SAID: [(Option<usize>, i64, &str, &str, &str); 10] = [
    (None, 320, "activate-version-7", "yes", ""),
    (Some(2), 290, "link-a-device", "yes", "The picture code on the phone was much faster than typing."),
    (None, 214, "recover-a-code", "no", "Where do I find the order number? I bought a box in a shop."),
    (Some(1), 165, "free-a-seat", "no", "It does not say whether the old computer has to be switched on."),
    (None, 141, "activate-version-7", "no", "My code KD7QX-2MB9P-WTF4H-6YRJC is not taken. What now?"),
    (Some(0), 118, "renew-a-license", "yes", "Now I know that no day is lost. Thank you!"),
    (None, 77, "code-for-another-region", "no", "Too long. I only want to know which shop to ask."),
    (None, 52, "activate-version-6", "yes", ""),
    (Some(0), 25, "add-a-reserve-code", "yes", ""),
    (None, 5, "reinstall-the-computer", "no", "Which of the steps can I skip when only the disk is new?"),
];

/// What Sam did about it, so many hours ago: always with what waits longest and did not help.
const HANDLED: [(i64, &str); 2] = [
    (190, "The article now shows where the number stands on the box."),
    (96, "Said in the first line now: it may be off."),
];

/// Each reader by themselves, and Sam who reads it.
pub(super) fn stories<'a>(time: &'a Timeline, people: &'a [Actor], support: &'a [Actor]) -> Vec<Story<'a>> {
    let mut stories: Vec<Story<'_>> = Vec::new();
    for said in &SAID {
        stories.push(Box::pin(async move {
            let (who, ago, article, helped, comment) = *said;
            let who = who.and_then(|n| people.get(n)).unwrap_or(&Actor::Stranger);
            send(time.at(who, Duration::hours(ago)).await, Opinion::read(article, helped, comment)?).await
        }));
    }
    for (ago, outcome) in HANDLED {
        for sam in support.iter().take(1) {
            stories.push(Box::pin(handle(time, sam, Duration::hours(ago), outcome)));
        }
    }
    stories
}

async fn handle(time: &Timeline, sam: &Actor, ago: Duration, outcome: &str) -> Result<()> {
    let cx = time.at(sam, ago).await;
    let waiting = list(cx.clone(), None, Shown::Waiting, None).await?.rows;
    let Some(oldest) = waiting.iter().rev().find(|row| !row.helpful) else { return Ok(()) };
    mark_handled(cx, oldest.id, outcome.to_owned()).await
}

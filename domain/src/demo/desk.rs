//! What the desk of the demo vendor has at hand: a few saved replies.

use time::Duration;

use super::timeline::Timeline;
use crate::actor::Actor;
use crate::reply::ReplyForm;
use crate::reply::store::keep_reply;
use crate::{Error, Result};

const REPLIES: [(&str, &str); 3] = [
    (
        "Ask for the version",
        "Hello {name},\n\nthank you for writing. Which version of {product} is on the device? It stands at the foot of its main \
         window, behind the gear.\n\n{agent}",
    ),
    (
        "How to renew",
        "Hello {name},\n\nthe license of {office} runs until {ends}. Renew it under Licenses, Renew: the new code waits as a \
         reserve and takes over by itself, so no day is lost.\n\n{agent}",
    ),
    (
        "Proof of purchase is needed",
        "Hello {name},\n\nto decide case {number} we need a picture of the receipt or of the order mail, with the date on it. Send \
         it here, and cover the activation code if one stands on it.\n\n{agent}",
    ),
];

/// Keeps them, as a lead does.
pub(super) async fn replies(time: &Timeline, support: &[Actor]) -> Result<()> {
    let [_, lena, ..] = support else { return Err(Error::Internal(time.cx().request)) };
    for (title, text) in REPLIES {
        let form = ReplyForm { title: title.to_owned(), text: text.to_owned() };
        keep_reply(time.at(lena, Duration::days(12)).await, None, form).await?;
    }
    Ok(())
}

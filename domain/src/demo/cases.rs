//! The cases of the demo office: one that waits for the customer, one that nobody has seen, and one that is over.

use time::Duration;

use super::timeline::{Story, Timeline};
use crate::actor::Actor;
use crate::case::store::{answer, answer_case, close_solved, note, open_case};
use crate::case::{CaseForm, Topic};
use crate::{Error, Result};

/// What happens in them, by the same deeds that people use.
pub(super) fn stories<'a>(time: &'a Timeline, people: &'a [Actor], support: &'a [Actor]) -> Result<Vec<Story<'a>>> {
    let ([anna, jonas, mia], [sam, ..]) = (people, support) else { return Err(Error::Internal(time.cx().request)) };
    Ok(vec![Box::pin(abroad(time, anna, sam)), Box::pin(scan(time, mia, sam)), Box::pin(more(time, jonas))])
}

async fn more(time: &Timeline, jonas: &Actor) -> Result<()> {
    let form = CaseForm {
        topic: Topic::DeviceCount.to_string(),
        subject: "Two more computers next month".into(),
        description:
            "We open a third treatment room in December and need places for two more computers. Do the new places \
                      end with the license we have?"
                .into(),
        ..CaseForm::default()
    };
    open_case(time.at(jonas, Duration::minutes(50)).await, form, Vec::new()).await.map(drop)
}

async fn abroad(time: &Timeline, anna: &Actor, sam: &Actor) -> Result<()> {
    let form = CaseForm {
        topic: Topic::Region.to_string(),
        subject: "A laptop that was set up again in London".into(),
        description:
            "I reinstalled Windows on the laptop at a fair in London. The application said that the code is for \
                      another region. Back at home it works again. What should I do next time?"
                .into(),
        ..CaseForm::default()
    };
    let number = open_case(time.at(anna, Duration::days(40)).await, form, Vec::new()).await?;
    let said = "A license that runs goes on abroad. A device that looks new, as after a new hard disk, is activated in the \
                country of the store only. Next time, link the laptop before you set it up again: it then keeps its place.";
    reply(time, sam, Duration::days(39), &number, said, "solved").await?;
    close_solved(&time.at(&Actor::System, Duration::days(34)).await).await.map(drop)
}

async fn scan(time: &Timeline, mia: &Actor, sam: &Actor) -> Result<()> {
    let form = CaseForm {
        topic: Topic::Usage.to_string(),
        subject: "The nightly scan of the file server stops".into(),
        description:
            "Since Monday the scan stops at about one half, every night at a quarter past two. The server itself \
                      runs on."
                .into(),
        ..CaseForm::default()
    };
    let number = open_case(time.at(mia, Duration::hours(52)).await, form, Vec::new()).await?;
    let asks = "Thank you, that helps. Does a backup of the X-ray archive begin at that time?";
    reply(time, sam, Duration::hours(47), &number, asks, "pending").await?;
    let yes = "Yes, at two. It takes an hour.".to_owned();
    answer_case(time.at(mia, Duration::hours(30)).await, number.clone(), yes, Vec::new()).await?;
    let told = "Looks like both wait for the same files. Known in 7.2.1, fixed in 7.2.2.".to_owned();
    note(time.at(sam, Duration::hours(27)).await, number.clone(), told).await?;
    let helps = "Both want the same files at once. Move the scan to four in the morning, or update to 7.2.2, which waits for \
                 the backup. Did tonight's scan reach its end?";
    reply(time, sam, Duration::hours(26), &number, helps, "pending").await
}

/// Support answers what stands there then.
async fn reply(time: &Timeline, who: &Actor, ago: Duration, number: &str, said: &str, state: &str) -> Result<()> {
    let cx = time.at(who, ago).await;
    let version = sqlx::query_scalar!("select version from support_case where number = $1", number)
        .fetch_one(&cx.world.rw)
        .await?;
    answer(cx, number.to_owned(), version, said.to_owned(), state.to_owned(), Vec::new()).await
}

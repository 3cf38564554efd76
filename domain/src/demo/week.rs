//! A busy week at the support desk: eleven more offices, some forty requests in every state, refunds from asked for to paid, one
//! of them for two leads, a code that goes around the world, and one that was published.

mod codes;
mod lost;
mod readers;
mod refunds;
mod stories;

use time::Duration;

use self::lost::LOST;
use self::refunds::REFUNDS;
use self::stories::{CASES, OFFICES, Step, Story as Case};
use super::deeds::{Machine, activate, activate_in, check_in, come_in, found_office, link_device};
use super::timeline::{Story, Timeline};
use super::{SKU, STORE};
use crate::actor::Actor;
use crate::case::CaseForm;
use crate::case::store::{answer, answer_case, close_solved, note, open_case, take};
use crate::code::{ActivationCode, CodeKind, StartRule};
use crate::cx::Cx;
use crate::id::{LicenseId, SellerId};
use crate::order::store::Placed;
use crate::order::{BuyerKind, Channel};
use crate::person::Role;
use crate::seat::Seats;
use crate::seller_api::{Buyer, OrderItem, OrderRequest};
use crate::staff::store::sign_in;
use crate::{Error, Fault, Result, code, order, recovery, seat};

/// Bluebird Travel, whose code was passed on.
const PASSED_ON: usize = 7;
/// Lantern Bookshop, whose code was published.
const IS_PUBLISHED: usize = 10;

/// An office of the week with what it bought.
struct Office {
    owner: Actor,
    email: &'static str,
    name: &'static str,
    code: ActivationCode,
    order_number: String,
    devices: [Machine; 2],
}

/// What happens in it.
pub(super) fn stories<'a>(
    time: &'a Timeline,
    password_hash: &'a str,
    people: &'a [Actor],
    support: &'a [Actor],
) -> Vec<Story<'a>> {
    let mut stories: Vec<Story<'_>> = Vec::new();
    for n in 0..OFFICES.len() {
        stories.push(Box::pin(office(time, n, password_hash, support)));
    }
    for (who, ago) in support.iter().zip([70, 125, 375, 4_330]) {
        stories.push(Box::pin(begin_work(time, who, Duration::minutes(ago))));
    }
    stories.push(Box::pin(clock(time)));
    stories.push(Box::pin(codes::made(time, support)));
    stories.push(Box::pin(codes::brought(time, support)));
    stories.extend(readers::stories(time, people, support));
    stories
}

async fn office(time: &Timeline, n: usize, password_hash: &str, support: &[Actor]) -> Result<()> {
    let office = &open_office(time, n, password_hash).await?;
    let mut stories: Vec<Story<'_>> = Vec::new();
    for case in CASES.iter().filter(|case| case.office == n) {
        stories.push(Box::pin(tell_case(time, case, &office.owner, support)));
    }
    for lost in LOST.iter().filter(|lost| lost.office == n) {
        stories.push(Box::pin(lost::tell(time, lost, office, support)));
    }
    for refund in REFUNDS.iter().filter(|refund| refund.office == n) {
        stories.push(Box::pin(refunds::tell(time, refund, office, support)));
    }
    match n {
        PASSED_ON => stories.push(Box::pin(pass_on(time, office))),
        IS_PUBLISHED => stories.push(Box::pin(codes::published(time, office, support))),
        _ => {}
    }
    let some = i64::try_from(n).unwrap_or_default();
    stories.push(Box::pin(come_in(time, &office.owner, Duration::minutes(200 + 97 * some))));
    let silent_for = [Duration::minutes(7 + 11 * some), Duration::minutes(180 + 13 * some)];
    for (device, silent_for) in office.devices.iter().zip(silent_for) {
        stories.push(Box::pin(check_in(time, device, silent_for)));
    }
    time.side_by_side(stories).await
}

/// Somebody in support signs in.
async fn begin_work(time: &Timeline, who: &Actor, ago: Duration) -> Result<()> {
    let Actor::Staff { id, email, .. } = who else { return Err(Error::Forbidden) };
    let cx = time.at(&Actor::Stranger, ago).await;
    let step = cx.now.unix_timestamp() / 30;
    sign_in(cx, *id, email.clone(), step).await
}

/// What Latchkey does by itself once a day.
async fn clock(time: &Timeline) -> Result<()> {
    for days in (0..12).rev() {
        let cx = time.at(&Actor::System, Duration::days(days) + Duration::HOUR).await;
        close_solved(&cx).await?;
        recovery::store::time_out(&cx).await?;
    }
    Ok(())
}

async fn tell_case(time: &Timeline, case: &Case, owner: &Actor, support: &[Actor]) -> Result<()> {
    let form = CaseForm {
        topic: case.topic.to_string(),
        subject: case.subject.into(),
        description: case.said.into(),
        ..CaseForm::default()
    };
    let number = open_case(time.at(owner, Duration::hours(case.hours_ago)).await, form, Vec::new()).await?;
    go_on(time, owner, support, &number, case.then).await
}

async fn go_on(time: &Timeline, owner: &Actor, support: &[Actor], number: &str, steps: &[Step]) -> Result<()> {
    let version = async |cx: &Cx| {
        sqlx::query_scalar!("select version from support_case where number = $1", number).fetch_one(&cx.world.rw).await
    };
    for step in steps {
        let number = number.to_owned();
        match *step {
            Step::Takes(who, ago) => {
                let cx = time.at(&support[who], Duration::hours(ago)).await;
                let version = version(&cx).await?;
                take(cx, number, version).await?;
            }
            Step::Replies(who, ago, said, state) => {
                let cx = time.at(&support[who], Duration::hours(ago)).await;
                let version = version(&cx).await?;
                answer(cx, number, version, said.into(), state.into(), Vec::new()).await?;
            }
            Step::Notes(who, ago, said) => {
                note(time.at(&support[who], Duration::hours(ago)).await, number, said.into()).await?;
            }
            Step::Answers(ago, said) => {
                answer_case(time.at(owner, Duration::hours(ago)).await, number, said.into(), Vec::new()).await?;
            }
        }
    }
    Ok(())
}

async fn seller(cx: &Cx) -> Result<Actor> {
    let id = sqlx::query_scalar!("select id from seller where code = $1", STORE).fetch_one(&cx.world.rw).await?;
    Ok(Actor::Seller { id: SellerId(id) })
}

async fn open_office(time: &Timeline, n: usize, password_hash: &str) -> Result<Office> {
    let (days_ago, office, name, email, price) = OFFICES[n];
    let ago = Duration::days(days_ago) - Duration::minutes(37 * i64::try_from(n).unwrap_or_default());
    let people = [(name, email, Role::Owner)];
    let mut people = found_office(time, office, &people, password_hash, ago + Duration::days(1)).await?;
    let owner = people.pop().ok_or(Error::Internal(time.cx().request))?;
    let order_number = format!("NW-3{:05}", 10_417 + 731 * n);
    let cx = time.at(&seller(time.cx()).await?, ago).await;
    let bought = OrderRequest {
        order_number: order_number.clone(),
        channel: Channel::OnlineStore,
        buyer: Some(Buyer { name: name.into(), email: Some(email.into()), kind: BuyerKind::Organization }),
        ordered_at: cx.now,
        country: Some(super::country("IN")?),
        currency: Some("INR".into()),
        price: Some(price),
        language: None,
        items: vec![OrderItem {
            product: SKU.into(),
            kind: CodeKind::Commercial,
            seats: Seats::parse("desktop=5,file_server=1,mobile=5").unwrap_or_default(),
            term_days: 365,
            reduced_term_days: None,
            grace_days: None,
            protection_ends: false,
            start_rule: StartRule::OnFirstActivation,
            redeem_by: None,
            count: 1,
            price: Some(price),
        }],
        offer: None,
    };
    let (Placed::Now(placed) | Placed::Before(placed)) = order::store::place(cx, bought).await?;
    let text = &placed.codes.first().ok_or(Error::Internal(time.cx().request))?.code;
    let code = ActivationCode::parse(text).map_err(|_| Error::field("code", Fault::NotAChoice))?;
    let after = ago - Duration::hours(2);
    let first = link_device(time, &owner, "Reception", "windows", "Windows 11", after).await?;
    activate(time, &first, &code, after - Duration::minutes(10)).await?;
    let second = link_device(time, &owner, "Back office", "mac", "macOS 15", after - Duration::HOUR).await?;
    activate(time, &second, &code, after - Duration::HOUR - Duration::minutes(10)).await?;
    Ok(Office { owner, email, name, code, order_number, devices: [first, second] })
}

/// The license that an office has of its order.
async fn license_of(cx: &Cx, office: &Office) -> Result<LicenseId> {
    let license = sqlx::query_scalar!(
        "select l.id from license l join activation_code c on c.id = l.code_id join purchase o on o.id = c.purchase_id
         where o.order_number = $1",
        office.order_number,
    )
    .fetch_one(&cx.world.rw)
    .await?;
    Ok(LicenseId(license))
}

/// The pattern of a code that was passed on: its places change hands every few hours, and strangers try it in five countries.
async fn pass_on(time: &Timeline, office: &Office) -> Result<()> {
    time.side_by_side(vec![Box::pin(change_hands(time, office)), Box::pin(try_abroad(time, office))]).await?;
    code::store::find_sharing(&time.at(&Actor::System, Duration::minutes(1)).await).await.map(drop)
}

async fn change_hands(time: &Timeline, office: &Office) -> Result<()> {
    let license = license_of(time.cx(), office).await?;
    for n in 0..14_i64 {
        let ago = Duration::hours(70 - 4 * n);
        let name = format!("PC-{}", 4401 + 37 * n);
        let device = link_device(time, &office.owner, &name, "windows", "Windows 10", ago).await?;
        // where its places are full, the device that was there before gives way
        if activate(time, &device, &office.code, ago - Duration::minutes(5)).await.is_ok() {
            let later = time.at(&office.owner, ago - Duration::hours(2)).await;
            seat::store::release_seat(later, device.id, license).await?;
        }
    }
    Ok(())
}

async fn try_abroad(time: &Timeline, office: &Office) -> Result<()> {
    for (n, country) in ["NG", "BR", "VN", "RO", "ID", "NG", "BR"].into_iter().enumerate() {
        let ago = Duration::hours(20 - 2 * i64::try_from(n).unwrap_or_default());
        let name = format!("{country} laptop");
        let device = link_device(time, &office.owner, &name, "windows", "Windows 11", ago).await?;
        let here = time.at(&device.actor, ago - Duration::minutes(5)).await;
        // refused: the code is for India
        activate_in(Cx { country: Some(super::country(country)?), ..here }, &office.code).await.ok();
    }
    Ok(())
}

//! The mail in which a buyer gets what was bought: the codes stand in it, because the buyer asked for them by buying (R5).

use sqlx::PgConnection;

use super::super::Order;
use super::Brought;
use crate::Result;
use crate::cx::Cx;
use crate::id::SellerId;
use crate::mail::{self, Letter};
use crate::person::Email;

/// Writes the letter into the outbox, sealed until it leaves.
pub(super) async fn send(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    order: &Order,
    to: &Email,
    codes: &[Brought<'_>],
) -> Result<()> {
    let store = sqlx::query_scalar!("select name from seller where id = $1", seller.0).fetch_one(&mut *db).await?;
    let name = order.request.buyer.as_ref().map_or("", |buyer| &buyer.name);
    let (subject, here, add, it) = match codes {
        [_] => ("Your activation code", "Here is your activation code.", "Add the code", "it"),
        _ => ("Your activation codes", "Here are your activation codes.", "Add a code", "them"),
    };
    let mut paragraphs =
        vec![format!("Hello {name},"), format!("thank you for your order {} at {store}. {here}", order.number)];
    paragraphs.extend(codes.iter().map(line));
    paragraphs.push(format!(
        "Add {it} to your Latchkey account, where it is kept for you, or enter {it} in the application.",
    ));
    let letter = Letter {
        to: to.as_str(),
        subject,
        paragraphs,
        action: Some((add, "/licenses/add".into())),
        footnote: "Whoever has a code can use it, so keep this mail to yourself. If you did not buy this, tell the store.",
    };
    mail::write_sealed(db, cx, &letter).await
}

fn line(brought: &Brought<'_>) -> String {
    let item = brought.item;
    let devices = match item.seats.total() {
        1 => "1 device".to_owned(),
        more => format!("{more} devices"),
    };
    format!("{}, {devices}, {} days: {}", brought.product, item.term_days, brought.issued.code)
}

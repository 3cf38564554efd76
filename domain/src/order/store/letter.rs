//! The mail in which a buyer gets what was bought: the codes stand in it, because the buyer asked for them by buying (R5).

use sqlx::PgConnection;

use crate::Result;
use crate::cx::Cx;
use crate::id::SellerId;
use crate::mail::{self, Letter};

/// The order that a mail is about.
pub(super) struct About<'a> {
    pub store: &'a str,
    pub number: &'a str,
    pub name: &'a str,
    pub email: &'a str,
}

/// A code in the mail, and what it is for.
pub(super) struct Line {
    pub product: String,
    pub devices: u32,
    pub term_days: u32,
    pub code: String,
}

/// The name of a store.
pub(super) async fn store_name(db: &mut PgConnection, seller: SellerId) -> Result<String> {
    Ok(sqlx::query_scalar!("select name from seller where id = $1", seller.0).fetch_one(db).await?)
}

/// Writes the letter into the outbox, sealed until it leaves.
pub(super) async fn send(db: &mut PgConnection, cx: &Cx, about: &About<'_>, codes: &[Line]) -> Result<()> {
    let opening = format!("thank you for your order {} at {}.", about.number, about.store);
    let footnote =
        "Whoever has a code can use it, so keep this mail to yourself. If you did not buy this, tell the store.";
    write(db, cx, about, codes, opening, footnote).await
}

/// Writes it again, because somebody asked for it.
pub(super) async fn send_again(db: &mut PgConnection, cx: &Cx, about: &About<'_>, codes: &[Line]) -> Result<()> {
    let opening = format!("here is the mail about your order {} at {} once more.", about.number, about.store);
    if codes.is_empty() {
        let letter = Letter {
            to: about.email,
            subject: &format!("Your order {}", about.number),
            paragraphs: vec![
                hello(about.name),
                format!(
                    "somebody asked for the mail about your order {} at {}. No code of it can be sent: each was replaced, \
                     blocked or refunded.",
                    about.number, about.store
                ),
            ],
            action: Some(("Ask support", "/requests/new?topic=purchase".into())),
            footnote: "If you did not ask for it, there is nothing to do.",
        };
        return mail::write(db, cx, &letter).await;
    }
    let footnote = "Whoever has a code can use it, so keep this mail to yourself. It was asked for on the page for lost codes; \
                    if that was not you, nobody but you got it.";
    write(db, cx, about, codes, opening, footnote).await
}

fn hello(name: &str) -> String {
    if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") }
}

async fn write(
    db: &mut PgConnection,
    cx: &Cx,
    about: &About<'_>,
    codes: &[Line],
    opening: String,
    footnote: &str,
) -> Result<()> {
    let (subject, here, add, it) = match codes {
        [_] => ("Your activation code", "Here is your activation code.", "Add the code", "it"),
        _ => ("Your activation codes", "Here are your activation codes.", "Add a code", "them"),
    };
    let mut paragraphs = vec![hello(about.name), format!("{opening} {here}")];
    paragraphs.extend(codes.iter().map(line));
    paragraphs.push(format!(
        "Add {it} to your Latchkey account, where it is kept for you, or enter {it} in the application.",
    ));
    let letter = Letter { to: about.email, subject, paragraphs, action: Some((add, "/licenses/add".into())), footnote };
    mail::write_sealed(db, cx, &letter).await
}

fn line(of: &Line) -> String {
    let devices = match of.devices {
        1 => "1 device".to_owned(),
        more => format!("{more} devices"),
    };
    format!("{}, {devices}, {} days: {}", of.product, of.term_days, of.code)
}

//! The outbox: a mail is written in the transaction that caused it and leaves afterwards, once.

use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::cx::{Cx, World};
use crate::seal::Sealed;
use crate::{Error, Result};

/// A mail to be sent: one thing to say, at most one thing to do.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The address it goes to.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// What it says, one entry a paragraph.
    pub paragraphs: Vec<String>,
    /// What it asks to do: the words on the button and the path it leads to.
    pub action: Option<(&'a str, String)>,
    /// What to know or to do if it was not expected.
    pub footnote: &'a str,
}

/// A mail as it leaves.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The mail; stays the same when sending is tried again.
    pub id: Uuid,
    /// The address it goes to.
    pub to_address: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// When it was written.
    pub created_at: OffsetDateTime,
    /// Where such mails can be stopped, if they can.
    pub unsubscribe: Option<String>,
}

/// Writes a letter into the outbox; one whose link opens something lies there sealed.
///
/// # Errors
/// Those of the database.
pub async fn write(db: &mut PgConnection, cx: &Cx, letter: &Letter<'_>) -> Result<()> {
    if letter.carries_token() { write_sealed(db, cx, letter).await } else { keep(db, cx, letter, None).await }
}

/// Writes a letter of a kind that its reader may stop: the link for it, a path here, stands at the end of the mail and in its
/// head (RFC 8058).
///
/// # Errors
/// Those of the database.
pub async fn write_stoppable(db: &mut PgConnection, cx: &Cx, letter: &Letter<'_>, stop: &str) -> Result<()> {
    keep(db, cx, letter, Some(stop)).await
}

async fn keep(db: &mut PgConnection, cx: &Cx, letter: &Letter<'_>, stop: Option<&str>) -> Result<()> {
    sqlx::query!(
        "insert into mail (id, to_address, subject, text, html, unsubscribe, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        letter.to,
        letter.subject,
        letter.as_text(&cx.world.origin, stop),
        letter.as_html(&cx.world.origin, stop),
        stop.map(|path| format!("{}{path}", cx.world.origin)),
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a letter that has a code or a token in it: it lies sealed until it leaves, so that a copy of the outbox tells none (K02).
///
/// # Errors
/// Those of the database.
pub async fn write_sealed(db: &mut PgConnection, cx: &Cx, letter: &Letter<'_>) -> Result<()> {
    let id = Uuid::now_v7();
    let both = [letter.as_text(&cx.world.origin, None), letter.as_html(&cx.world.origin, None)];
    let both = serde_json::to_vec(&both).map_err(|_| Error::Internal(cx.request))?;
    sqlx::query!(
        "insert into mail (id, to_address, subject, text, html, sealed, created_at) values ($1, $2, $3, '', '', $4, $5)",
        id,
        letter.to,
        letter.subject,
        cx.world.seal.seal(Sealed::Mail, id, &both),
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(())
}

impl Letter<'_> {
    /// Whether whoever reads it can use its link without signing in.
    fn carries_token(&self) -> bool {
        self.action.as_ref().is_some_and(|(_, path)| path.contains("token="))
    }

    fn as_text(&self, origin: &str, stop: Option<&str>) -> String {
        let mut parts = self.paragraphs.clone();
        if let Some((words, path)) = &self.action {
            parts.push(format!("{words}:\n{origin}{path}"));
        }
        parts.push(format!("{}\n\nLatchkey\n{origin}", self.footnote));
        parts.extend(stop.map(|path| format!("{STOP}:\n{origin}{path}")));
        parts.join("\n\n")
    }

    fn as_html(&self, origin: &str, stop: Option<&str>) -> String {
        let said: String =
            self.paragraphs.iter().map(|p| format!("<p style=\"margin:0 0 16px\">{}</p>", escaped(p))).collect();
        let asked = self.action.as_ref().map_or_else(String::new, |(words, path)| {
            format!(
                "<p style=\"margin:24px 0\"><a href=\"{origin}{path}\" style=\"display:inline-block;background:#0a6b66;color:#ffffff;\
                 text-decoration:none;font-weight:600;padding:12px 20px;border-radius:8px\">{}</a></p>",
                escaped(words),
                path = escaped(path),
            )
        });
        let stopped = stop.map_or_else(String::new, |path| {
            format!(" · <a href=\"{origin}{}\" style=\"color:#566171\">{STOP}</a>", escaped(path))
        });
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{subject}</title></head><body style=\"margin:0;background:#faf9f6;color:#1b2330;\
             font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:16px;line-height:1.5\">\
             <div style=\"max-width:560px;margin:0 auto;padding:32px 16px\"><div style=\"background:#ffffff;border:1px solid #dedcd5;\
             border-radius:8px;padding:24px\"><h1 style=\"font-size:21px;line-height:1.25;margin:0 0 16px\">{subject}</h1>{said}{asked}\
             <p style=\"margin:24px 0 0;color:#566171;font-size:14px\">{footnote}</p></div>\
             <p style=\"color:#566171;font-size:13px;margin:16px 0\">Latchkey · {origin}{stopped}</p></div></body></html>",
            subject = escaped(self.subject),
            footnote = escaped(self.footnote),
        )
    }
}

/// The words of the link that stops mails of a kind.
const STOP: &str = "Stop mails of this kind";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Takes up to `most` unsent mails for a minute, so that a second sender leaves them alone.
///
/// # Errors
/// Those of the database.
pub async fn for_sending(world: &World, most: i64) -> sqlx::Result<Vec<Outgoing>> {
    let rows = sqlx::query!(
        "update mail
         set leased_until = now() + interval '1 minute', tries = tries + 1
         where id = any (array(
             select id from mail
             where sent_at is null and tries < 8 and (leased_until is null or leased_until < now())
             order by created_at
             limit $1
             for update skip locked
         ))
         returning id, to_address, subject, text, html, sealed, unsubscribe, created_at",
        most,
    )
    .fetch_all(&world.rw)
    .await?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in rows {
        let (text, html) = match row.sealed {
            None => (row.text, row.html),
            Some(sealed) => match opened(world, row.id, &sealed) {
                Some(both) => both,
                // what does not open is in the log; the others leave
                None => continue,
            },
        };
        let (id, to_address, subject, created_at) = (row.id, row.to_address, row.subject, row.created_at);
        mails.push(Outgoing { id, to_address, subject, text, html, created_at, unsubscribe: row.unsubscribe });
    }
    Ok(mails)
}

fn opened(world: &World, id: Uuid, sealed: &[u8]) -> Option<(String, String)> {
    let both = world.seal.open(Sealed::Mail, id, sealed).ok()?;
    serde_json::from_slice(&both).ok()
}

/// Notes that a mail left, and forgets what it said: its links are secrets.
///
/// # Errors
/// Those of the database.
pub async fn sent(db: &PgPool, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set sent_at = now(), text = '', html = '', sealed = null, unsubscribe = null, last_error = null where id = $1",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes why a mail could not leave; it is tried again, later each time.
///
/// # Errors
/// Those of the database.
pub async fn failed(db: &PgPool, id: Uuid, cause: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update mail set last_error = $2, leased_until = now() + interval '30 seconds' * power(2, tries) where id = $1",
        id,
        cause,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How long a link to confirm an address lives; an address that is not confirmed by then is forgotten (§3.9).
pub const CONFIRM_LIFE: Duration = Duration::days(7);
/// How long a link to set a new password lives.
pub const RESET_LIFE: Duration = Duration::minutes(30);

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter<'static> {
        Letter {
            to: "anna@harbor-dental.example",
            subject: "Seats & places",
            paragraphs: vec!["Hello <Anna>,".to_owned(), "one seat is free.".to_owned()],
            action: Some(("See the license", "/licenses/1?a=b&c=d".to_owned())),
            footnote: "There is nothing to do.",
        }
    }

    /// Relative luminance of a color like `#1b2330` (WCAG 2).
    fn luminance(color: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("two digits")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_and_html_say_the_same_and_lead_to_one_place() {
        let (text, html) = (letter().as_text("https://a.example", None), letter().as_html("https://a.example", None));
        for said in ["one seat is free.", "See the license", "There is nothing to do."] {
            assert!(text.contains(said) && html.contains(said), "{said}");
        }
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(html.contains("href=\"https://a.example/licenses/1?a=b&amp;c=d\""));
        assert_eq!(text.matches("https://a.example/").count(), 1, "{text}");
        assert!(html.contains("Hello &lt;Anna&gt;,") && !html.contains("<Anna>"));
        let stop = letter().as_html("https://a.example", Some("/unsubscribe?token=x"));
        assert_eq!(stop.matches("<a ").count(), 2, "the action, and the way to stop such mails");
    }

    #[test]
    fn html_names_its_language_and_itself_and_is_read_without_pictures() {
        let html = letter().as_html("https://a.example", None);
        assert!(html.starts_with("<!doctype html><html lang=\"en\">"));
        assert!(html.contains("<title>Seats &amp; places</title>") && html.contains("<meta charset=\"utf-8\">"));
        assert_eq!(html.matches("<h1").count(), 1);
        for never in ["<img", "<script", "<style", "http-equiv", "src="] {
            assert!(!html.contains(never), "{never}");
        }
    }

    #[test]
    fn every_color_of_text_stands_out_from_what_is_behind_it() {
        let html = letter().as_html("https://a.example", Some("/unsubscribe?token=x"));
        let (paper, card, button) = ("#faf9f6", "#ffffff", "#0a6b66");
        let pairs = [("#1b2330", paper), ("#1b2330", card), ("#566171", paper), ("#566171", card), ("#ffffff", button)];
        for (text, behind) in pairs {
            assert!(html.contains(text) && html.contains(behind), "{text} on {behind} is used no more");
            assert!(contrast(text, behind) >= 4.5, "{text} on {behind}: {:.2}", contrast(text, behind));
        }
        let known = ["#faf9f6", "#ffffff", "#0a6b66", "#1b2330", "#566171", "#dedcd5"];
        for (at, _) in html.match_indices('#') {
            assert!(known.contains(&&html[at..at + 7]), "{} is not looked at here", &html[at..at + 7]);
        }
    }
}

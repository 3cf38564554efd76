//! Takes mails from the outbox and sends them: by SMTP, or as files in a folder.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::cx::World;
use domain::mail::{self, Outgoing};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport, Tokio1Executor};
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

use crate::config::Config;

/// How many mails are taken from the outbox at a time.
const BATCH: i64 = 20;

/// The way mails leave.
pub struct Mailer {
    from: Mailbox,
    way: Way,
    /// How often the outbox is looked at.
    interval: Duration,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Why mails can't leave; each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error(
        "The SMTP address can't be used ({0}): write it as smtp://user:password@host:587?tls=required or smtps://…"
    )]
    Smtp(lettre::transport::smtp::Error),
    #[error("The mail folder {path} can't be made ({cause}): choose another one with --mail (LATCHKEY_MAIL).")]
    Folder { path: PathBuf, cause: io::Error },
}

impl Mailer {
    /// The way the settings say.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub fn new(config: &Config) -> Result<Self, MailerError> {
        let way = match &config.smtp {
            Some(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(MailerError::Smtp)?
                    .timeout(Some(Duration::from_secs(10)))
                    .build(),
            ),
            None => {
                let path = config.mail_folder();
                make_folder(&path).map_err(|cause| MailerError::Folder { path: path.clone(), cause })?;
                Way::Folder(path)
            }
        };
        let interval = Duration::from_millis(if config.data.demo { 500 } else { 2000 });
        Ok(Self { from: config.mail_from.clone(), way, interval })
    }

    /// Sends what is in the outbox, again and again.
    pub async fn run(self, world: Arc<World>) {
        loop {
            match self.send_some(&world).await {
                Ok(BATCH..) => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the outbox could not be read"),
            }
            tokio::time::sleep(self.interval).await;
        }
    }

    /// Sends one batch and says how many mails it had.
    async fn send_some(&self, world: &World) -> sqlx::Result<i64> {
        let db = &world.rw;
        let batch = mail::for_sending(world, BATCH).await?;
        let mut taken = 0;
        for outgoing in batch {
            taken += 1;
            let id = outgoing.id;
            match self.send(&outgoing).await {
                Ok(()) => {
                    mail::sent(db, id).await?;
                    metrics::counter!("latchkey_mails_sent_total").increment(1);
                }
                Err(error) => {
                    tracing::warn!(mail = %id, %error, "a mail did not leave and is tried again");
                    metrics::counter!("latchkey_mails_failed_total").increment(1);
                    mail::failed(db, id, &error.to_string()).await?;
                }
            }
        }
        Ok(taken)
    }

    async fn send(&self, outgoing: &Outgoing) -> Result<(), SendError> {
        let message = compose(&self.from, outgoing)?;
        match &self.way {
            Way::Smtp(transport) => {
                transport.send(message).await?;
            }
            Way::Folder(folder) => keep(folder, outgoing, &message.formatted()).await?,
        }
        Ok(())
    }
}

/// Makes the folder for our eyes only, and those above it as usual: the user of the private database passes there.
fn make_folder(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("the address can't be used: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail could not be put together: {0}")]
    Compose(#[from] lettre::error::Error),
    #[error("a header can't be written")]
    Header,
    #[error("the SMTP server: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail folder: {0}")]
    Folder(#[from] io::Error),
}

/// The same mail has the same Message-ID however often it is tried, so that mailboxes show it once.
fn compose(from: &Mailbox, outgoing: &Outgoing) -> Result<Message, SendError> {
    let mut builder = Message::builder();
    if let Some(stop) = &outgoing.unsubscribe {
        for (name, value) in [
            ("List-Unsubscribe", format!("<{stop}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ] {
            let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| SendError::Header)?;
            builder = builder.raw_header(HeaderValue::new(name, value));
        }
    }
    let message = builder
        .from(from.clone())
        .to(Mailbox::new(None, outgoing.to_address.parse()?))
        .subject(&outgoing.subject)
        .date(outgoing.created_at.into())
        .message_id(Some(format!("<{}@{}>", outgoing.id, from.email.domain())))
        .multipart(MultiPart::alternative_plain_html(outgoing.text.clone(), outgoing.html.clone()))?;
    Ok(message)
}

/// Writes a mail whole under its name, or not at all: who watches the folder never reads half a mail.
async fn keep(folder: &Path, outgoing: &Outgoing, bytes: &[u8]) -> io::Result<()> {
    let aside = folder.join(format!(".{}.tmp", outgoing.id));
    let mut file =
        tokio::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&aside).await?;
    file.write_all(bytes).await?;
    file.flush().await?;
    let millis = (outgoing.created_at - OffsetDateTime::UNIX_EPOCH).whole_milliseconds();
    tokio::fs::rename(&aside, folder.join(format!("{millis}-{}.eml", outgoing.id))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(to: &str) -> Outgoing {
        Outgoing {
            id: uuid::Uuid::from_u128(7),
            to_address: to.to_owned(),
            subject: "Confirm your address – Latchkey".to_owned(),
            text: "Follow the link".to_owned(),
            html: "<p>Follow the link</p>".to_owned(),
            created_at: OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(1234),
            unsubscribe: None,
        }
    }

    fn from() -> Mailbox {
        "Latchkey <no-reply@latchkey.example>".parse().unwrap()
    }

    #[test]
    fn a_mail_has_both_forms_and_a_lasting_id() {
        let mail = String::from_utf8(compose(&from(), &outgoing("a@example.com")).unwrap().formatted()).unwrap();
        for part in ["Message-ID: <00000000-0000-0000-0000-000000000007@latchkey.example>", "text/plain", "text/html"] {
            assert!(mail.contains(part), "{part} is missing in {mail}");
        }
    }

    #[test]
    fn mail_programs_are_told_where_such_mails_stop() {
        let stoppable = Outgoing {
            unsubscribe: Some("https://latchkey.example/unsubscribe?token=seats.x".to_owned()),
            ..outgoing("a@example.com")
        };
        let mail = String::from_utf8(compose(&from(), &stoppable).unwrap().formatted()).unwrap().replace("\r\n ", " ");
        assert!(mail.contains("List-Unsubscribe: <https://latchkey.example/unsubscribe?token=seats.x>"), "{mail}");
        assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{mail}");
    }

    #[test]
    fn an_address_that_is_none_does_not_stop_the_others() {
        assert!(matches!(compose(&from(), &outgoing("a b\r\nBcc: c@d")), Err(SendError::Address(_))));
    }

    #[tokio::test]
    async fn a_kept_mail_is_named_after_its_time_and_id() {
        let folder = std::env::temp_dir().join(format!("latchkey-mail-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        keep(&folder, &outgoing("a@example.com"), b"mail").await.unwrap();
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["1234-00000000-0000-0000-0000-000000000007.eml"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}

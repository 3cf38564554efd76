//! What readers say about help articles: read, freed of codes, and listed for those who write the articles (R94–R97).

mod mask;
#[cfg(feature = "postgres")]
pub mod store;

pub use mask::masked;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::FeedbackId;
use crate::text::Faults;
use crate::{Error, Fault, Result, text};

/// The most characters of what was done about it.
pub const OUTCOME: usize = 300;

/// The most opinions of one article that are counted, the newest.
pub const COUNTED: i64 = 500;

/// The most characters of a comment.
pub const COMMENT: usize = 2000;

crate::choice! {
    /// A help article. The first three are those that every help has to list (R93).
    pub enum Article {
        /// How version 7 of the application is activated.
        ActivateSeven = "activate-version-7",
        /// How version 6 of the application is activated.
        ActivateSix = "activate-version-6",
        /// How a lost code is got back.
        RecoverCode = "recover-a-code",
        /// How a device is linked.
        LinkDevice = "link-a-device",
        /// How a seat is freed for another device.
        FreeSeat = "free-a-seat",
        /// How a code is kept as reserve.
        AddReserve = "add-a-reserve-code",
        /// How a license is renewed.
        Renew = "renew-a-license",
        /// What to do before and after the system is installed anew.
        Reinstall = "reinstall-the-computer",
        /// What to do about a code of another region.
        OtherRegion = "code-for-another-region",
        /// How money is asked back.
        Refund = "ask-for-a-refund",
        /// How colleagues come in.
        InviteColleague = "invite-a-colleague",
        /// What the dates and the states say.
        DatesAndStates = "dates-and-states",
        /// How devices without a connection are looked after.
        OfflineDevices = "devices-without-internet",
        /// What to do when others know a code.
        LeakedCode = "a-code-became-known",
        /// What to do about a blocked code.
        BlockedCode = "a-code-is-blocked",
        /// How more devices are protected.
        MoreDevices = "protect-more-devices",
        /// How signing in is made safer, and what to do without the phone.
        SafeSignIn = "sign-in-safely",
        /// How everything is taken along, and the account closed.
        LeaveAccount = "take-your-data-and-close",
    }
}

/// What a reader says about an article, as the form was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// The article.
    pub article: Article,
    /// Whether it helped.
    pub helpful: bool,
    /// Why, in the reader's words, without what was shaped like a code or a license key.
    pub comment: String,
    /// Whether something was masked: the reader is told that this does not reach support (R96).
    pub masked: bool,
}

impl Opinion {
    /// Reads the form under an article. A comment is not needed; codes and keys in it are masked here, so that they are
    /// neither kept nor logged (R96).
    ///
    /// # Errors
    /// `NotFound` for an article that does not exist, `Invalid(helpful)` for no answer, `Invalid(comment)` for one that is
    /// too long or can't be kept.
    pub fn read(article: &str, helpful: &str, comment: &str) -> Result<Self> {
        let article = article.parse().map_err(|_| Error::NotFound)?;
        let mut faults = Faults::default();
        let helpful = faults.take(
            "helpful",
            match helpful {
                "yes" => Ok(true),
                "no" => Ok(false),
                "" => Err(Fault::Missing),
                _ => Err(Fault::NotAChoice),
            },
        );
        let comment = faults.take("comment", text::paragraphs(comment, COMMENT));
        let opinion = helpful.zip(comment).map(|(helpful, comment)| {
            let (comment, masked) = masked(&comment);
            Self { article, helpful, comment, masked }
        });
        faults.finish(opinion)
    }
}

/// One opinion in the list of those who write the articles (R97).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// By which it is marked handled.
    pub id: FeedbackId,
    /// The article.
    pub article: Article,
    /// Whether it helped.
    pub helpful: bool,
    /// Why, without codes and keys; often empty.
    pub comment: String,
    /// Whether something was masked in the comment.
    pub masked: bool,
    /// When it was said.
    pub at: OffsetDateTime,
    /// When somebody took care of it.
    pub handled_at: Option<OffsetDateTime>,
    /// Who did.
    pub handled_by: Option<String>,
    /// What was done about it; often nothing had to be.
    pub outcome: String,
}

crate::choice! {
    /// Which feedback is shown.
    pub enum Shown {
        /// What nobody has handled yet.
        Waiting = "waiting",
        /// What somebody took care of.
        Handled = "handled",
        /// Everything.
        All = "all",
    }
}

/// What readers think of one article, from what was said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinions {
    /// The article.
    pub article: Article,
    /// Readers whom it helped.
    pub helped: u32,
    /// Readers whom it did not.
    pub did_not: u32,
    /// What nobody has handled yet.
    pub waiting: u32,
}

/// One page of what was heard, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// What was heard.
    pub rows: Vec<Heard>,
    /// Where the next page begins, if there is one.
    pub older: Option<FeedbackId>,
    /// Each article that something was said about, the one that helped least first.
    pub articles: Vec<Opinions>,
    /// Whether the reader may mark it as handled; auditors only look.
    pub may_handle: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_needed_and_a_comment_is_not() {
        let opinion = Opinion::read("free-a-seat", "no", "  ").unwrap();
        assert_eq!(
            opinion,
            Opinion { article: Article::FreeSeat, helpful: false, comment: String::new(), masked: false }
        );
        assert_eq!(Opinion::read("free-a-seat", "", ""), Err(Error::field("helpful", Fault::Missing)));
        assert_eq!(Opinion::read("free-a-seat", "maybe", ""), Err(Error::field("helpful", Fault::NotAChoice)));
        assert_eq!(Opinion::read("free-lunch", "yes", ""), Err(Error::NotFound));
    }

    #[test]
    fn a_comment_that_is_too_long_is_refused_at_its_field() {
        let too_long = "a".repeat(COMMENT + 1);
        let refused = Opinion::read("free-a-seat", "yes", &too_long);
        assert_eq!(refused, Err(Error::field("comment", Fault::TooLong { max: COMMENT })));
    }

    #[test]
    fn masking_does_not_make_a_comment_longer_than_it_may_be() {
        let code = "ABCDEFGH23JKLM4NPQR5";
        let full = format!("{code} ").repeat(COMMENT / (code.len() + 1));
        assert!(Opinion::read("free-a-seat", "yes", &full).unwrap().comment.chars().count() <= COMMENT);
    }
}

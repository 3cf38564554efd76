//! The texts of the articles, and finding one by words. They are data, so that the list, the search and the page read the
//! same.

mod account;
mod codes;
mod devices;
mod licenses;

use domain::feedback::Article;

use crate::paths;

/// A part of an article.
pub(super) enum Part {
    /// A heading.
    Head(&'static str),
    /// A paragraph.
    Say(&'static str),
    /// What to do, one after the other.
    Steps(&'static [&'static str]),
    /// What to know, in no order.
    Points(&'static [&'static str]),
    /// What to type on a device.
    Type(&'static str),
}

/// An article.
pub(super) struct Text {
    /// Which one.
    pub article: Article,
    /// Its heading: what the reader wants to do.
    pub title: &'static str,
    /// The answer in one sentence.
    pub lead: &'static str,
    /// What it says.
    pub parts: &'static [Part],
    /// Where it is done: what the button says, and its page.
    pub places: &'static [(&'static str, &'static str)],
    /// What is read next.
    pub related: &'static [Article],
    /// Other words that people look for it by.
    pub words: &'static str,
}

/// The list, by what people come for; the three that every help has to have come first (R93).
pub(super) const GROUPS: [(&str, &[Article]); 4] = [
    (
        "Activate and recover",
        &[
            Article::ActivateSeven,
            Article::ActivateSix,
            Article::RecoverCode,
            Article::OtherRegion,
            Article::LeakedCode,
            Article::BlockedCode,
        ],
    ),
    ("Devices", &[Article::LinkDevice, Article::FreeSeat, Article::Reinstall, Article::OfflineDevices]),
    ("Licenses", &[Article::AddReserve, Article::Renew, Article::MoreDevices, Article::DatesAndStates]),
    (
        "People, account and money",
        &[Article::InviteColleague, Article::SafeSignIn, Article::LeaveAccount, Article::Refund],
    ),
];

/// The text of an article.
pub(super) const fn text(article: Article) -> &'static Text {
    match article {
        Article::ActivateSeven => &codes::ACTIVATE_SEVEN,
        Article::ActivateSix => &codes::ACTIVATE_SIX,
        Article::RecoverCode => &codes::RECOVER_CODE,
        Article::OtherRegion => &codes::OTHER_REGION,
        Article::LinkDevice => &devices::LINK_DEVICE,
        Article::FreeSeat => &devices::FREE_SEAT,
        Article::Reinstall => &devices::REINSTALL,
        Article::OfflineDevices => &devices::OFFLINE_DEVICES,
        Article::AddReserve => &licenses::ADD_RESERVE,
        Article::Renew => &licenses::RENEW,
        Article::Refund => &licenses::REFUND,
        Article::InviteColleague => &licenses::INVITE_COLLEAGUE,
        Article::DatesAndStates => &licenses::DATES_AND_STATES,
        Article::LeakedCode => &codes::LEAKED_CODE,
        Article::BlockedCode => &codes::BLOCKED_CODE,
        Article::MoreDevices => &licenses::MORE_DEVICES,
        Article::SafeSignIn => &account::SAFE_SIGN_IN,
        Article::LeaveAccount => &account::LEAVE_ACCOUNT,
    }
}

/// The articles in which every word stands, those that have them in their title first.
pub(super) fn find(asked: &str) -> Vec<&'static Text> {
    let asked = asked.to_lowercase();
    let words: Vec<&str> = asked.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let all = |within: &str| {
        let within = within.to_lowercase();
        words.iter().all(|word| within.contains(word))
    };
    let texts = Article::ALL.iter().map(|article| text(*article));
    let (mut first, rest): (Vec<_>, Vec<_>) = texts.partition(|text| all(text.title));
    first.extend(rest.into_iter().filter(|text| all(&everything(text))));
    first
}

fn everything(text: &Text) -> String {
    let parts = text.parts.iter().map(|part| match *part {
        Part::Head(line) | Part::Say(line) | Part::Type(line) => line.to_owned(),
        Part::Steps(lines) | Part::Points(lines) => lines.join(" "),
    });
    let own = [text.title, text.lead, text.words].map(str::to_owned);
    own.into_iter().chain(parts).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn found(asked: &str) -> Vec<&'static str> {
        find(asked).iter().map(|text| text.article.as_str()).collect()
    }

    #[test]
    fn every_article_stands_in_the_list_once_and_is_its_own_text() {
        let listed: Vec<Article> = GROUPS.iter().flat_map(|(_, articles)| articles.iter().copied()).collect();
        let each: BTreeSet<Article> = listed.iter().copied().collect();
        assert_eq!(listed.len(), Article::ALL.len());
        assert_eq!(each, Article::ALL.iter().copied().collect());
        assert!(Article::ALL.iter().all(|article| text(*article).article == *article));
        assert_eq!(listed[..3], Article::ALL[..3], "the three that every help lists come first (R93)");
    }

    #[test]
    fn words_are_found_wherever_they_stand_and_the_title_counts_most() {
        assert_eq!(found("seat").first(), Some(&"free-a-seat"));
        assert_eq!(found("VPN"), ["code-for-another-region"]);
        assert!(found("format disk").contains(&"reinstall-the-computer"), "{:?}", found("format disk"));
        assert!(found("money back").contains(&"ask-for-a-refund"));
        assert!(found("E12").contains(&"free-a-seat"));
        assert!(found("lost phone").contains(&"sign-in-safely"));
        assert_eq!(found("leak"), ["a-code-became-known"]);
        assert!(found("E04").contains(&"a-code-is-blocked"));
        assert!(found("close account").contains(&"take-your-data-and-close"));
        assert!(found("more devices").contains(&"protect-more-devices"));
    }

    #[test]
    fn nothing_is_found_for_nothing_and_for_what_nobody_wrote() {
        assert!(find("").is_empty() && find(" - ").is_empty() && find("zebra").is_empty());
    }

    #[test]
    fn an_article_leads_on_and_never_to_itself() {
        for article in Article::ALL {
            let text = text(*article);
            assert!(!text.places.is_empty() && !text.related.is_empty(), "{article}");
            assert!(!text.related.contains(article), "{article}");
            assert!(text.places.iter().all(|(_, href)| href.starts_with('/')), "{article}");
        }
    }
}

//! The catalog in words: its parts, what stands in an entry, and what differs between two versions.

use domain::batch::{BatchState, Source, Wrong};
use domain::catalog::{Entry, Part, SellerKind};
use domain::country::Country;
use domain::device::OsFamily;
use domain::seat::SeatClass;
use domain::text::money;

use crate::ui::State;
use crate::wording;

/// A part, as a tab and as a thing.
pub(super) const fn part(part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Product => ("Products", "product"),
        Part::Version => ("After the end", "version"),
        Part::Bundle => ("Bundles", "bundle"),
        Part::Seller => ("Sellers", "seller"),
        Part::Price => ("Prices", "price list"),
        Part::Agreement => ("Agreements", "agreement"),
    }
}

/// What a part is for.
pub(super) const fn lead(part: Part) -> &'static str {
    match part {
        Part::Product => "What licenses are sold for, and which applications count for which seats.",
        Part::Version => "What still works after the end of a license, by version of the application.",
        Part::Bundle => "Seats and a term, as they are put into a box or on a card.",
        Part::Seller => "Stores, partners and providers, with their countries and the keys of their programs.",
        Part::Price => "What a seller asks for one seat a year. Renewals are reckoned with it.",
        Part::Agreement => "What people accept before the first activation. A published text stays as it is.",
    }
}

pub(super) const fn seller_kind(kind: SellerKind) -> &'static str {
    match kind {
        SellerKind::VendorStore => "Store of our own",
        SellerKind::Partner => "Partner",
        SellerKind::Provider => "Service provider",
    }
}

/// Where the application of a kind of system is downloaded.
pub(super) const fn installer(os: OsFamily) -> &'static str {
    match os {
        OsFamily::Windows => "Installer for Windows",
        OsFamily::WindowsServer => "Installer for Windows Server",
        OsFamily::Mac => "Installer for macOS",
        OsFamily::Android => "Installer for Android",
        OsFamily::Ios => "Installer for iOS",
    }
}

pub(super) fn countries(countries: &[Country]) -> String {
    joined(countries.iter().map(|country| wording::country(*country).to_owned()))
}

fn joined(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { "None".to_owned() } else { words.join(", ") }
}

fn or_none(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| "None".to_owned())
}

fn yes(yes: bool) -> String {
    if yes { "Yes" } else { "No" }.to_owned()
}

/// What stands in an entry, but for its name, its number and what it belongs to.
pub(super) fn facts(entry: &Entry) -> Vec<(&'static str, String)> {
    match entry {
        Entry::Product(product) => {
            let covers = |class: &SeatClass| {
                let applications = product.covers.get(class).cloned().unwrap_or_default();
                let all = product.covers.is_empty().then(|| "Sold".to_owned());
                (wording::seat_class(*class), all.unwrap_or_else(|| joined(applications.into_iter())))
            };
            let mut facts = vec![("Version", product.family.clone())];
            facts.extend(SeatClass::ALL.iter().map(covers));
            facts.push(("Components", joined(product.components.iter().cloned())));
            facts.extend(product.installers.iter().map(|(os, address)| (installer(*os), address.clone())));
            facts
        }
        Entry::Version(version) => vec![
            ("Updates go on", yes(version.updates)),
            ("Databases installed by hand stop it", yes(version.manual_databases_stop)),
            ("Restricted", joined(version.restricted.iter().cloned())),
        ],
        Entry::Bundle(bundle) => {
            vec![("Seats", wording::seats(&bundle.seats)), ("Term", format!("{} days", bundle.days))]
        }
        Entry::Seller(seller) => vec![
            ("Kind", seller_kind(seller.kind).to_owned()),
            ("Countries", countries(&seller.countries)),
            ("Contact", or_none(seller.contact.as_ref())),
            ("Checkout", or_none(seller.checkout.as_ref())),
            ("Payment partner", or_none(seller.payment_partner.as_ref())),
            ("Page of orders", or_none(seller.order_lookup.as_ref())),
            ("Refunds are usual for", format!("{} days", seller.refund_days)),
            (
                "One lead refunds up to",
                seller.refund_by_one.map_or_else(|| "Any amount".to_owned(), |most| most.to_string()),
            ),
            ("Age key", or_none(seller.recipient.as_ref())),
        ],
        Entry::Price(price) => {
            let of = |(class, minor): (&SeatClass, &i64)| (wording::seat_class(*class), money(*minor, &price.currency));
            let mut facts: Vec<_> = price.yearly.iter().map(of).collect();
            facts.push(("Off for a renewal", format!("{} %", price.renewal_discount)));
            facts
        }
        Entry::Agreement(agreement) => vec![("Version", agreement.version.clone())],
    }
}

/// The name and the number of an entry that has them.
pub(super) fn named(entry: &Entry) -> (Option<&str>, Option<&str>) {
    match entry {
        Entry::Product(product) => (Some(&product.name), Some(&product.sku)),
        Entry::Bundle(bundle) => (Some(&bundle.name), Some(&bundle.sku)),
        Entry::Seller(seller) => (Some(&seller.name), Some(&seller.code)),
        Entry::Version(_) | Entry::Price(_) | Entry::Agreement(_) => (None, None),
    }
}

/// What differs from the version before, each as "before → after".
pub(super) fn changes(before: &Entry, after: &Entry) -> Vec<(&'static str, String, String)> {
    let all = |entry: &Entry| {
        let mut facts = facts(entry);
        facts.extend(named(entry).0.map(|name| ("Name", name.to_owned())));
        facts
    };
    let (old, new) = (all(before), all(after));
    let none = || "None".to_owned();
    let find = |facts: &[(&'static str, String)], term: &str| {
        facts.iter().find(|(known, _)| *known == term).map_or_else(none, |(_, text)| text.clone())
    };
    let mut terms: Vec<&'static str> = new.iter().chain(&old).map(|(term, _)| *term).collect();
    let mut seen = Vec::new();
    terms.retain(|term| {
        !seen.contains(term) && {
            seen.push(*term);
            true
        }
    });
    let differ = |term: &&'static str| find(&old, term) != find(&new, term);
    terms.into_iter().filter(differ).map(|term| (term, find(&old, term), find(&new, term))).collect()
}

/// Where a batch stands.
pub(super) const fn batch_state(state: BatchState, source: Source) -> (State, &'static str) {
    match (state, source) {
        (BatchState::Working, Source::Made) => (State::Progress, "Being made"),
        (BatchState::Working, Source::Imported) => (State::Progress, "Being brought in"),
        (BatchState::Ready, _) => (State::NeedsYou, "File ready"),
        (BatchState::HandedOver, _) => (State::Active, "Handed over"),
        (BatchState::Finished, _) => (State::Active, "Brought in"),
    }
}

/// What is wrong with a line, and what to do about it.
pub(super) fn wrong(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Code(refusal) => wording::refusal(refusal),
        Wrong::Symbol { position } => {
            format!("Character {position} is one that codes never have: 0, 1, I, L or O. Compare the line with where it was written down.")
        }
        Wrong::CheckSymbol => {
            "The last character does not fit the others, so one of them is wrong. Compare the line with where it was written down.".to_owned()
        }
        Wrong::Twice { first } => format!("The same code stands in line {first}. Take this line out."),
        Wrong::AlreadyOurs => "This code is here already. Take the line out.".to_owned(),
        Wrong::UnknownProduct => {
            "No bundle that is sold has this number. Compare it with the bundles of the catalog.".to_owned()
        }
        Wrong::NotADate => "The last day is no date. Write it as year-month-day, like 2027-12-31.".to_owned(),
        Wrong::InThePast => "The last day is over. Take the line out, or ask the issuer for a later day.".to_owned(),
        Wrong::LastDayOfPaid => "Codes that are paid for never get too old. Take the last day out of the line.".to_owned(),
        Wrong::NotText => "This line can't be read as text. Save the file as CSV in UTF-8.".to_owned(),
        Wrong::TooManyLines => {
            format!("A file has at most {} lines. From this line on nothing was read: put the rest into another file.", domain::batch::MOST_LINES)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::catalog::{Bundle, Product};
    use domain::id::ProductId;
    use domain::seat::Seats;

    use super::*;

    #[test]
    fn only_what_differs_between_two_versions_is_told() {
        let old = Bundle {
            product: ProductId(uuid::Uuid::from_u128(1)),
            sku: "A".into(),
            name: "Five".into(),
            seats: Seats::parse("desktop=5").unwrap(),
            days: 365,
        };
        let new = Bundle { days: 730, name: "Five, two years".into(), ..old.clone() };
        let told = changes(&Entry::Bundle(old.clone()), &Entry::Bundle(new));
        assert_eq!(
            told,
            [
                ("Term", "365 days".to_owned(), "730 days".to_owned()),
                ("Name", "Five".to_owned(), "Five, two years".to_owned())
            ]
        );
        assert_eq!(changes(&Entry::Bundle(old.clone()), &Entry::Bundle(old)), []);
    }

    #[test]
    fn a_product_without_named_applications_is_sold_for_every_class() {
        let product = Product {
            sku: "P".into(),
            name: "P".into(),
            family: "7".into(),
            covers: Default::default(),
            components: vec![],
            installers: Default::default(),
        };
        assert_eq!(facts(&Entry::Product(product)).iter().filter(|(_, text)| text == "Sold").count(), 4);
    }
}

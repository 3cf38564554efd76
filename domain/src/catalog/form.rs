//! What was typed into a form of the catalog, and how it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Agreement, Bundle, Entry, Part, Price, Product, ProductVersion, Seller};
use crate::country::Country;
use crate::device::OsFamily;
use crate::seat::{SeatClass, Seats};
use crate::text::{Faults, line, paragraphs};
use crate::{Fault, Result};

/// The fields of all forms of the catalog as they were typed; each form has some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The product it belongs to.
    pub product: String,
    /// The seller it belongs to.
    pub seller: String,
    /// The number by which programs name it.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// A family of versions.
    pub family: String,
    /// For computers: applications of a product, seats of a bundle, a price.
    pub desktop: String,
    /// The same for file servers.
    pub file_server: String,
    /// The same for phones and tablets.
    pub mobile: String,
    /// The same for the password manager.
    pub password_manager: String,
    /// Components, one a line.
    pub components: String,
    /// Whether databases are still updated.
    pub updates: String,
    /// Whether databases installed by hand stop the application.
    pub manual_databases_stop: String,
    /// A term in days.
    pub days: String,
    /// What a seller is.
    pub kind: String,
    /// Countries by their two letters.
    pub countries: String,
    /// Where people reach it.
    pub contact: String,
    /// Where it takes the money.
    pub checkout: String,
    /// Who takes the money for it.
    pub payment_partner: String,
    /// Where the payment partner shows an order again.
    pub order_lookup: String,
    /// The days in which a refund is usual.
    pub refund_days: String,
    /// Up to what amount one lead alone grants a refund, in the smallest unit of a currency.
    pub refund_by_one: String,
    /// The age key.
    pub recipient: String,
    /// A currency.
    pub currency: String,
    /// What is taken off for a renewal.
    pub renewal_discount: String,
    /// Where the application is downloaded for Windows.
    pub windows: String,
    /// The same for Windows Server.
    pub windows_server: String,
    /// The same for macOS.
    pub mac: String,
    /// The same for Android.
    pub android: String,
    /// The same for iOS.
    pub ios: String,
    /// How a version of an agreement is called.
    pub agreement: String,
    /// The text of an agreement.
    pub text: String,
}

/// The most that a seller's limit for one lead can be, in the smallest unit of a currency.
const MOST_BY_ONE: u64 = 100_000_000_000;
/// The longest text of an agreement, in characters; a form carries no more than 64 kB.
const LONGEST_AGREEMENT: usize = 20_000;

impl Typed {
    /// What was typed for one class of seats.
    #[must_use]
    pub fn of(&self, class: SeatClass) -> &str {
        match class {
            SeatClass::Desktop => &self.desktop,
            SeatClass::FileServer => &self.file_server,
            SeatClass::Mobile => &self.mobile,
            SeatClass::PasswordManager => &self.password_manager,
        }
    }

    fn set(&mut self, class: SeatClass, text: String) {
        match class {
            SeatClass::Desktop => self.desktop = text,
            SeatClass::FileServer => self.file_server = text,
            SeatClass::Mobile => self.mobile = text,
            SeatClass::PasswordManager => self.password_manager = text,
        }
    }

    /// What was typed as the installer of one kind of system.
    fn installer(&self, os: OsFamily) -> &str {
        match os {
            OsFamily::Windows => &self.windows,
            OsFamily::WindowsServer => &self.windows_server,
            OsFamily::Mac => &self.mac,
            OsFamily::Android => &self.android,
            OsFamily::Ios => &self.ios,
        }
    }

    fn set_installer(&mut self, os: OsFamily, address: String) {
        match os {
            OsFamily::Windows => self.windows = address,
            OsFamily::WindowsServer => self.windows_server = address,
            OsFamily::Mac => self.mac = address,
            OsFamily::Android => self.android = address,
            OsFamily::Ios => self.ios = address,
        }
    }
}

/// A number by which programs name something: capital letters, digits and dashes.
fn sku(typed: &str) -> Result<String, Fault> {
    let sku = line(typed, 40)?.to_ascii_uppercase();
    let plain = sku.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if plain { Ok(sku) } else { Err(Fault::NotAChoice) }
}

/// A number between two others; nothing typed counts as `none`.
pub(crate) fn number(typed: &str, none: Option<u64>, min: u64, max: u64) -> Result<u64, Fault> {
    let typed = typed.trim();
    let read = match (typed.is_empty(), none) {
        (true, Some(none)) => return Ok(none),
        (true, None) => return Err(Fault::Missing),
        (false, _) => typed.parse::<u64>().ok(),
    };
    read.filter(|n| (min..=max).contains(n)).ok_or(Fault::OutOfRange { min, max })
}

fn optional(typed: &str, max: usize) -> Result<Option<String>, Fault> {
    if typed.trim().is_empty() { Ok(None) } else { line(typed, max).map(Some) }
}

/// Lines, each once; a comma ends one as well.
fn lines(typed: &str) -> Result<Vec<String>, Fault> {
    let mut all = Vec::new();
    for entry in typed.split(['\n', ',']).filter(|entry| !entry.trim().is_empty()) {
        let entry = line(entry, 60)?;
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    Ok(all)
}

/// Countries by their two letters, however they are set apart.
pub(crate) fn countries(typed: &str) -> Result<Vec<Country>, Fault> {
    let words = typed.split([',', ';', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty());
    let mut read =
        words.map(|word| word.parse().map_err(|_| Fault::NotAChoice)).collect::<Result<Vec<Country>, _>>()?;
    read.sort_unstable();
    read.dedup();
    Ok(read)
}

/// Money as it is typed: `19.90` is 1990 of the smallest unit.
fn money(typed: &str, currency: &str) -> Result<Option<i64>, Fault> {
    let typed = typed.trim().replace(',', ".");
    if typed.is_empty() {
        return Ok(None);
    }
    let digits = decimals(currency);
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let most = Fault::OutOfRange { min: 0, max: 1_000_000 };
    if part.len() > digits || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) || whole.len() > 7 {
        return Err(most);
    }
    let part = format!("{part:0<digits$}");
    format!("{whole}{part}").parse().map(Some).map_err(|_| most)
}

fn decimals(currency: &str) -> usize {
    let whole = crate::text::money(1, currency);
    whole.split(' ').next().and_then(|number| number.split_once('.')).map_or(0, |(_, part)| part.len())
}

impl Entry {
    /// Reads the form of a part of the catalog.
    ///
    /// # Errors
    /// `Invalid` with each field that can't be used.
    pub fn read(part: Part, typed: &Typed) -> Result<Self> {
        let mut faults = Faults::default();
        let entry = match part {
            Part::Product => read_product(typed, &mut faults).map(Self::Product),
            Part::Version => read_version(typed, &mut faults).map(Self::Version),
            Part::Bundle => read_bundle(typed, &mut faults).map(Self::Bundle),
            Part::Seller => read_seller(typed, &mut faults).map(Self::Seller),
            Part::Price => read_price(typed, &mut faults).map(Self::Price),
            Part::Agreement => read_agreement(typed, &mut faults).map(Self::Agreement),
        };
        faults.finish(entry)
    }

    /// The form in which it stands as it is.
    #[must_use]
    pub fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        match self {
            Self::Product(product) => {
                typed.sku.clone_from(&product.sku);
                typed.name.clone_from(&product.name);
                typed.family.clone_from(&product.family);
                typed.components = product.components.join("\n");
                for (class, applications) in &product.covers {
                    typed.set(*class, applications.join(", "));
                }
                for (os, address) in &product.installers {
                    typed.set_installer(*os, address.clone());
                }
            }
            Self::Version(version) => {
                typed.product = version.product.to_string();
                typed.family.clone_from(&version.family);
                typed.components = version.restricted.join("\n");
                typed.updates = said(version.updates);
                typed.manual_databases_stop = said(version.manual_databases_stop);
            }
            Self::Bundle(bundle) => {
                typed.product = bundle.product.to_string();
                typed.sku.clone_from(&bundle.sku);
                typed.name.clone_from(&bundle.name);
                typed.days = bundle.days.to_string();
                for (class, count) in bundle.seats.iter() {
                    typed.set(class, count.to_string());
                }
            }
            Self::Seller(seller) => {
                typed.sku.clone_from(&seller.code);
                typed.name.clone_from(&seller.name);
                typed.kind = seller.kind.to_string();
                typed.countries = seller.countries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                typed.contact = seller.contact.clone().unwrap_or_default();
                typed.checkout = seller.checkout.clone().unwrap_or_default();
                typed.payment_partner = seller.payment_partner.clone().unwrap_or_default();
                typed.order_lookup = seller.order_lookup.clone().unwrap_or_default();
                typed.refund_days = seller.refund_days.to_string();
                typed.refund_by_one = seller.refund_by_one.map(|amount| amount.to_string()).unwrap_or_default();
                typed.recipient = seller.recipient.clone().unwrap_or_default();
            }
            Self::Price(price) => {
                typed.seller = price.seller.to_string();
                typed.product = price.product.to_string();
                typed.currency.clone_from(&price.currency);
                typed.renewal_discount = price.renewal_discount.to_string();
                for (class, minor) in &price.yearly {
                    let money = crate::text::money(*minor, &price.currency);
                    typed.set(*class, money.split(' ').next().unwrap_or_default().to_owned());
                }
            }
            Self::Agreement(agreement) => {
                typed.product = agreement.product.to_string();
                typed.agreement.clone_from(&agreement.version);
                typed.text.clone_from(&agreement.text);
            }
        }
        typed
    }
}

fn said(yes: bool) -> String {
    if yes { "true".to_owned() } else { String::new() }
}

fn read_product(typed: &Typed, faults: &mut Faults) -> Option<Product> {
    let number = faults.take("sku", sku(&typed.sku));
    let name = faults.take("name", line(&typed.name, 80));
    let family = faults.take("family", line(&typed.family, 20));
    let components = faults.take("components", lines(&typed.components));
    let mut covers = BTreeMap::new();
    for class in SeatClass::ALL {
        let applications = faults.take(class.as_str(), lines(typed.of(*class)))?;
        if !applications.is_empty() {
            covers.insert(*class, applications);
        }
    }
    let mut installers = BTreeMap::new();
    for os in OsFamily::ALL {
        let address = optional(typed.installer(*os), 500).and_then(a_page);
        if let Some(address) = faults.take(os.as_str(), address)? {
            installers.insert(*os, address);
        }
    }
    Some(Product { sku: number?, name: name?, family: family?, covers, components: components?, installers })
}

fn read_agreement(typed: &Typed, faults: &mut Faults) -> Option<Agreement> {
    let product = faults.take("product", typed.product.parse().map_err(|_| Fault::NotAChoice));
    let version = faults.take("agreement", line(&typed.agreement, 40));
    let text = paragraphs(&typed.text, LONGEST_AGREEMENT)
        .and_then(|text| if text.is_empty() { Err(Fault::Missing) } else { Ok(text) });
    let text = faults.take("text", text);
    Some(Agreement { product: product?, version: version?, text: text? })
}

fn read_version(typed: &Typed, faults: &mut Faults) -> Option<ProductVersion> {
    let product = faults.take("product", typed.product.parse().map_err(|_| Fault::NotAChoice));
    let family = faults.take("family", line(&typed.family, 20));
    let restricted = faults.take("components", lines(&typed.components));
    Some(ProductVersion {
        product: product?,
        family: family?,
        updates: typed.updates == "true",
        manual_databases_stop: typed.manual_databases_stop == "true",
        restricted: restricted?,
    })
}

fn read_bundle(typed: &Typed, faults: &mut Faults) -> Option<Bundle> {
    let product = faults.take("product", typed.product.parse().map_err(|_| Fault::NotAChoice));
    let number = faults.take("sku", sku(&typed.sku));
    let name = faults.take("name", line(&typed.name, 80));
    let days = faults.take("days", self::number(&typed.days, None, 1, 3660));
    let mut counts = Vec::new();
    for class in SeatClass::ALL {
        let count = faults.take(class.as_str(), self::number(typed.of(*class), Some(0), 0, 10_000))?;
        counts.extend((count > 0).then_some((*class, u32::try_from(count).ok()?)));
    }
    if counts.is_empty() {
        faults.note(SeatClass::Desktop.as_str(), Fault::Missing);
    }
    let seats: Seats = counts.into_iter().collect();
    Some(Bundle { product: product?, sku: number?, name: name?, seats, days: u32::try_from(days?).ok()? })
}

fn read_seller(typed: &Typed, faults: &mut Faults) -> Option<Seller> {
    let code = faults.take("sku", sku(&typed.sku));
    let name = faults.take("name", line(&typed.name, 80));
    let kind = faults.take("kind", typed.kind.parse().map_err(|_| Fault::NotAChoice));
    let countries = countries(&typed.countries)
        .and_then(|countries| if countries.is_empty() { Err(Fault::Missing) } else { Ok(countries) });
    let countries = faults.take("countries", countries);
    let contact = faults.take("contact", optional(&typed.contact, 200).and_then(long_enough));
    let checkout = faults.take("checkout", optional(&typed.checkout, 500).and_then(an_address));
    let payment_partner = faults.take("payment_partner", optional(&typed.payment_partner, 80));
    let order_lookup = faults.take("order_lookup", optional(&typed.order_lookup, 500).and_then(a_page));
    let refund_days = faults.take("refund_days", number(&typed.refund_days, Some(30), 0, 3650));
    let refund_by_one = faults.take("refund_by_one", amount(&typed.refund_by_one));
    let recipient = faults.take("recipient", optional(&typed.recipient, 200).and_then(an_age_key));
    Some(Seller {
        code: code?,
        name: name?,
        kind: kind?,
        countries: countries?,
        contact: contact?,
        checkout: checkout?,
        payment_partner: payment_partner?,
        order_lookup: order_lookup?,
        refund_days: u32::try_from(refund_days?).ok()?,
        refund_by_one: refund_by_one?,
        recipient: recipient?,
    })
}

/// An amount in the smallest unit of a currency; nothing typed is no limit.
fn amount(typed: &str) -> Result<Option<i64>, Fault> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    number(typed, None, 0, MOST_BY_ONE).map(|amount| i64::try_from(amount).ok())
}

fn long_enough(contact: Option<String>) -> Result<Option<String>, Fault> {
    match contact {
        Some(contact) if contact.chars().count() < 3 => Err(Fault::TooShort { min: 3 }),
        contact => Ok(contact),
    }
}

/// A page over TLS.
fn a_page(address: Option<String>) -> Result<Option<String>, Fault> {
    match address {
        Some(address) if !address.starts_with("https://") => Err(Fault::NotAChoice),
        address => Ok(address),
    }
}

/// A page over TLS, or one of our own in a demo.
fn an_address(checkout: Option<String>) -> Result<Option<String>, Fault> {
    match checkout {
        Some(address) if !address.starts_with("https://") && address != crate::offer::STAND_IN => {
            Err(Fault::NotAChoice)
        }
        checkout => Ok(checkout),
    }
}

/// The shape of an age key for recipients; whether it is one is found out where it is kept.
fn an_age_key(recipient: Option<String>) -> Result<Option<String>, Fault> {
    match recipient {
        Some(key) if !key.starts_with("age1") || !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) => {
            Err(Fault::NotAChoice)
        }
        recipient => Ok(recipient),
    }
}

fn read_price(typed: &Typed, faults: &mut Faults) -> Option<Price> {
    let seller = faults.take("seller", typed.seller.parse().map_err(|_| Fault::NotAChoice));
    let product = faults.take("product", typed.product.parse().map_err(|_| Fault::NotAChoice));
    let letters = typed.currency.trim().to_ascii_uppercase();
    let known = letters.len() == 3 && letters.bytes().all(|b| b.is_ascii_uppercase());
    let currency = faults.take("currency", if known { Ok(letters) } else { Err(Fault::NotAChoice) });
    let discount = faults.take("renewal_discount", number(&typed.renewal_discount, Some(0), 0, 90));
    let mut yearly = BTreeMap::new();
    for class in SeatClass::ALL {
        let price = money(typed.of(*class), currency.as_deref().unwrap_or_default());
        if let Some(minor) = faults.take(class.as_str(), price)? {
            yearly.insert(*class, minor);
        }
    }
    if yearly.is_empty() {
        faults.note(SeatClass::Desktop.as_str(), Fault::Missing);
    }
    let renewal_discount = u8::try_from(discount?).ok()?;
    Some(Price { seller: seller?, product: product?, currency: currency?, yearly, renewal_discount })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::catalog::SellerKind;
    use crate::id::{ProductId, SellerId};

    #[test]
    fn every_entry_stands_in_its_form_as_it_is() {
        let (product, seller) = (ProductId(uuid::Uuid::from_u128(1)), SellerId(uuid::Uuid::from_u128(2)));
        let covers = [(SeatClass::Desktop, vec!["For Windows".to_owned(), "For Mac".to_owned()])].into();
        let entries = [
            Entry::Product(Product {
                sku: "NSOS".into(),
                name: "Small Office".into(),
                family: "7".into(),
                covers,
                components: vec!["Backup".into(), "Web protection".into()],
                installers: [(OsFamily::Mac, "https://get.example/mac".to_owned())].into(),
            }),
            Entry::Version(ProductVersion {
                product,
                family: "7".into(),
                updates: false,
                manual_databases_stop: true,
                restricted: vec!["Backup".into()],
            }),
            Entry::Bundle(Bundle {
                product,
                sku: "NSOS-5".into(),
                name: "Five devices".into(),
                seats: Seats::parse("desktop=5,mobile=5").unwrap(),
                days: 365,
            }),
            Entry::Seller(Seller {
                code: "NW-IN".into(),
                name: "Store".into(),
                kind: SellerKind::VendorStore,
                countries: vec!["IN".parse().unwrap()],
                contact: Some("care@example.com".into()),
                checkout: Some("https://shop.example/pay".into()),
                payment_partner: Some("Paylane".into()),
                order_lookup: Some("https://orders.example/find".into()),
                refund_days: 30,
                refund_by_one: Some(50_000),
                recipient: None,
            }),
            Entry::Price(Price {
                seller,
                product,
                currency: "GBP".into(),
                yearly: [(SeatClass::Desktop, 1905), (SeatClass::Mobile, 900)].into(),
                renewal_discount: 30,
            }),
            Entry::Agreement(Agreement {
                product,
                version: "2027".into(),
                text: "You may use it.\n\nOn your devices.".into(),
            }),
        ];
        for entry in entries {
            assert_eq!(Entry::read(entry.part(), &entry.typed()), Ok(entry));
        }
    }

    #[test]
    fn what_cannot_be_kept_is_told_at_its_field() {
        let typed = Typed { sku: "A B!".into(), days: "0".into(), desktop: "five".into(), ..Typed::default() };
        let Err(Error::Invalid(faults)) = Entry::read(Part::Bundle, &typed) else { panic!("nothing was wrong") };
        let mut named: Vec<&str> = faults.iter().map(|at| at.field.as_str()).collect();
        named.sort_unstable();
        assert_eq!(named, ["days", "desktop", "name", "product", "sku"]);
        let seller = Typed { countries: "IN, XX".into(), checkout: "http://plain.example".into(), ..Typed::default() };
        let Err(Error::Invalid(faults)) = Entry::read(Part::Seller, &seller) else { panic!("nothing was wrong") };
        assert!(faults.iter().any(|at| at.field == "countries") && faults.iter().any(|at| at.field == "checkout"));
    }

    #[test]
    fn money_is_read_in_the_smallest_unit_of_its_currency() {
        assert_eq!(money("19.9", "EUR"), Ok(Some(1990)));
        assert_eq!(money("19,05", "GBP"), Ok(Some(1905)));
        assert_eq!(money("1900", "JPY"), Ok(Some(1900)));
        assert_eq!(money("", "EUR"), Ok(None));
        for typed in ["-1", "1.999", "1e3", "19.5x"] {
            assert!(money(typed, "EUR").is_err(), "{typed}");
        }
        assert!(money("1.5", "JPY").is_err());
    }
}

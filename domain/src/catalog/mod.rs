//! What is sold, by whom and for how much: products, what stops after their end, bundles, sellers and prices. All of it is
//! data. Every change is a further version with who, when and why; what is no longer sold is retired, never removed.

mod form;
#[cfg(feature = "postgres")]
pub mod store;

pub use form::Typed;
pub(crate) use form::{countries as form_countries, number as form_number};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::country::Country;
use crate::device::OsFamily;
use crate::id::{ProductId, SellerId, SellerKeyId};
use crate::seat::{SeatClass, Seats};

crate::choice! {
    /// The parts of the catalog.
    pub enum Part {
        /// Products, with the applications that count for each class of seats.
        Product = "product",
        /// What still works after the end of a license, by version of a product (R67–R69).
        Version = "version",
        /// Seats and a term of a product, as they are sold in a box.
        Bundle = "bundle",
        /// Stores, partners and providers.
        Seller = "seller",
        /// What a seller asks for a product.
        Price = "price",
        /// The license agreements of products, which are accepted before the first activation (R19).
        Agreement = "agreement",
    }
}

crate::choice! {
    /// What a seller is.
    pub enum SellerKind {
        /// A store of the vendor's own.
        VendorStore = "vendor_store",
        /// A reseller.
        Partner = "partner",
        /// A provider of subscriptions.
        Provider = "provider",
    }
}

/// Something in the catalog, as one version of it was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A product.
    Product(Product),
    /// What stops after the end.
    Version(ProductVersion),
    /// A bundle.
    Bundle(Bundle),
    /// A seller.
    Seller(Seller),
    /// Prices.
    Price(Price),
    /// A license agreement.
    Agreement(Agreement),
}

/// A product that licenses are sold for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The number by which sellers order it; it stays for good.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The family of versions that is sold.
    pub family: String,
    /// The applications that count for each class of seats (R24); nothing named means that every class is sold.
    pub covers: BTreeMap<SeatClass, Vec<String>>,
    /// Its components, of which some can be restricted after the end (R68).
    pub components: Vec<String>,
    /// Where its application is downloaded, for each kind of system that has one (R50). Versions from before it could be set
    /// have none.
    #[serde(default)]
    pub installers: BTreeMap<OsFamily, String>,
}

impl Product {
    /// Whether seats of this class are sold.
    #[must_use]
    pub fn has(&self, class: SeatClass) -> bool {
        self.covers.is_empty() || self.covers.get(&class).is_some_and(|applications| !applications.is_empty())
    }
}

/// What still works after the end of a license, in one family of versions (R67–R69).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductVersion {
    /// The product.
    pub product: ProductId,
    /// The family of versions, as the application tells it: `7` of `7.2.1`.
    pub family: String,
    /// Whether databases are still updated.
    pub updates: bool,
    /// Whether databases that are installed by hand stop the application (R69).
    pub manual_databases_stop: bool,
    /// The components that are restricted (R68).
    pub restricted: Vec<String>,
}

/// Seats and a term of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The product.
    pub product: ProductId,
    /// The number by which files of codes name it; it stays for good.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its seats.
    pub seats: Seats,
    /// Its term in days (R102).
    pub days: u32,
}

/// A store, partner or provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// Its short code; it stays for good.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SellerKind,
    /// The countries it sells to (edge case 29).
    pub countries: Vec<Country>,
    /// Where people reach it (R88).
    pub contact: Option<String>,
    /// Where it takes the money.
    pub checkout: Option<String>,
    /// Who takes the money for it, as it stands in the order's mail (R83). Versions from before it could be set have none.
    #[serde(default)]
    pub payment_partner: Option<String>,
    /// The page where the payment partner shows an order again.
    #[serde(default)]
    pub order_lookup: Option<String>,
    /// Within how many days of the order a refund is usual (§3.9).
    pub refund_days: u32,
    /// Up to what amount one lead alone grants a refund, in the smallest unit of the order's currency; with none, one lead
    /// decides every refund. Versions from before it could be set have none.
    #[serde(default)]
    pub refund_by_one: Option<i64>,
    /// The age key that files of codes for it are encrypted to.
    pub recipient: Option<String>,
}

/// What a seller asks for a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The seller.
    pub seller: SellerId,
    /// The product.
    pub product: ProductId,
    /// The currency (ISO 4217).
    pub currency: String,
    /// Of one place of each class for 365 days, in the smallest unit of the currency.
    pub yearly: BTreeMap<SeatClass, i64>,
    /// What is taken off for a renewal, in hundredths.
    pub renewal_discount: u8,
}

/// A license agreement of a product. It stays as it was published: another text is another version (R19, R21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The product.
    pub product: ProductId,
    /// How this version of it is called.
    pub version: String,
    /// Its text.
    pub text: String,
}

impl Part {
    /// Whether what stands in it can be changed: an agreement that was accepted stays as it is.
    #[must_use]
    pub const fn may_change(self) -> bool {
        !matches!(self, Self::Agreement)
    }

    /// Whether it can be taken out of the catalog: devices go on asking what counts after the end, and what was accepted.
    #[must_use]
    pub const fn may_retire(self) -> bool {
        !matches!(self, Self::Version | Self::Agreement)
    }
}

impl Entry {
    /// The part of the catalog it stands in.
    #[must_use]
    pub const fn part(&self) -> Part {
        match self {
            Self::Product(_) => Part::Product,
            Self::Version(_) => Part::Version,
            Self::Bundle(_) => Part::Bundle,
            Self::Seller(_) => Part::Seller,
            Self::Price(_) => Part::Price,
            Self::Agreement(_) => Part::Agreement,
        }
    }

    /// The same with what stays for good taken from `before`: numbers by which programs and files name it, and what it
    /// belongs to.
    #[must_use]
    pub fn keeping(mut self, before: &Self) -> Self {
        match (&mut self, before) {
            (Self::Product(new), Self::Product(old)) => new.sku.clone_from(&old.sku),
            (Self::Version(new), Self::Version(old)) => {
                new.product = old.product;
                new.family.clone_from(&old.family);
            }
            (Self::Bundle(new), Self::Bundle(old)) => {
                new.product = old.product;
                new.sku.clone_from(&old.sku);
            }
            (Self::Seller(new), Self::Seller(old)) => new.code.clone_from(&old.code),
            (Self::Price(new), Self::Price(old)) => {
                new.seller = old.seller;
                new.product = old.product;
            }
            _ => {}
        }
        self
    }
}

/// An entry in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its identity.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// The product it belongs to, by name.
    pub product: Option<String>,
    /// The seller it belongs to, by name.
    pub seller: Option<String>,
    /// How it stands.
    pub entry: Entry,
    /// The number of its newest version.
    pub version: i32,
    /// Since when it is no longer sold.
    pub retired_at: Option<OffsetDateTime>,
}

/// A version in the history of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, from 1.
    pub version: i32,
    /// Who entered it; nobody for what was set up with the installation.
    pub by: Option<String>,
    /// When; nothing for what was set up.
    pub at: Option<OffsetDateTime>,
    /// Why.
    pub reason: String,
    /// Whether it was retired with it.
    pub retired: bool,
    /// What stood in it.
    pub entry: Entry,
}

/// A key of a seller's program, without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// By which it is revoked.
    pub id: SellerKeyId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Since when it opens nothing.
    pub revoked_at: Option<OffsetDateTime>,
}

/// What an entry can belong to: products or sellers, by identity and name.
pub type Choices = Vec<(String, String)>;

/// One entry with everything that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPage {
    /// How it stands.
    pub listed: Listed,
    /// Its versions, the newest first; none while nobody changed it.
    pub versions: Vec<Version>,
    /// Of a seller, its keys.
    pub keys: Vec<KeyEntry>,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// What a form for something new can choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// Products that are sold.
    pub products: Choices,
    /// Sellers that sell.
    pub sellers: Choices,
    /// Bundles that are sold, with the product they are of.
    pub bundles: Choices,
    /// Whether the reader may change anything.
    pub may_change: bool,
}

/// The most versions and entries that one page shows.
pub const MOST: i64 = 200;

/// A key of a seller as it is shown, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownKey {
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for ShownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownKey(hidden)")
    }
}

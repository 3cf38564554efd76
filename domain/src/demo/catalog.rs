//! The demo's catalog: what its products consist of, the bundles that are put into boxes, and the keys that files of codes
//! for its sellers are encrypted to.

use uuid::Uuid;

use crate::catalog::store::{list, save_entry};
use crate::catalog::{Entry, Listed, Part, Typed};
use crate::cx::Cx;
use crate::{Error, Result};

/// Fills in what the vendor's own set-up leaves open.
pub(super) async fn fill(cx: &Cx) -> Result<()> {
    let products = list(cx.clone(), Part::Product).await?;
    for product in &products {
        let mut typed = product.entry.typed();
        typed.desktop = "Security for Windows, Security for Mac".into();
        typed.mobile = "Mobile security".into();
        if is(product, super::SKU) {
            typed.file_server = "Security for file servers".into();
            typed.password_manager = "Password manager".into();
        }
        typed.components = "Web protection\nBackup\nFile scanner\nFirewall".into();
        save(cx, Part::Product, Some(product.id), typed, "The applications and components of version 7").await?;
    }
    for (sku, number, name, seats, days) in [
        (super::SKU, "NSOS-5", "5 computers, 1 file server, 5 phones", ["5", "1", "5", "5"], "365"),
        (super::SKU, "NSOS-10", "10 computers, 1 file server, 10 phones", ["10", "1", "10", "10"], "365"),
        (super::SKU, "NSOS-10-2Y", "10 computers, 1 file server, 2 years", ["10", "1", "10", "10"], "730"),
        ("NHS", "NHS-3", "3 computers, 3 phones", ["3", "", "3", ""], "365"),
    ] {
        let product = products.iter().find(|product| is(product, sku)).ok_or(Error::NotFound)?;
        let [desktop, file_server, mobile, password_manager] = seats.map(str::to_owned);
        let typed = Typed {
            product: product.id.to_string(),
            sku: number.into(),
            name: name.into(),
            days: days.into(),
            desktop,
            file_server,
            mobile,
            password_manager,
            ..Typed::default()
        };
        save(cx, Part::Bundle, None, typed, "The boxes of version 7").await?;
    }
    for seller in list(cx.clone(), Part::Seller).await? {
        let mut typed = seller.entry.typed();
        // a key of nobody: who wants to open such a file enters an own one
        typed.recipient = age::x25519::Identity::generate().to_public().to_string();
        save(cx, Part::Seller, Some(seller.id), typed, "The key that the seller sent").await?;
    }
    Ok(())
}

fn is(listed: &Listed, sku: &str) -> bool {
    matches!(&listed.entry, Entry::Product(product) if product.sku == sku)
}

async fn save(cx: &Cx, part: Part, id: Option<Uuid>, typed: Typed, reason: &str) -> Result<()> {
    save_entry(cx.clone(), part, id, 1, typed, reason.to_owned()).await.map(drop)
}

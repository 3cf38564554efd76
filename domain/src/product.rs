//! What licenses are sold for. A code fits its product only (R12).

use serde::{Deserialize, Serialize};

use crate::id::ProductId;

/// A product of the vendor: one application or several that are licensed together (R24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its identity.
    pub id: ProductId,
    /// The vendor's own number for it.
    pub sku: String,
    /// The name people know it by.
    pub name: String,
    /// Whether its codes end in a check symbol. Imported codes of other issuers may lack it (edge case 9).
    pub check_symbol: bool,
}

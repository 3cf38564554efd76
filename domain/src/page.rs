//! Long lists in pages: a cursor says where the next page of one owner's list begins, and works for no other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::seal::Seal;

/// The most entries of one page.
pub const MOST: u32 = 100;
/// The entries of a page when nothing else is asked.
pub const USUAL: u32 = 50;

/// The cursor after the entry `last` of the owner's list: opaque to the one who sends it back.
#[must_use]
pub fn cursor(seal: &Seal, list: &str, owner: Uuid, last: Uuid) -> String {
    let mark = seal.cursor_mark(list, owner, last);
    URL_SAFE_NO_PAD.encode([&last.as_bytes()[..], &mark].concat())
}

/// The entry a cursor stands at, if it is one that was given out for this list of this owner (G05).
#[must_use]
pub fn read_cursor(seal: &Seal, list: &str, owner: Uuid, cursor: &str) -> Option<Uuid> {
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
    let (last, mark) = bytes.split_at(16);
    let last = Uuid::from_slice(last).ok()?;
    bool::from(seal.cursor_mark(list, owner, last)[..].ct_eq(mark)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_works_for_its_own_list_and_owner_only() {
        let seal = Seal::new(&[7; 32]);
        let (owner, other, last) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let given = cursor(&seal, "orders", owner, last);
        assert_eq!(read_cursor(&seal, "orders", owner, &given), Some(last));
        assert_eq!(read_cursor(&seal, "orders", other, &given), None);
        assert_eq!(read_cursor(&seal, "webhooks", owner, &given), None);
        assert_eq!(read_cursor(&Seal::new(&[8; 32]), "orders", owner, &given), None);
    }

    #[test]
    fn a_forged_or_cut_cursor_is_none() {
        let seal = Seal::new(&[7; 32]);
        let (owner, last) = (Uuid::from_u128(1), Uuid::from_u128(3));
        let given = cursor(&seal, "orders", owner, last);
        let forged = URL_SAFE_NO_PAD.encode([&Uuid::from_u128(4).as_bytes()[..], &[0; 16]].concat());
        for bad in ["", "0", "%", &given[1..], &given[..42], &forged] {
            assert_eq!(read_cursor(&seal, "orders", owner, bad), None, "{bad}");
        }
    }
}

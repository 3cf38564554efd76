//! Names that repeat and numbers that look drawn, the same on every run.

pub(super) const FIRST: [&str; 16] = [
    "Amara", "Bruno", "Chloe", "Deepak", "Elif", "Farid", "Greta", "Hana", "Imran", "Julia", "Kofi", "Leila", "Marco",
    "Nadia", "Oscar", "Padma",
];
pub(super) const LAST: [&str; 16] = [
    "Abbott",
    "Banerjee",
    "Costa",
    "Dietrich",
    "Evans",
    "Fontaine",
    "Gupta",
    "Hansen",
    "Ito",
    "Jovanovic",
    "Kaya",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okonkwo",
    "Petrov",
];
pub(super) const PLACE: [&str; 16] = [
    "Harbor", "Hill", "Station", "Market", "River", "Garden", "Castle", "Mill", "Park", "Bridge", "Orchard", "Lake",
    "Forest", "Tower", "Meadow", "Chapel",
];
pub(super) const TRADE: [&str; 16] = [
    "Dental",
    "Books",
    "Bakery",
    "Legal",
    "Architects",
    "Pharmacy",
    "Optics",
    "Travel",
    "Florist",
    "Motors",
    "Design",
    "Clinic",
    "Accounting",
    "Hotel",
    "Music",
    "Carpentry",
];
pub(super) const SUBJECTS: [(&str, &str); 6] = [
    ("activation", "The code is not taken on a new computer"),
    ("device_count", "A place for one more device"),
    ("renewal", "When should we renew?"),
    ("region", "Working abroad for some weeks"),
    ("usage", "Updates fail on one computer"),
    ("purchase", "The invoice has the old address"),
];

/// A number that looks drawn and is the same on every run, below `below`.
pub(super) fn drawn(n: u64, salt: u64, below: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (x ^ (x >> 31)) % below
}

pub(super) fn pick<T: Copy>(from: &[T], n: u64, salt: u64) -> T {
    from[usize::try_from(drawn(n, salt, from.len() as u64)).unwrap_or_default()]
}

//! Passwords: what they must be, and hashing that can't eat the machine.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::person::{PASSWORD_MAX, PASSWORD_MIN};
use domain::{Error, Fault, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Hashes that may wait; beyond them the answer is "busy" at once.
const QUEUE: usize = 32;

static ROOM: Semaphore = Semaphore::const_new(AT_ONCE);
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Compared with when there is no such person, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("a password that nobody has").unwrap_or_default());

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Option<String> {
    argon2().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Sign-ins that ask the database at once: however many come, others find a connection (A09).
static DOOR: Semaphore = Semaphore::const_new(4);

/// Does what a sign-in needs of the database, a few at a time.
pub async fn at_the_door<T>(work: impl Future<Output = T>) -> T {
    let _turn = DOOR.acquire().await;
    work.await
}

/// Leaves the queue also when whoever waits gives up.
struct Place;

impl Place {
    fn take() -> Result<Self> {
        let taken =
            WAITING.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < AT_ONCE + QUEUE).then_some(n + 1));
        taken.map(|_| Self).map_err(|_| Error::Busy)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _place = Place::take()?;
    let _turn = ROOM.acquire().await.map_err(|_| Error::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)
}

fn normalized(password: &str) -> String {
    password.nfkc().collect()
}

/// Hashes a password for keeping.
///
/// # Errors
/// `Busy` when too many wait.
pub async fn hash(password: &str) -> Result<String> {
    let password = normalized(password);
    in_turn(move || hash_now(&password)).await?.ok_or(Error::Busy)
}

/// Compares a password with a kept hash; with nothing to compare it takes as long and says no.
///
/// # Errors
/// `Busy` when too many wait.
pub async fn matches(password: &str, hash: Option<String>) -> Result<bool> {
    if password.len() > PASSWORD_MAX * 4 {
        return Ok(false);
    }
    let password = normalized(password);
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let same =
            PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
        known && same
    })
    .await
}

/// Names of the product and its vendor: whoever guesses tries them first.
const OUR_NAMES: [&str; 2] = ["latchkey", "northwall"];

/// Judges a new password: long enough, not common, nothing of the person's own, not guessed quickly.
///
/// # Errors
/// `Invalid(password)` with the reason (A07).
pub fn judge(password: &str, own: &[&str]) -> std::result::Result<(), Fault> {
    let password = normalized(password);
    let length = password.chars().count();
    if length == 0 {
        return Err(Fault::Missing);
    }
    if length < PASSWORD_MIN {
        return Err(Fault::TooShort { min: PASSWORD_MIN });
    }
    if length > PASSWORD_MAX {
        return Err(Fault::TooLong { max: PASSWORD_MAX });
    }
    let folded = password.to_lowercase();
    let own_words = own.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let long_enough = own_words.map(str::to_lowercase).filter(|word| word.chars().count() >= 4).collect::<Vec<_>>();
    if long_enough.iter().any(|word| folded.contains(word)) {
        return Err(Fault::PersonalPassword);
    }
    if OUR_NAMES.iter().any(|name| folded.contains(name)) {
        return Err(Fault::GuessablePassword);
    }
    // guessing is judged on the beginning: the rest can only make it stronger
    let beginning: String = password.chars().take(100).collect();
    let guessed = zxcvbn::zxcvbn(&beginning, own);
    if u8::from(guessed.score()) < 3 {
        let common = guessed.feedback().and_then(zxcvbn::feedback::Feedback::warning).is_some_and(|warning| {
            use zxcvbn::feedback::Warning;
            matches!(
                warning,
                Warning::ThisIsATop10Password
                    | Warning::ThisIsATop100Password
                    | Warning::ThisIsACommonPassword
                    | Warning::ThisIsSimilarToACommonlyUsedPassword
            )
        });
        return Err(if common { Fault::CommonPassword } else { Fault::GuessablePassword });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_by_length_commonness_and_the_persons_own_words() {
        let own = ["Anna Berg", "anna.berg@north.example", "Harbor Dental"];
        assert_eq!(judge("", &own), Err(Fault::Missing));
        assert_eq!(judge("short", &own), Err(Fault::TooShort { min: PASSWORD_MIN }));
        assert!(judge("password1234", &own).is_err());
        assert_eq!(judge("Harbor-view-42-kites", &own), Err(Fault::PersonalPassword));
        assert_eq!(judge("plum radio canoe sixty", &own), Ok(()));
        assert_eq!(judge("violet anchor teapot river", &own), Ok(()), "no kinds of characters are asked for");
        assert_eq!(judge("8271649305518264", &own), Ok(()));
        for poor in ["1234567890123456", "qwertyuiopasdfgh", "letmeinletmein", "passwordpassword"] {
            assert!(judge(poor, &own).is_err(), "{poor}");
        }
        for ours in ["Latchkey2026!", "NorthwallNorthwall", "latchkeylicense1"] {
            assert!(judge(ours, &own).is_err(), "{ours}");
        }
        assert_eq!(judge(&"plum radio canoe sixty ".repeat(12), &own), Err(Fault::TooLong { max: PASSWORD_MAX }));
    }
}

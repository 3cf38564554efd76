//! Faults: the program is killed, its database restarts, connections break. What was acknowledged is there afterwards.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod abandoned;
mod killed;
mod office;
mod restarted;
mod served;
mod wire;

/// The size of a scenario: at large when the environment asks for it, as `script/bench` does.
fn size(small: usize, at_large: usize) -> usize {
    if std::env::var_os("LATCHKEY_TESTS_AT_LARGE").is_some() { at_large } else { small }
}

/// A random number below `bound`.
fn below(bound: usize) -> usize {
    usize::try_from(u32::from_le_bytes(domain::cx::random())).unwrap() % bound
}

/// A folder of our own that the user who runs PostgreSQL can reach.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("latchkey-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

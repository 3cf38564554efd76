//! The query data in `.sqlx/`, which lets the rest of the world build without a database. The query macros write it while
//! `domain` is checked against a real one, so no tool is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::scratch::Scratch;
use crate::{Result, cargo, pack};

type Queries = BTreeMap<String, Vec<u8>>;

/// Regenerates `.sqlx/`, or with `check` only compares it and fails naming what differs.
pub fn prepare(check: bool) -> Result<()> {
    let server = std::env::var("DATABASE_URL").ok().filter(|address| !address.is_empty()).ok_or(
        "set DATABASE_URL to a PostgreSQL that lets us make a database: \
         target/debug/latchkey with-postgres --throw-away -- cargo xtask sqlx",
    )?;
    let workspace = cargo::workspace()?;
    let fresh_folder = workspace.target.join("sqlx-fresh");
    if fresh_folder.exists() {
        fs::remove_dir_all(&fresh_folder)?;
    }
    fs::create_dir_all(&fresh_folder)?;
    let scratch = Scratch::migrated(&server, &workspace.root.join("migrations"))?;
    expand_queries(&workspace.root.join("domain/src/lib.rs"), &scratch.address()?, &fresh_folder)?;
    drop(scratch);

    let kept_folder = workspace.root.join(".sqlx");
    let fresh = read(&fresh_folder)?;
    let kept = if kept_folder.exists() { read(&kept_folder)? } else { Queries::new() };
    fs::remove_dir_all(&fresh_folder)?;
    let differing: BTreeSet<&str> = fresh
        .iter()
        .filter(|(name, data)| kept.get(*name) != Some(data))
        .map(|(name, _)| name)
        .chain(kept.keys().filter(|name| !fresh.contains_key(*name)))
        .map(String::as_str)
        .collect();

    if differing.is_empty() {
        println!(".sqlx/ is up to date: {} queries", fresh.len());
        return Ok(());
    }
    if check {
        let list: Vec<String> = differing.iter().map(|name| describe(name, &fresh, &kept)).collect();
        return Err(format!(
            ".sqlx/ differs from the migrations and the code; run cargo xtask sqlx\n{}",
            list.join("\n")
        )
        .into());
    }
    fs::create_dir_all(&kept_folder)?;
    for name in kept.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(kept_folder.join(name))?;
    }
    for (name, data) in &fresh {
        if kept.get(name) != Some(data) {
            fs::write(kept_folder.join(name), data)?;
        }
    }
    println!(".sqlx/ has {} queries, {} of them changed", fresh.len(), differing.len());
    Ok(())
}

/// Checks `domain` online. The macros run only if cargo thinks the crate has changed, so its root is given a new time for
/// that long, and its own back afterwards: what was built from it before stays fresh.
fn expand_queries(crate_root: &Path, database: &str, folder: &Path) -> Result<()> {
    let before = fs::metadata(crate_root)?.modified()?;
    let root = fs::File::options().append(true).open(crate_root)?;
    root.set_modified(SystemTime::now())?;
    let touched = root.metadata()?.modified()?;
    let done = cargo::run(
        cargo::command()
            .args(["check", "-p", "domain", "--features", "postgres", "--all-targets"])
            .env("DATABASE_URL", database)
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", folder),
    );
    if root.metadata()?.modified()? == touched {
        root.set_modified(before)?;
    }
    done
}

fn read(folder: &Path) -> Result<Queries> {
    let mut queries = Queries::new();
    for file in pack::files_under(folder)? {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("query-") {
            queries.insert(name, fs::read(file)?);
        }
    }
    Ok(queries)
}

/// The file with the beginning of its SQL: a hash alone says nothing.
fn describe(name: &str, fresh: &Queries, kept: &Queries) -> String {
    let (state, data) = match (fresh.get(name), kept.get(name)) {
        (Some(data), None) => ("missing", data.as_slice()),
        (None, Some(data)) => ("unused", data.as_slice()),
        (Some(data), Some(_)) => ("changed", data.as_slice()),
        (None, None) => ("gone", [].as_slice()),
    };
    let sql = serde_json::from_slice::<serde_json::Value>(data)
        .ok()
        .and_then(|data| Some(data.get("query")?.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ")))
        .unwrap_or_default();
    format!("  {state}: {name}: {}", sql.chars().take(100).collect::<String>())
}

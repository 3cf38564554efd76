//! The proof that the browser gets no server code: the front end's dependency tree for wasm names none of these; and that
//! what is shipped can't go without a protection.

use std::process::Stdio;

use crate::{Result, cargo};

const SERVER_ONLY: [&str; 7] = ["sqlx", "tokio", "axum", "argon2", "hyper", "tower", "rustls"];

/// The feature that lets a test take a protection out.
const TWINS: &str = "twins";

/// Fails naming every server crate that `frontend` would carry into the browser.
pub fn prove() -> Result<()> {
    let output = cargo::command()
        .args(["tree", "-p", "frontend", "--target", "wasm32-unknown-unknown", "-e", "normal", "--prefix", "none"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("cargo tree failed".into());
    }
    let tree = String::from_utf8(output.stdout)?;
    let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    crates.sort_unstable();
    crates.dedup();
    let found: Vec<&str> = crates.iter().copied().filter(|name| is_server_only(name)).collect();
    if !found.is_empty() {
        return Err(format!("server crates in the browser's tree: {}", found.join(", ")).into());
    }
    println!("{} crates reach the browser, none of them a server crate", crates.len());
    prove_whole()
}

/// Fails when the program that is shipped is built with the feature by which tests take protections out.
fn prove_whole() -> Result<()> {
    for package in ["server", "client"] {
        let output = cargo::command()
            .args(["tree", "-p", package, "-e", "normal,features", "-f", "{p} {f}", "--prefix", "none"])
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err("cargo tree failed".into());
        }
        let tree = String::from_utf8(output.stdout)?;
        let found = tree.lines().find(|line| line.split([' ', ',', '"']).any(|word| word == TWINS));
        if let Some(line) = found {
            return Err(format!("{package} is built without a protection that can be taken out: {line}").into());
        }
    }
    println!("no program is built with the feature {TWINS}");
    Ok(())
}

/// The crate itself or a part of its family: `sqlx-core` is as wrong as `sqlx`.
fn is_server_only(name: &str) -> bool {
    SERVER_ONLY
        .iter()
        .any(|family| name == *family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-')))
}

//! The folder the server serves: the console's script, wasm and style under hashed names in `pkg/`, the files of `public/`,
//! and `hash.txt`, from which Leptos learns the names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sha2::{Digest, Sha256};

use crate::pack::{self, Effort};
use crate::{Result, bindgen, cargo, css};

const NAME: &str = "latchkey";
const PROFILE: &str = "wasm-release";
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds `frontend` and lays out the site; does nothing when the site was made from the same inputs.
pub fn build(out: Option<PathBuf>, quick: bool) -> Result<()> {
    let started = Instant::now();
    let workspace = cargo::workspace()?;
    let out = std::path::absolute(out.unwrap_or_else(|| workspace.target.join("site")))?;
    // where what was linked came from is kept, so that it can be taken apart again
    let relocations = ["--", "-C", "link-arg=--emit-relocs"];
    cargo::run(
        cargo::command().args(["rustc", "-p", "frontend", "--target", TARGET, "--profile", PROFILE]).args(relocations),
    )?;
    let compiled = workspace.target.join(TARGET).join(PROFILE).join("frontend.wasm");
    let style = workspace.root.join("style");
    let public = workspace.root.join("public");
    let effort = if quick { Effort { brotli: 5, gzip: 6 } } else { Effort { brotli: 11, gzip: 9 } };

    let inputs = digest_inputs(&compiled, &[&style, &public], effort)?;
    if is_current(&out, &inputs) {
        println!("{} is up to date", out.display());
        return Ok(());
    }

    let making = pack::with_suffix(&out, "new");
    remove_folder(&making)?;
    let pkg = making.join("pkg");
    fs::create_dir_all(&pkg)?;
    if public.exists() {
        for file in pack::files_under(&public)? {
            let copy = making.join(file.strip_prefix(&public)?);
            fs::create_dir_all(copy.parent().ok_or("a copied file lies in a folder")?)?;
            fs::copy(&file, copy)?;
        }
    }
    let sheet = css::bundle(&style.join("main.css"))?;
    let css = digest([sheet.as_bytes()]);
    fs::write(pkg.join(format!("{NAME}.{css}.css")), sheet)?;
    let bindgen::Names { js, wasm, split, manifest } = bindgen::bind(&compiled, NAME, &pkg)?;
    pack::compress_all(&making, effort)?;
    let names = format!("js: {js}\nwasm: {wasm}\nsplit: {split}\nmanifest: {manifest}\ncss: {css}\ninputs: {inputs}\n");
    fs::write(making.join("hash.txt"), names)?;

    let replaced = pack::with_suffix(&out, "old");
    remove_folder(&replaced)?;
    if out.exists() {
        fs::rename(&out, &replaced)?;
    }
    fs::rename(&making, &out)?;
    remove_folder(&replaced)?;

    println!("{} made in {:.1} s", out.display(), started.elapsed().as_secs_f32());
    print_table(&out)
}

/// Prints what a first visit downloads.
pub fn print_sizes(out: Option<PathBuf>) -> Result<()> {
    let out = match out {
        Some(out) => out,
        None => cargo::workspace()?.target.join("site"),
    };
    print_table(&out)
}

/// The first 16 hexadecimal digits of a SHA-256 over the parts: enough to tell one build from the next.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn digest_inputs(compiled: &Path, folders: &[&Path], effort: Effort) -> Result<String> {
    let mut parts = vec![
        fs::read(compiled).map_err(|error| format!("{}: {error}", compiled.display()))?,
        effort.brotli.to_le_bytes().to_vec(),
        // another xtask may pack differently
        format!("{:?}", fs::metadata(std::env::current_exe()?)?.modified()?).into_bytes(),
    ];
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for file in pack::files_under(folder)? {
            parts.push(file.as_os_str().as_encoded_bytes().to_vec());
            parts.push(fs::read(file)?);
        }
    }
    Ok(digest(parts.iter().map(Vec::as_slice)))
}

fn is_current(out: &Path, inputs: &str) -> bool {
    read_names(out).is_ok_and(|names| {
        names.get("inputs").is_some_and(|made_from| made_from == inputs)
            && shipped(out, &names).iter().all(|(_, file)| file.exists())
    })
}

fn read_names(out: &Path) -> Result<BTreeMap<String, String>> {
    let file = out.join("hash.txt");
    let text =
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}: run cargo xtask front", file.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(kind, hash)| (kind.to_owned(), hash.to_owned()))
        .collect())
}

/// What every page loads, by kind.
fn shipped(out: &Path, names: &BTreeMap<String, String>) -> Vec<(&'static str, PathBuf)> {
    let hash = |kind: &str| names.get(kind).map_or("missing", String::as_str);
    let pkg = out.join("pkg");
    ["js", "wasm", "css"]
        .into_iter()
        .map(|kind| (kind, pkg.join(format!("{NAME}.{}.{kind}", hash(kind)))))
        .chain([("loader", pkg.join(format!("__wasm_split.{}.js", hash("split"))))])
        .collect()
}

/// Prints what every page loads, and what a first visit to each section downloads in all.
fn print_table(out: &Path) -> Result<()> {
    let names = read_names(out)?;
    let pkg = out.join("pkg");
    println!("{:<16} {:>10} {:>10}", "kB", "raw", "brotli");
    let mut common = (0, 0);
    let mut print = |name: &str, file: &Path| -> Result<()> {
        let size = sizes(file)?;
        print_row(name, size);
        common = (common.0 + size.0, common.1 + size.1);
        Ok(())
    };
    for (kind, file) in shipped(out, &names) {
        print(kind, &file)?;
    }
    for file in pack::files_under(&pkg)? {
        let in_snippets = file.iter().any(|part| part.to_string_lossy().starts_with("snippets."));
        if in_snippets && file.extension().is_some_and(|kind| kind == "js") {
            print("snippet", &file)?;
        }
    }
    let manifest = names.get("manifest").map_or("missing", String::as_str);
    let sections = fs::read(pkg.join(format!("__wasm_split_manifest.{manifest}.json")))?;
    let sections: BTreeMap<String, Vec<String>> = serde_json::from_slice(&sections)?;
    for (section, parts) in sections {
        let mut first = common;
        for part in &parts {
            let (raw, small) = sizes(&pkg.join(format!("{part}.wasm")))?;
            first = (first.0 + raw, first.1 + small);
        }
        print_row(&format!("{section} ({})", parts.len()), first);
    }
    Ok(())
}

fn sizes(file: &Path) -> Result<(u64, u64)> {
    Ok((fs::metadata(file)?.len(), fs::metadata(pack::with_suffix(file, "br"))?.len()))
}

fn print_row(name: &str, (raw, small): (u64, u64)) {
    println!("{name:<16} {:>10.1} {:>10.1}", raw as f64 / 1000.0, small as f64 / 1000.0);
}

fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

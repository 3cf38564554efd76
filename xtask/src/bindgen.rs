//! From what rustc makes to what a browser loads: wasm-split and wasm-bindgen as libraries, so that there is no tool to install.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::SplitWasm;

use crate::Result;
use crate::front::digest;

/// The hashes in the file names that a page must ask for.
pub struct Names {
    pub js: String,
    pub wasm: String,
    pub split: String,
    pub manifest: String,
}

/// Writes into `folder` what every page loads, `<name>.<hash>.js` and `<name>.<hash>.wasm`, the parts of it that only some
/// pages load, what fetches those, and the snippets they import.
pub fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<Names> {
    let main = folder.join("main.wasm");
    let parts = split(compiled, name, folder, &main)?;
    let mut output = Bindgen::new()
        .input_path(&main)
        .out_name(name)
        .web(true)?
        .typescript(false)
        // the parts are linked to what the main one exports
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // the page hands over the address of the wasm, hash included
        .omit_default_module_path(true)
        .generate_output()?;
    if !output.npm_dependencies().is_empty() {
        return Err("a crate of the front end wants an npm package, which is not shipped".into());
    }
    output.emit(folder)?;
    fs::remove_file(main)?;

    let snippets = name_snippets(folder)?;
    let bare_js = folder.join(format!("{name}.js"));
    let mut js = fs::read_to_string(&bare_js)?;
    if let Some(snippets) = snippets {
        js = js.replace("./snippets/", &format!("./{snippets}/"));
    }
    let bare_loader = folder.join(LOADER);
    let mut loader = fs::read_to_string(&bare_loader)?;
    let named = name_parts(folder, &parts)?;
    for (bare, hashed) in &named {
        loader = loader.replace(&format!("./{bare}.wasm"), &format!("./{hashed}.wasm"));
    }
    // each of the two names the other, so one hash over both stands in both names
    let js_hash = digest([js.as_bytes(), loader.as_bytes()]);
    let loader_name = format!("__wasm_split.{js_hash}.js");
    let js_name = format!("{name}.{js_hash}.js");
    // the wasm asks for its imports by the bare name, so that one stays where they are handed over
    let js = js.replace(&format!("from \"./{LOADER}\""), &format!("from \"./{loader_name}\""));
    fs::write(folder.join(&js_name), js)?;
    fs::write(folder.join(loader_name), loader.replace(&format!("./{name}.js"), &format!("./{js_name}")))?;
    fs::remove_file(bare_js)?;
    fs::remove_file(bare_loader)?;

    let bare_wasm = folder.join(format!("{name}_bg.wasm"));
    let wasm_hash = digest([fs::read(&bare_wasm)?.as_slice()]);
    fs::rename(bare_wasm, folder.join(format!("{name}.{wasm_hash}.wasm")))?;

    let manifest = serde_json::to_vec(&of_sections(&parts.prefetch_map, &named))?;
    let manifest_hash = digest([manifest.as_slice()]);
    fs::write(folder.join(format!("__wasm_split_manifest.{manifest_hash}.json")), manifest)?;
    Ok(Names { split: js_hash.clone(), js: js_hash, wasm: wasm_hash, manifest: manifest_hash })
}

/// The script that fetches the parts, before its name carries a hash.
const LOADER: &str = "__wasm_split.js";

/// Takes apart what rustc made: the program of each section of pages, what several of them share, and what all of them need.
fn split(compiled: &Path, name: &str, folder: &Path, main: &Path) -> Result<SplitWasm> {
    let whole = fs::read(compiled)?;
    let (main_module, link_name) = (format!("./{name}.js"), format!("./{LOADER}"));
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = &main_module;
    options.link_name = &link_name;
    Ok(wasm_split_cli_support::transform(options)?)
}

/// Writes each part anew, without the room that the linker left in it for longer numbers, and puts the contents' hash into
/// its name.
fn name_parts(folder: &Path, parts: &SplitWasm) -> Result<BTreeMap<String, String>> {
    let mut named = BTreeMap::new();
    for part in &parts.split_modules {
        let bare = stem(part);
        let mut module = walrus::ModuleConfig::new().generate_name_section(false).parse_file(part)?;
        let packed = module.emit_wasm();
        let hashed = format!("{bare}.{}", digest([packed.as_slice()]));
        fs::remove_file(part)?;
        fs::write(folder.join(format!("{hashed}.wasm")), packed)?;
        named.insert(bare, hashed);
    }
    Ok(named)
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What has to arrive before a section can be shown, by the names of the files without their ending.
fn of_sections(
    needed: &HashMap<String, Vec<String>>,
    named: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    needed
        .iter()
        .map(|(section, parts)| {
            let parts = parts.iter().filter_map(|part| named.get(part).cloned()).collect();
            (section.clone(), parts)
        })
        .collect()
}

/// Puts the contents' hash into the name of the snippets folder too: everything under `pkg/` may be cached for ever.
fn name_snippets(folder: &Path) -> Result<Option<String>> {
    let bare = folder.join("snippets");
    if !bare.exists() {
        return Ok(None);
    }
    let mut contents = Vec::new();
    for file in crate::pack::files_under(&bare)? {
        contents.push(fs::read(file)?);
    }
    let name = format!("snippets.{}", digest(contents.iter().map(Vec::as_slice)));
    fs::rename(bare, folder.join(&name))?;
    Ok(Some(name))
}

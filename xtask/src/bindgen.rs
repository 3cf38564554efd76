//! From what rustc makes to what a browser loads: wasm-bindgen as a library, so that there is no tool to install.

use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::Result;
use crate::front::digest;

/// The hashes in the file names that a page must ask for.
pub struct Names {
    pub js: String,
    pub wasm: String,
}

/// Writes `<name>.<hash>.js`, `<name>.<hash>.wasm` and the snippets they import into `folder`.
pub fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<Names> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // the page hands over the address of the wasm, hash included
        .omit_default_module_path(true)
        .generate_output()?;
    if !output.npm_dependencies().is_empty() {
        return Err("a crate of the front end wants an npm package, which is not shipped".into());
    }
    output.emit(folder)?;

    let snippets = name_snippets(folder)?;
    let bare_js = folder.join(format!("{name}.js"));
    let mut js = fs::read_to_string(&bare_js)?;
    if let Some(snippets) = snippets {
        js = js.replace("./snippets/", &format!("./{snippets}/"));
    }
    let js_hash = digest([js.as_bytes()]);
    fs::write(folder.join(format!("{name}.{js_hash}.js")), js)?;
    fs::remove_file(bare_js)?;

    let bare_wasm = folder.join(format!("{name}_bg.wasm"));
    let wasm_hash = digest([fs::read(&bare_wasm)?.as_slice()]);
    fs::rename(bare_wasm, folder.join(format!("{name}.{wasm_hash}.wasm")))?;
    Ok(Names { js: js_hash, wasm: wasm_hash })
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

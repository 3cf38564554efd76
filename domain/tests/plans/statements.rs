//! Every statement of the product that is checked when it is compiled, which is all but one, with its place in the source.

use std::fs;
use std::path::{Path, PathBuf};

/// A statement and where it stands.
pub struct Statement {
    /// Module and function, as `case::store::look::look`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// How many parameters it takes.
    pub parameters: usize,
}

impl Statement {
    /// The tables that it deletes from.
    pub fn deletes_from(&self) -> Vec<String> {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let deletes = words.windows(3).filter(|three| three[0].ends_with("delete") && three[1] == "from");
        deletes.map(|three| three[2].to_owned()).collect()
    }
}

fn files(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "sql") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// Module and function in which a text stands. A text that is put together from pieces is known by its first line.
fn place(root: &Path, sources: &[(PathBuf, String)], text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let found = [text, first].into_iter().find_map(|part| {
        let (path, source) = sources.iter().find(|(_, source)| source.contains(part))?;
        Some((path, &source[..source.find(part)?]))
    });
    let Some((path, before)) = found else { return "?".to_owned() };
    let module = path.strip_prefix(root).unwrap().with_extension("");
    let module = module.to_string_lossy().replace('/', "::");
    let function = before.rsplit("fn ").next().filter(|_| before.contains("fn "));
    let name: String =
        function.unwrap_or_default().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if name.is_empty() { module } else { format!("{module}::{name}") }
}

/// All of them.
pub fn all() -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    files(&root.join("src"), &mut sources);
    let kept = fs::read_dir(root.join("../.sqlx")).unwrap().map(|entry| entry.unwrap().path());
    let mut statements: Vec<Statement> = kept
        .map(|path| {
            let kept: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let text = kept["query"].as_str().unwrap().to_owned();
            let parameters = kept["describe"]["parameters"]["Left"].as_array().map_or(0, Vec::len);
            Statement { name: place(&root.join("src"), &sources, &text), text, parameters }
        })
        .collect();
    statements.sort_by(|a, b| a.name.cmp(&b.name));
    statements
}

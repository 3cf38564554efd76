//! Every letter there is, read from where it is written: one action each, sentences that are read at a glance, and no code
//! unless it was asked for.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// The most words of a sentence (U22).
const WORDS: usize = 25;

/// A piece of source in which a letter or a notice is written: the whole function.
struct Writing {
    file: PathBuf,
    source: String,
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The functions that write to people.
fn writings() -> Vec<Writing> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        // a function ends where a brace stands in the first column
        for source in code.split("\n}\n") {
            let writes = source.contains(" Letter {") || source.contains(" News {");
            if writes && !source.contains("struct ") {
                all.push(Writing { file: file.clone(), source: source.to_owned() });
            }
        }
    }
    all
}

/// The plain string literals of a piece of source; raw ones are statements.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source.chars().peekable();
    let mut before = ' ';
    while let Some(symbol) = rest.next() {
        if symbol == '/' && rest.peek() == Some(&'/') {
            rest.by_ref().find(|c| *c == '\n');
        } else if symbol == '"' && before == '#' {
            let mut last = ' ';
            rest.by_ref().find(|c| std::mem::replace(&mut last, *c) == '"' && *c == '#');
        } else if symbol == '"' {
            let mut text = String::new();
            while let Some(inner) = rest.next() {
                match inner {
                    '"' => break,
                    '\\' => match rest.next() {
                        Some('\n') => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                        Some(escaped) => text.push(escaped),
                        None => {}
                    },
                    other => text.push(other),
                }
            }
            found.push(text);
        }
        before = symbol;
    }
    found
}

/// What people read, and not a statement or a path.
fn is_read(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    !["select", "insert", "update", "delete", "with"].contains(&first) && !text.starts_with('/')
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!', ':']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

#[test]
fn the_letters_are_found() {
    let all = writings();
    assert!(all.len() >= 35, "only {} functions write to people", all.len());
}

#[test]
fn every_letter_asks_for_one_thing() {
    for Writing { file, source } in writings() {
        let letters = source.matches("Letter {").count();
        let asked = source.matches("action: Some(").count() + source.matches("action,").count();
        assert!(!source.contains("action: None"), "{}: a letter with nothing to do", file.display());
        let forwarded = source.contains("News {");
        assert!(asked >= letters || forwarded, "{}: {asked} actions in {letters} letters", file.display());
    }
}

#[test]
fn every_sentence_is_read_at_a_glance() {
    let mut long = Vec::new();
    for Writing { file, source } in writings() {
        for text in literals(&source).iter().filter(|text| is_read(text)) {
            for sentence in sentences(text).filter(|sentence| sentence.split_whitespace().count() > WORDS) {
                long.push(format!("{}: {sentence}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn a_letter_with_a_code_lies_sealed() {
    for Writing { file, source } in writings() {
        let tells = source.contains(".code)") || source.contains("?.code") || source.contains(".reveal_code()");
        if tells {
            assert!(source.contains("mail::write_sealed("), "{}: a code in an open letter", file.display());
        }
    }
}

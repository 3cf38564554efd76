//! One style sheet out of several: every `@import` is replaced by what it names, then blanks and comments go.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// The sheet with its imports inlined in their order, each wrapped in the layer and media it was imported with.
pub fn bundle(sheet: &Path) -> Result<String> {
    Ok(squeeze(&inline(sheet, &mut Vec::new())?))
}

fn inline(sheet: &Path, open: &mut Vec<PathBuf>) -> Result<String> {
    if open.iter().any(|path| path == sheet) {
        return Err(format!("{} imports itself", sheet.display()).into());
    }
    let text = fs::read_to_string(sheet).map_err(|error| format!("{}: {error}", sheet.display()))?;
    let text = without_comments(&text);
    open.push(sheet.to_path_buf());
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("@import") {
        let end =
            rest[start..].find(';').ok_or_else(|| format!("{}: an @import without its semicolon", sheet.display()))?
                + start;
        let (address, condition) = read_import(&rest[start + "@import".len()..end])
            .ok_or_else(|| format!("{}: cannot read {}", sheet.display(), &rest[start..end]))?;
        if address.contains("://") || address.starts_with('/') {
            return Err(format!("{}: {address} is not a file beside it", sheet.display()).into());
        }
        let folder = sheet.parent().ok_or("a style sheet lies in a folder")?;
        let inner = inline(&folder.join(address), open)?;
        out.push_str(&rest[..start]);
        out.push_str(&wrap(condition, &inner));
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    open.pop();
    Ok(out)
}

/// `"tokens.css" layer(tokens) print` → the address and what follows it.
fn read_import(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (text, closing) = match text.strip_prefix("url(") {
        Some(inner) => (inner.trim_start(), true),
        None => (text, false),
    };
    let (address, rest) = match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split_once(quote)?,
        _ if closing => {
            let end = text.find(')')?;
            (text[..end].trim_end(), &text[end..])
        }
        _ => return None,
    };
    let rest = if closing { rest.trim_start().strip_prefix(')')? } else { rest };
    Some((address, rest.trim()))
}

fn wrap(condition: &str, inner: &str) -> String {
    if condition.is_empty() {
        return inner.to_owned();
    }
    if let Some(rest) = condition.strip_prefix("layer(") {
        let (name, rest) = rest.split_once(')').unwrap_or((rest, ""));
        return format!("@layer {name}{{{}}}", wrap(rest.trim(), inner));
    }
    if let Some(rest) = condition.strip_prefix("supports(") {
        let (test, rest) = rest.rsplit_once(')').unwrap_or((rest, ""));
        return format!("@supports ({test}){{{}}}", wrap(rest.trim(), inner));
    }
    format!("@media {condition}{{{inner}}}")
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(comment) = from.strip_prefix("/*") {
            out.push(' ');
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(after) = from.strip_prefix('/') {
            out.push('/');
            rest = after;
        } else {
            let length = string_length(from);
            out.push_str(&from[..length]);
            rest = &from[length..];
        }
    }
    out.push_str(rest);
    out
}

/// The bytes of the quoted string that `text` begins with, both quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let quote = text.chars().next();
    for (at, symbol) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if symbol == '\\' {
            escaped = true;
        } else if Some(symbol) == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Drops blanks where CSS gives them no meaning: around `{ } ; ,`, inside brackets' edges and after a colon.
/// A blank before a colon or around an operator may mean something, and stays.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut blank = false;
    while let Some(symbol) = rest.chars().next() {
        if symbol.is_whitespace() {
            blank = true;
            rest = &rest[symbol.len_utf8()..];
            continue;
        }
        let opens = out.is_empty() || out.ends_with(['{', '}', ';', ',', '(', '[', ':']);
        if blank && !opens && !matches!(symbol, '{' | '}' | ';' | ',' | ')' | ']') {
            out.push(' ');
        }
        blank = false;
        if symbol == '}' && out.ends_with(';') {
            out.pop();
        }
        let length = match symbol {
            '"' | '\'' => string_length(rest),
            'u' if rest.starts_with("url(") => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => symbol.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_mean_nothing_go_and_the_others_stay() {
        let css = "a , b :hover {\n  margin : 0 auto;\n  inline-size: calc(1px + 2px);\n}\n@media (width >= 40rem) { & :is( a, b ) { color: red } }";
        assert_eq!(
            squeeze(css),
            "a,b :hover{margin :0 auto;inline-size:calc(1px + 2px)}@media (width >= 40rem){& :is(a,b){color:red}}"
        );
    }

    #[test]
    fn strings_and_addresses_are_kept_as_they_are() {
        let css = r#"a::before { content: "a ; /* b */ \" }"; background: url(data:image/svg+xml;utf8, x y) }"#;
        assert_eq!(
            squeeze(&without_comments(css)),
            r#"a::before{content:"a ; /* b */ \" }";background:url(data:image/svg+xml;utf8, x y)}"#
        );
    }

    #[test]
    fn an_import_carries_its_layer_and_its_media() {
        assert_eq!(read_import(r#" url("a.css") layer(ui) print"#), Some(("a.css", "layer(ui) print")));
        assert_eq!(read_import(r#" "a.css""#), Some(("a.css", "")));
        assert_eq!(read_import(" url(a.css)"), Some(("a.css", "")));
        assert_eq!(wrap("layer(ui) print", "a{}"), "@layer ui{@media print{a{}}}");
    }

    #[test]
    fn comments_part_words() {
        assert_eq!(squeeze(&without_comments("a/* x */b { }")), "a b{}");
    }
}

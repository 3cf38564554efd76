//! Where to go after signing in: only ever to a page of ours.

use crate::paths::{OVERVIEW, SUPPORT};

/// The path that was asked for, if it leads to ourselves; else the overview.
pub fn own_path(asked: &str) -> &str {
    let mut symbols = asked.chars();
    let begins_here = symbols.next() == Some('/') && !matches!(symbols.next(), Some('/' | '\\'));
    // what is left out is what browsers drop or turn, and what no header can carry
    let reads = asked.len() <= 2000 && asked.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if begins_here && reads { asked } else { OVERVIEW }
}

/// The path that was asked for, if it leads to a page of support's; else the queue.
pub fn own_path_in_support(asked: &str) -> &str {
    let asked = own_path(asked);
    let rest = asked.strip_prefix(SUPPORT);
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) { asked } else { SUPPORT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_ours_is_gone_to() {
        for path in ["/", "/licenses/add", "/link?user_code=BCDF-GHJK", "/devices#office"] {
            assert_eq!(own_path(path), path);
        }
    }

    #[test]
    fn support_is_sent_to_its_own_side_alone() {
        for path in ["/support", "/support/cases/S-1", "/support?part=waiting"] {
            assert_eq!(own_path_in_support(path), path);
        }
        for path in ["", "/", "/licenses", "/supporters", "//support", "https://evil.example/support"] {
            assert_eq!(own_path_in_support(path), SUPPORT, "{path:?}");
        }
    }

    #[test]
    fn nobody_elses_page_is_gone_to() {
        for path in [
            "",
            "//evil",
            "///evil",
            "/\\evil",
            "\\evil",
            "\\\\evil",
            "https:evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil",
            "/a\r\nSet-Cookie: x",
            " //evil",
            "/\u{e9}",
        ] {
            assert_eq!(own_path(path), OVERVIEW, "{path:?}");
        }
    }
}

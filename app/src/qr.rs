//! Drawing two-dimensional codes on the server, so that no page carries a program for it.

use qrcode::{Color, QrCode};

/// The modules on a side, and the dark ones as the path of `ui::Qr`: one row's neighbors together. Nothing for a text that is
/// too long to be drawn.
pub(crate) fn drawn(text: &str) -> (u32, String) {
    let Ok(code) = QrCode::new(text.as_bytes()) else { return (0, String::new()) };
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    (u32::try_from(width).unwrap_or(0), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corner_of_a_code_is_a_dark_line_of_seven() {
        let (size, path) = drawn("ABCDE");
        assert_eq!(size, 21);
        assert!(path.starts_with("M0 0h7v1h-7z"), "{path}");
        assert_eq!(drawn(&"A".repeat(8000)), (0, String::new()));
    }
}

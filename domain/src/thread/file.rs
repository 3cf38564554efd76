//! Files that customers send: pictures and PDF files, known by their content and never by their name (edge case 47).

use crate::code::hide_codes;
use crate::{Error, Fault, Result};

/// The most bytes of one file: 5 MB.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// The most files that come with one message.
pub const MOST_FILES: usize = 3;
/// The most characters of a name that are kept.
const MOST_CHARACTERS: usize = 80;

crate::choice! {
    /// The kinds of files that are taken.
    pub enum FileKind {
        /// A picture.
        Png = "png",
        /// A photo.
        Jpeg = "jpeg",
        /// A picture.
        Webp = "webp",
        /// A document.
        Pdf = "pdf",
    }
}

impl FileKind {
    /// What a file is, by its first bytes. Nothing else of a file is believed.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    /// The type by which browsers know it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Png => ".png",
            Self::Jpeg => ".jpg",
            Self::Webp => ".webp",
            Self::Pdf => ".pdf",
        }
    }
}

/// A file as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name that the browser gave.
    pub name: String,
    /// What is in it; of a file that is too long, nothing.
    pub bytes: Vec<u8>,
    /// Whether it was too long to be kept.
    pub too_long: bool,
}

/// A file as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, cleaned.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({} bytes)", self.bytes.len())
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// Reads the files of a form. A field that was left empty sends a file without a name and contents, which is none.
///
/// # Errors
/// `Invalid(files)` for too many files, for one that is too long, and for one that is neither a picture nor a PDF file.
pub fn read_files(uploads: Vec<Upload>) -> Result<Vec<File>> {
    let fault = |fault| Error::field("files", fault);
    let sent: Vec<Upload> =
        uploads.into_iter().filter(|upload| !(upload.name.is_empty() && upload.bytes.is_empty())).collect();
    if sent.len() > MOST_FILES {
        return Err(fault(Fault::TooManyFiles { most: MOST_FILES }));
    }
    sent.into_iter()
        .map(|Upload { name, bytes, too_long }| {
            if too_long || bytes.len() > MOST_BYTES {
                return Err(fault(Fault::FileTooLong { megabytes: MOST_BYTES / 1024 / 1024 }));
            }
            let kind = FileKind::of(&bytes).ok_or_else(|| fault(Fault::NotAPictureOrPdf))?;
            Ok(File { name: clean(&name, kind), kind, bytes })
        })
        .collect()
}

/// The name as it is kept: without folders, without activation codes (R101), without what hides or turns text, with the ending
/// of what it is.
fn clean(name: &str, kind: FileKind) -> String {
    let last = hide_codes(name.rsplit(['/', '\\']).next().unwrap_or_default());
    let kept: String = last
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '(' | ')'))
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let known = [".png", ".jpg", ".jpeg", ".webp", ".pdf"];
    let lower = kept.to_ascii_lowercase();
    let stem = known.iter().find(|ending| lower.ends_with(**ending)).map_or(kept.as_str(), |ending| {
        // the ending is ASCII, so this is a boundary
        &kept[..kept.len() - ending.len()]
    });
    let stem: String = stem.trim_matches(['.', ' ']).chars().take(MOST_CHARACTERS).collect();
    let stem = if stem.is_empty() { "file" } else { &stem };
    format!("{stem}{}", kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    fn upload(name: &str, bytes: &[u8]) -> Upload {
        Upload { name: name.to_owned(), bytes: bytes.to_vec(), too_long: false }
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        for (bytes, kind) in [
            (PNG, Some(FileKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8", Some(FileKind::Webp)),
            (b"%PDF-1.7", Some(FileKind::Pdf)),
            (b"<svg onload=alert(1)>", None),
            (b"<html>", None),
            (b"MZ\x90", None),
            (b"RIFF\x01\x02\x03\x04WAVE", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn the_name_says_nothing_about_a_file_but_is_kept_clean() {
        for (name, kept) in [
            ("receipt.png", "receipt.png"),
            ("C:\\Users\\anna\\receipt.PNG", "receipt.png"),
            ("../../etc/passwd", "passwd.png"),
            ("invoice.pdf", "invoice.png"),
            ("a\u{202e}gnp.exe", "agnp.exe.png"),
            ("x\r\nSet-Cookie: a=b.png", "xSet-Cookie ab.png"),
            ("\"><script>.png", "script.png"),
            ("", "file.png"),
            ("...", "file.png"),
            ("Рахунок 3.png", "Рахунок 3.png"),
        ] {
            let files = read_files(vec![upload(name, PNG)]).unwrap();
            assert_eq!(files[0].name, kept, "{name:?}");
        }
        let long = "a".repeat(300);
        assert_eq!(read_files(vec![upload(&long, PNG)]).unwrap()[0].name.len(), MOST_CHARACTERS + 4);
    }

    #[test]
    fn a_field_that_was_left_empty_is_no_file() {
        assert_eq!(read_files(vec![upload("", b"")]), Ok(vec![]));
    }

    #[test]
    fn too_much_and_the_wrong_kind_are_refused() {
        let fault = |uploads| match read_files(uploads) {
            Err(Error::Invalid(fields)) => fields[0].fault.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(vec![upload("a.png", b"<html>")]), Fault::NotAPictureOrPdf);
        assert_eq!(fault(vec![upload("a.png", b"")]), Fault::NotAPictureOrPdf);
        assert_eq!(fault(vec![upload("a.png", PNG); 4]), Fault::TooManyFiles { most: 3 });
        let long = [PNG, &vec![0; MOST_BYTES]].concat();
        assert_eq!(fault(vec![upload("a.png", &long)]), Fault::FileTooLong { megabytes: 5 });
        let cut = Upload { name: "a.png".into(), bytes: vec![], too_long: true };
        assert_eq!(fault(vec![cut]), Fault::FileTooLong { megabytes: 5 });
        let most = [PNG, &vec![0; MOST_BYTES - PNG.len()]].concat();
        assert!(read_files(vec![upload("a.png", &most)]).is_ok());
    }
}

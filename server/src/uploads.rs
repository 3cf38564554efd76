//! Forms with files: a few deeds take them, from pages of ours alone. Everything else of such a form goes the way of every
//! plain form; the files go along beside it.

use axum::body::Body;
use axum::extract::Request;
use domain::thread::{MOST_BYTES, MOST_FILES, Upload};
use http::Method;
use http::header::CONTENT_TYPE;
use multer::{Field, Multipart, parse_boundary};

use crate::plain_forms;

/// The deeds that take files.
pub const TAKE_FILES: [&str; 8] = [
    "open_case",
    "answer_case",
    "ask_recovery",
    "answer_request",
    "ask_refund",
    "try_import",
    "reply_case",
    // stands in the form of an answer
    "fill_reply",
];
/// What is read of a form with files. What is too long is read to its end, so that the browser gets to see the answer.
pub const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// What is kept of it.
const KEPT: usize = 6 * 1024 * 1024;
/// What is kept of everything in it that is no file.
const TEXT_KEPT: usize = 64 * 1024;

/// A form with files, read.
#[derive(Debug, Default)]
pub struct Form {
    /// The fields that are no files, encoded as those of a form without files.
    pub typed: String,
    /// The files.
    pub files: Vec<Upload>,
}

/// Why a form could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Not a form with files, or cut off.
    NotAForm,
    /// Longer than all limits.
    TooLong,
}

/// Whether a request is a form with files for a deed that takes them.
#[must_use]
pub fn is_upload(request: &Request) -> bool {
    request.method() == Method::POST
        && boundary(request.headers()).is_some()
        && plain_forms::deed(request).is_some_and(|deed| TAKE_FILES.contains(&deed.as_str()))
}

/// The line between the parts of a form with files.
pub fn boundary(headers: &http::HeaderMap) -> Option<String> {
    parse_boundary(headers.get(CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Reads a form with files.
///
/// # Errors
/// `NotAForm` and `TooLong`.
pub async fn read(body: Body, boundary: String) -> Result<Form, Unread> {
    let mut parts = Multipart::new(body.into_data_stream(), boundary);
    let mut fields: Vec<(String, String)> = Vec::new();
    let (mut files, mut text, mut kept) = (Vec::new(), 0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(|_| Unread::NotAForm)? {
        let field = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            // one more than are taken is enough to know that they are too many
            Some(_) if files.len() > MOST_FILES => while chunk(&mut part).await?.is_some() {},
            Some(name) => {
                let (bytes, too_long) = take(&mut part, MOST_BYTES.min(KEPT - kept)).await?;
                kept += bytes.len();
                files.push(Upload { name, bytes, too_long });
            }
            None => {
                let (bytes, too_long) = take(&mut part, TEXT_KEPT - text).await?;
                if too_long {
                    return Err(Unread::TooLong);
                }
                text += bytes.len();
                fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    let typed = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    Ok(Form { typed, files })
}

/// What stands in a part, up to this many bytes; of a longer one nothing.
async fn take(part: &mut Field<'_>, most: usize) -> Result<(Vec<u8>, bool), Unread> {
    let (mut bytes, mut too_long) = (Vec::new(), false);
    while let Some(more) = chunk(part).await? {
        too_long = too_long || bytes.len() + more.len() > most;
        if too_long {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&more);
        }
    }
    Ok((bytes, too_long))
}

async fn chunk(part: &mut Field<'_>) -> Result<Option<axum::body::Bytes>, Unread> {
    part.chunk().await.map_err(|_| Unread::NotAForm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Body {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
            body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        Body::from(body)
    }

    #[tokio::test]
    async fn fields_and_files_are_told_apart() {
        let body = form(&[("message", None, b"a & b"), ("files", Some("a.png"), b"123"), ("files", Some(""), b"")]);
        let read = read(body, "x".to_owned()).await.unwrap();
        assert_eq!(read.typed, "message=a+%26+b");
        let files: Vec<(&str, usize)> = read.files.iter().map(|file| (file.name.as_str(), file.bytes.len())).collect();
        assert_eq!(files, [("a.png", 3), ("", 0)]);
    }

    #[tokio::test]
    async fn what_is_too_long_is_named_and_not_kept() {
        let long = vec![b'a'; MOST_BYTES + 1];
        let two = vec![b'a'; MOST_BYTES - 1];
        let parts: [(&str, Option<&str>, &[u8]); 3] =
            [("files", Some("a.png"), &long), ("files", Some("b.png"), &two), ("files", Some("c.png"), &two)];
        let read_form = read(form(&parts), "x".to_owned()).await.unwrap();
        let kept: Vec<(bool, usize)> = read_form.files.iter().map(|file| (file.too_long, file.bytes.len())).collect();
        assert_eq!(kept, [(true, 0), (false, MOST_BYTES - 1), (true, 0)]);
        let text = vec![b'a'; TEXT_KEPT + 1];
        assert_eq!(read(form(&[("message", None, &text)]), "x".to_owned()).await.unwrap_err(), Unread::TooLong);
    }

    #[tokio::test]
    async fn no_more_files_are_kept_than_tell_that_they_are_too_many() {
        let parts: Vec<(&str, Option<&str>, &[u8])> = vec![("files", Some("a.png"), b"1"); 50];
        assert_eq!(read(form(&parts), "x".to_owned()).await.unwrap().files.len(), MOST_FILES + 1);
    }

    #[tokio::test]
    async fn what_is_cut_off_is_no_form() {
        let cut = Body::from("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf");
        assert_eq!(read(cut, "x".to_owned()).await.unwrap_err(), Unread::NotAForm);
    }
}

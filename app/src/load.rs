//! What a page reads from the server: written into the page at first, fetched by its program afterwards.

use std::future::Future;

use leptos::prelude::{ArcResource, Resource};
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON that is read from bytes. Answers of server functions are read so; when what stands in the page is read the same way,
/// the program holds the reading of each type once rather than twice.
#[derive(Clone, Copy, Debug)]
pub struct JsonBytes;

impl<T: Serialize> Encoder<T> for JsonBytes {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for JsonBytes {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// What was read, or is on its way.
pub type Loaded<T> = Resource<T, JsonBytes>;

/// Reads from the server, and again whenever what is asked for changes.
#[track_caller]
pub fn load<S, T, Reading>(
    asked: impl Fn() -> S + Send + Sync + 'static,
    read: impl Fn(S) -> Reading + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Reading: Future<Output = T> + Send + 'static,
{
    ArcResource::new_with_options(asked, read, false).into()
}

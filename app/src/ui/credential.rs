//! Asking the device for a passkey. The browser turns what the server wrote into what the device takes, and back.

/// What is asked of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// To make a passkey and keep it.
    Make,
    /// To sign with one that it keeps.
    Show,
}

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The browser knows no passkeys, or not in this way.
    Unable,
    /// The device keeps one for this person already.
    Kept,
    /// The person stopped it, or the device has none.
    Stopped,
}

impl Halt {
    /// What happened and what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unable => "This browser can't use passkeys here. Use your password, or bring the browser up to date.",
            Self::Kept => "This device has a passkey of yours already. Use that one, or add one on another device.",
            Self::Stopped => "No passkey was used. Try again, or use your password.",
        }
    }
}

/// Asks the device, and then tells what it answered.
#[cfg(feature = "hydrate")]
pub fn credential(ceremony: Ceremony, asked: &str, done: impl Fn(Result<String, Halt>) + Clone + 'static) {
    use leptos::wasm_bindgen::{JsValue, closure::Closure};
    let Ok(answer) = asking(ceremony, asked) else { return done(Err(Halt::Unable)) };
    let failed = done.clone();
    let fulfilled = Closure::once(move |made: JsValue| done(text_of(&made).map_err(|_| Halt::Unable)));
    let rejected = Closure::once(move |error: JsValue| {
        let name = leptos::web_sys::js_sys::Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        failed(Err(match name.as_deref() {
            Some("InvalidStateError") => Halt::Kept,
            Some("NotSupportedError" | "SecurityError" | "TypeError") => Halt::Unable,
            _ => Halt::Stopped,
        }));
    });
    let _ = answer.then2(&fulfilled, &rejected);
    fulfilled.forget();
    rejected.forget();
}

#[cfg(feature = "hydrate")]
fn asking(ceremony: Ceremony, asked: &str) -> Result<leptos::web_sys::js_sys::Promise, leptos::wasm_bindgen::JsValue> {
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use leptos::web_sys::js_sys::{Function, JSON, Object, Promise, Reflect};
    let (read, ask) = match ceremony {
        Ceremony::Make => ("parseCreationOptionsFromJSON", "create"),
        Ceremony::Show => ("parseRequestOptionsFromJSON", "get"),
    };
    let window = leptos::prelude::window();
    let class = Reflect::get(&window, &"PublicKeyCredential".into())?;
    let read: Function = Reflect::get(&class, &read.into())?.dyn_into()?;
    let options = read.call1(&class, &JSON::parse(asked)?)?;
    let wanted = Object::new();
    Reflect::set(&wanted, &"publicKey".into(), &options)?;
    let container = Reflect::get(&window.navigator(), &"credentials".into())?;
    let ask: Function = Reflect::get(&container, &ask.into())?.dyn_into()?;
    let wanted: JsValue = wanted.into();
    ask.call1(&container, &wanted)?.dyn_into::<Promise>()
}

#[cfg(feature = "hydrate")]
fn text_of(made: &leptos::wasm_bindgen::JsValue) -> Result<String, leptos::wasm_bindgen::JsValue> {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::js_sys::{Function, JSON, Reflect};
    let write: Function = Reflect::get(made, &"toJSON".into())?.dyn_into()?;
    JSON::stringify(&write.call0(made)?).map(String::from)
}

/// On the server there is no device and nobody to ask.
#[cfg(not(feature = "hydrate"))]
pub fn credential(_ceremony: Ceremony, _asked: &str, done: impl Fn(Result<String, Halt>) + Clone + 'static) {
    done(Err(Halt::Unable));
}

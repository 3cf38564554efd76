//! Passkeys (WebAuthn): what a device is asked to sign, and whether it has. Name and address of the console are those of the
//! settings, whatever a request says.

use domain::actor::Actor;
use domain::cx::Cx;
use domain::person::store::NewPasskey;
use domain::{Error, Fault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

/// An answer of this length is none.
const ANSWER_MAX: usize = 16 * 1024;

fn refused() -> Error {
    Error::field("passkey", Fault::PasskeyRefused)
}

/// The console as devices know it: by its host alone, and for answers that come from this very origin.
fn party(origin: &str, field: &'static str) -> domain::Result<Webauthn> {
    let nowhere = || Error::field(field, Fault::NoPasskeysHere);
    let origin = Url::parse(origin).map_err(|_| nowhere())?;
    let host = origin.domain().ok_or_else(nowhere)?;
    let party = WebauthnBuilder::new(host, &origin).map_err(|_| nowhere())?;
    party.rp_name("Latchkey").build().map_err(|_| nowhere())
}

fn written<T: Serialize>(value: &T) -> domain::Result<Value> {
    serde_json::to_value(value).map_err(|_| refused())
}

fn kept<T: DeserializeOwned>(value: Value) -> domain::Result<T> {
    serde_json::from_value(value).map_err(|_| refused())
}

fn answered<T: DeserializeOwned>(text: &str) -> domain::Result<T> {
    if text.len() > ANSWER_MAX {
        return Err(refused());
    }
    serde_json::from_str(text).map_err(|_| refused())
}

/// What a new passkey of the person, or of somebody in support, is asked to sign, and what its answer is checked with. The device keeps the person's
/// name, so that nobody types it at sign-in, and makes sure who holds it.
pub fn ask_new(cx: &Cx, known: Vec<Vec<u8>>) -> domain::Result<(String, Value)> {
    let (id, name, email) = match &cx.actor {
        Actor::Person { id, name, email, .. } => (id.0, name, email),
        Actor::Staff { id, name, email, .. } => (id.0, name, email),
        _ => return Err(Error::Forbidden),
    };
    let party = party(&cx.world.origin, "passkey_name")?;
    let begun = party.start_passkey_registration(id, email, name, Some(known));
    let (mut asked, state) = begun.map_err(|_| refused())?;
    if let Some(wanted) = &mut asked.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Required);
        wanted.require_resident_key = true;
    }
    Ok((written(&asked.public_key)?.to_string(), written(&state)?))
}

/// The new passkey, if its device has signed what it was asked to.
pub fn check_new(origin: &str, answer: &str, name: String, state: Value) -> domain::Result<NewPasskey> {
    let answer: RegisterPublicKeyCredential = answered(answer)?;
    let state: PasskeyRegistration = kept(state)?;
    let key = party(origin, "passkey")?.finish_passkey_registration(&answer, &state).map_err(|_| refused())?;
    Ok(NewPasskey { name, credential: key.cred_id().to_vec(), key: written(&key)? })
}

/// What any passkey of the console is asked to sign, and what its answer is checked with.
pub fn ask(origin: &str) -> domain::Result<(String, Value)> {
    let (asked, state) = party(origin, "passkey")?.start_discoverable_authentication().map_err(|_| refused())?;
    Ok((written(&asked.public_key)?.to_string(), written(&state)?))
}

/// An answer that names its owner and its passkey; nothing of it is proven.
pub struct Signed {
    /// Whose the device says it is: a person's identity, or that of somebody in support.
    pub owner: uuid::Uuid,
    answer: PublicKeyCredential,
}

impl Signed {
    /// What its device calls the passkey.
    pub fn credential(&self) -> Vec<u8> {
        self.answer.get_credential_id().to_vec()
    }
}

/// Reads the answer of a passkey.
pub fn read(answer: &str) -> domain::Result<Signed> {
    let answer: PublicKeyCredential = answered(answer)?;
    let owner = answer.get_user_unique_id().and_then(|id| uuid::Uuid::from_slice(id).ok()).ok_or_else(refused)?;
    Ok(Signed { owner, answer })
}

/// What is kept of the passkey from now on, and how often it has signed, if the answer is to what was asked and the passkey
/// has signed it.
pub fn check(origin: &str, signed: &Signed, state: &Value, key: &Value) -> domain::Result<(Value, u32)> {
    let state: DiscoverableAuthentication = kept(state.clone())?;
    let mut key: Passkey = kept(key.clone())?;
    let known = DiscoverableKey::from(&key);
    let checked = party(origin, "passkey")?.finish_discoverable_authentication_v2(&signed.answer, state, known);
    let checked = checked.map_err(|error| {
        tracing::info!(%error, "a passkey was refused");
        refused()
    })?;
    if !checked.user_verified() {
        return Err(refused());
    }
    key.update_credential(&checked);
    Ok((written(&key)?, checked.counter()))
}

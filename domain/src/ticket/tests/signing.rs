//! Tickets on the wire: what is signed, and everything that is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

fn with_header(header: &str) -> Result<Ticket, Distrust> {
    let signed = signer().sign(&ticket());
    let (_, rest) = signed.split_once('.').unwrap();
    verify(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header)), &keys())
}

#[test]
fn a_signed_ticket_is_read_as_it_was_made() {
    let made = ticket();
    assert_eq!(verify(&signer().sign(&made), &keys()), Ok(made));
}

#[test]
fn a_ticket_says_what_the_standards_call_it() {
    let signed = signer().sign(&ticket());
    let part = |at: usize| {
        let bytes = URL_SAFE_NO_PAD.decode(signed.split('.').nth(at).unwrap()).unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    };
    assert_eq!(part(0), serde_json::json!({ "alg": "EdDSA", "typ": "latchkey-ticket+jwt", "kid": "k1" }));
    let claims = part(1);
    assert_eq!(claims["sub"], DEVICE.to_string());
    assert_eq!(claims["iat"], NOW.unix_timestamp());
    assert_eq!(claims["exp"], (NOW + LIFE).unix_timestamp());
}

#[test]
fn the_key_and_the_signature_are_those_of_rfc_8037() {
    let secret: [u8; 32] =
        URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap().try_into().unwrap();
    let key = Signer::new("rfc8037", &secret).public();
    assert_eq!((key.kty.as_str(), key.crv.as_str()), ("OKP", "Ed25519"));
    assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

#[test]
fn other_algorithms_types_and_keys_are_refused() {
    let header = |alg: &str, typ: &str, kid: &str| format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{kid}"}}"#);
    let ours = "latchkey-ticket+jwt";
    for alg in ["none", "None", "HS256", "ES256", "Ed25519", "eddsa"] {
        assert_eq!(with_header(&header(alg, ours, "k1")), Err(Distrust::Algorithm), "{alg}");
    }
    assert_eq!(with_header(&header("EdDSA", "JWT", "k1")), Err(Distrust::Type));
    assert_eq!(with_header(&header("EdDSA", ours, "k2")), Err(Distrust::UnknownKey));
    assert_eq!(with_header(&header("EdDSA", ours, "k0")), Err(Distrust::Forged));
    for odd in [
        r#"{"alg":"EdDSA","typ":"latchkey-ticket+jwt"}"#,
        r#"{"alg":"EdDSA","typ":"latchkey-ticket+jwt","kid":"k1","crit":["exp"]}"#,
        r#"{"alg":"EdDSA","alg":"none","typ":"latchkey-ticket+jwt","kid":"k1"}"#,
        "[]",
        "",
    ] {
        assert_eq!(with_header(odd), Err(Distrust::Malformed), "{odd}");
    }
}

#[test]
fn a_key_of_another_kind_under_the_same_name_is_passed_over() {
    let signed = signer().sign(&ticket());
    for (kty, crv) in [("EC", "Ed25519"), ("OKP", "X25519")] {
        let mut key = signer().public();
        (key.kty, key.crv) = (kty.to_owned(), crv.to_owned());
        let only = TicketKeys { keys: vec![key.clone()] };
        assert_eq!(verify(&signed, &only), Err(Distrust::UnknownKey));
        let both = TicketKeys { keys: vec![key, signer().public()] };
        assert!(verify(&signed, &both).is_ok());
    }
}

#[test]
fn what_is_too_long_or_nested_deep_is_not_looked_at() {
    let signed = signer().sign(&ticket());
    assert_eq!(verify(&format!("{signed}{}", "A".repeat(LONGEST)), &keys()), Err(Distrust::Malformed));
    assert_eq!(with_header(&"[".repeat(5000)), Err(Distrust::Malformed));
    for broken in
        ["", ".", "..", "...", "a.b.c", &signed[..signed.len() - 1], &format!("{signed}."), &signed.replace('.', " ")]
    {
        assert!(verify(broken, &keys()).is_err(), "{broken}");
    }
}

#[test]
fn on_another_device_a_ticket_is_worth_nothing() {
    let signed = signer().sign(&ticket());
    assert_eq!(verify_for(DeviceId(Uuid::from_u128(9)), &signed, &keys()), Err(Distrust::OtherDevice));
}

proptest! {
    #[test]
    fn a_ticket_with_one_other_byte_is_refused(place: Index, byte in 0x20_u8..0x7f) {
        let signed = signer().sign(&ticket());
        let mut bytes = signed.clone().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(verify(&changed, &keys()).is_err(), "{changed}");
    }

    #[test]
    fn any_text_is_read_without_harm(text in "\\PC{0,200}") {
        prop_assert!(verify(&text, &keys()).is_err());
    }
}

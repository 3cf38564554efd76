//! Linking this device to an office: asks for a user code, shows it, and polls until somebody decides (RFC 8628).

use std::thread::sleep;
use std::time::{Duration, Instant};

use domain::device_api::{CLIENT_ID, DEVICE_GRANT, DeviceAuthorization, DeviceStatus, Token, TokenError};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::LinkArgs;
use crate::failure::{Exit, Failure, Result};
use crate::http::{self, Api};
use crate::keep::{self, Word};
use crate::machine;
use crate::papers::Papers;
use crate::reply::Reply;
use crate::session::Session;
use crate::state::{Link, Secret};
use crate::terminal;

/// What RFC 8628 §3.5 adds to the interval for each `slow_down`.
const SLOWER: Duration = Duration::from_secs(5);

/// Where the interval stops growing while there is no connection.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Polls without a connection, one after another, until the command gives up.
const PATIENCE: u32 = 5;

pub fn link(mut session: Session, args: LinkArgs) -> Result<()> {
    let api = Api::new(session.server());
    let about = Link {
        server: api.server().to_owned(),
        token: Secret::from(String::new()),
        name: args.name.unwrap_or_else(machine::name),
        os_family: args.os.unwrap_or_else(machine::os_family),
        fingerprint_typed: args.fingerprint.is_some(),
        fingerprint: match args.fingerprint {
            Some(fingerprint) => fingerprint,
            None => machine::fingerprint(&mut session.state)?,
        },
        app_version: machine::APP_VERSION.to_owned(),
    };
    let os_version = args.os_version.or_else(|| if args.os.is_none() { machine::os_version() } else { None });
    // a file that can't be written has to show before somebody confirms, not after
    session.save()?;

    let asked = ask(&api, &about, &[("os_version", os_version), ("product", args.product)])?;
    if session.json {
        terminal::say_json(&public(&asked));
    } else {
        show(&api, &asked, args.qr);
    }
    let token = wait(&api, &asked)?;
    session.state.link = Some(Link { token, ..about });
    session.state.papers = Papers::default();
    session.save()?;
    report(&mut session)
}

fn ask(api: &Api, about: &Link, optional: &[(&str, Option<String>)]) -> Result<DeviceAuthorization> {
    let mut fields = vec![
        ("client_id", CLIENT_ID),
        ("device_name", &about.name),
        ("os_family", about.os_family.as_str()),
        ("app_version", &about.app_version),
        ("fingerprint", &about.fingerprint),
    ];
    fields.extend(optional.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))));
    let reply = api.form("/oauth/device_authorization", &fields)?;
    if reply.status < 300 {
        return Ok(reply.answer()?.value);
    }
    let Some(said) = token_error(&reply) else { return Err(reply.failure()) };
    let detail =
        said.error_description.unwrap_or_else(|| format!("The server does not link this device: {}.", said.error));
    let exit = if reply.status >= 500 { Exit::Server } else { Exit::Input };
    Err(Failure::new(exit, detail).answer(reply.body.unwrap_or_default()))
}

/// The answer without the secret to poll with, which is nobody's but this program's.
fn public(asked: &DeviceAuthorization) -> Value {
    json!({
        "user_code": asked.user_code,
        "verification_uri": asked.verification_uri,
        "verification_uri_complete": asked.verification_uri_complete,
        "expires_in": asked.expires_in,
        "interval": asked.interval,
    })
}

fn show(api: &Api, asked: &DeviceAuthorization, always_qr: bool) {
    if api.server().starts_with("http:") && !http::is_loopback(api.server()) {
        terminal::tell("This connection is not encrypted. Outside a trusted network, use an address with https://.");
    }
    terminal::say(&format!(
        "To link this device, open\n\n    {}\n\nand enter\n\n{}\n",
        terminal::plain(&asked.verification_uri),
        boxed(&terminal::plain(&asked.user_code), terminal::is_styled())
    ));
    if (always_qr || terminal::is_seen())
        && let Some(picture) = qr(&asked.verification_uri_complete, terminal::is_styled())
    {
        terminal::say(&format!("or scan\n\n{picture}\n"));
    }
    let minutes = asked.expires_in.div_ceil(60);
    let minutes = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    terminal::tell(&format!("Waiting for the confirmation, for {minutes}. Ctrl-C stops."));
}

fn boxed(user_code: &str, styled: bool) -> String {
    let line = "─".repeat(user_code.chars().count() + 6);
    let (bold, normal) = if styled { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    format!("    ┌{line}┐\n    │   {bold}{user_code}{normal}   │\n    └{line}┘")
}

/// The address as a QR code: black on white where colors work, else drawn for light letters on a dark ground.
fn qr(address: &str, styled: bool) -> Option<String> {
    let code = QrCode::new(address.as_bytes()).ok()?;
    let mut picture = code.render::<Dense1x2>();
    if styled {
        let rows = picture.build();
        return Some(rows.lines().map(|row| format!("\u{1b}[30;107m{row}\u{1b}[0m")).collect::<Vec<_>>().join("\n"));
    }
    Some(picture.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

/// What one poll came to.
#[derive(Debug)]
enum Poll {
    Pending,
    SlowDown,
    Granted(Secret),
}

fn wait(api: &Api, asked: &DeviceAuthorization) -> Result<Secret> {
    let started = Instant::now();
    let life = Duration::from_secs(asked.expires_in.into());
    let mut interval = Duration::from_secs(asked.interval.max(1).into());
    let mut silent = 0;
    loop {
        sleep(interval);
        // taken before the poll, so that one more poll follows the end of the code's life
        let over = started.elapsed() > life;
        match poll(api, &asked.device_code) {
            Ok(Poll::Granted(token)) => return Ok(token),
            Ok(_) if over => return Err(expired()),
            Ok(Poll::Pending) => silent = 0,
            Ok(Poll::SlowDown) => {
                silent = 0;
                interval += SLOWER;
            }
            Err(failure) if failure.exit() == Exit::Server && silent + 1 < PATIENCE && !over => {
                silent += 1;
                interval = (interval * 2).min(LONGEST_WAIT.max(interval));
                terminal::tell(&format!("No answer from the server; asking again in {} seconds.", interval.as_secs()));
            }
            Err(failure) => return Err(failure),
        }
    }
}

fn poll(api: &Api, device_code: &str) -> Result<Poll> {
    let fields = [("grant_type", DEVICE_GRANT), ("device_code", device_code), ("client_id", CLIENT_ID)];
    judge(api.form("/oauth/token", &fields)?)
}

fn judge(reply: Reply) -> Result<Poll> {
    if reply.status < 300 {
        let token: Token = reply.answer()?.value;
        return Ok(Poll::Granted(Secret::from(token.access_token)));
    }
    if reply.status == 429 {
        return Ok(Poll::SlowDown);
    }
    let Some(said) = token_error(&reply) else { return Err(reply.failure()) };
    let failure = match said.error.as_str() {
        "authorization_pending" => return Ok(Poll::Pending),
        "slow_down" => return Ok(Poll::SlowDown),
        "access_denied" => {
            let words = said.error_description.as_deref().unwrap_or("The link was denied in the console.");
            Failure::new(Exit::Denied, terminal::plain(words))
                .advice("When that is put right, start again with: latchkey-client link")
        }
        "expired_token" => expired(),
        "invalid_grant" => Failure::new(Exit::Refused, "The server does not know this link, or it was used before.")
            .advice("Start again with: latchkey-client link"),
        other => {
            let words = said.error_description.as_deref().unwrap_or(other);
            Failure::new(Exit::Server, format!("The server does not link devices as this program does: {words}."))
                .advice("Check the address given with --server, and that this program is up to date.")
        }
    };
    Err(failure.answer(reply.body.unwrap_or_default()))
}

fn expired() -> Failure {
    Failure::new(Exit::Expired, "Nobody confirmed the link in time, so the code expired.")
        .advice("Start again with: latchkey-client link")
}

fn token_error(reply: &Reply) -> Option<TokenError> {
    reply.body.as_ref().and_then(|body| TokenError::deserialize(body).ok())
}

/// Says what this device belongs to from now on.
pub fn report(session: &mut Session) -> Result<()> {
    let api = session.linked()?;
    // the link stands even when this look at it fails
    let device = api.get::<DeviceStatus>("/api/v1/device").ok();
    if let Some(answer) = &device {
        keep::keep(session, &api, &answer.value, Word::Unsaid)?;
    }
    let device = device.map(|answer| answer.value);
    let link = session.link()?;
    if session.json {
        let mut line = json!({ "linked": true, "server": link.server, "name": link.name });
        if let Some(device) = &device {
            line["name"] = json!(device.name);
            line["device_id"] = json!(device.device_id);
            line["office"] = json!(device.office);
        }
        terminal::say_json(&line);
        return Ok(());
    }
    match device {
        Some(device) => {
            let (name, office) = (terminal::plain(&device.name), terminal::plain(&device.office));
            terminal::say(&format!("Linked: {name} belongs to {office}."));
            if device.license.is_none() {
                terminal::say("Activate a license with: latchkey-client activate CODE");
            }
        }
        None => terminal::say(&format!("Linked to {}.", link.server)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(word: &str) -> Result<Poll> {
        judge(Reply::new(400, Some(json!({ "error": word })), "http://s"))
    }

    #[test]
    fn the_standards_words_each_have_their_exit() {
        assert!(matches!(error("authorization_pending"), Ok(Poll::Pending)));
        assert!(matches!(error("slow_down"), Ok(Poll::SlowDown)));
        for (word, exit) in [
            ("access_denied", Exit::Denied),
            ("expired_token", Exit::Expired),
            ("invalid_grant", Exit::Refused),
            ("invalid_client", Exit::Server),
        ] {
            assert_eq!(error(word).map_err(|failure| failure.exit()).unwrap_err(), exit, "{word}");
        }
    }

    #[test]
    fn a_token_is_taken_and_an_answer_without_one_is_not() {
        let granted = Reply::new(200, Some(json!({ "access_token": "t", "token_type": "Bearer" })), "http://s");
        assert!(matches!(judge(granted), Ok(Poll::Granted(_))));
        let empty = Reply::new(200, Some(json!({})), "http://s");
        assert_eq!(judge(empty).map_err(|failure| failure.exit()).unwrap_err(), Exit::Server);
    }

    #[test]
    fn the_secret_to_poll_with_is_not_printed() {
        let asked = DeviceAuthorization {
            device_code: "t0p-secret".to_owned(),
            user_code: "BCDF-GHJK".to_owned(),
            verification_uri: "http://s/link".to_owned(),
            verification_uri_complete: "http://s/link?code=BCDF-GHJK".to_owned(),
            expires_in: 900,
            interval: 5,
        };
        let line = public(&asked).to_string();
        assert!(line.contains("BCDF-GHJK") && !line.contains("t0p-secret"));
    }

    #[test]
    fn the_user_code_stands_in_a_box_and_the_qr_code_in_half_blocks() {
        assert_eq!(boxed("AB", false), "    ┌────────┐\n    │   AB   │\n    └────────┘");
        let picture = qr("http://127.0.0.1:3000/link?code=BCDF-GHJK", false).unwrap();
        assert!(picture.chars().all(|c| " ▀▄█\n".contains(c)) && picture.lines().count() > 12);
        assert!(picture.starts_with('█'));
    }
}

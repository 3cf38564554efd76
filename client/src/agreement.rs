//! The license agreement: it is read and accepted before anything is activated (R19).

use domain::code::ActivationCode;
use domain::device_api::{Agreement, AgreementAcceptance, DeviceStatus};

use crate::advice;
use crate::cli::{AgreementArgs, AgreementDeed};
use crate::failure::{Exit, Failure, Result};
use crate::http::Api;
use crate::keep::{self, Word};
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;

pub fn agreement(mut session: Session, args: &AgreementArgs) -> Result<()> {
    let api = session.linked()?;
    let answer: Answer<Agreement> = api.get("/api/v1/agreement")?;
    let Agreement { version, text } = &answer.value;
    match args.deed {
        AgreementDeed::Show if session.json => terminal::say_json(&answer.raw),
        AgreementDeed::Show => {
            terminal::say(&format!(
                "License agreement, version {}\n\n{}",
                terminal::plain(version),
                terminal::plain_lines(text)
            ));
        }
        AgreementDeed::Accept => {
            let acceptance = AgreementAcceptance { version: version.clone() };
            let accepted: Answer<DeviceStatus> = api.post("/api/v1/agreement", &acceptance)?;
            keep::keep(&mut session, &api, &accepted.value, Word::Unsaid)?;
            if session.json {
                terminal::say_json(&accepted.raw);
            } else {
                let version = terminal::plain(version);
                terminal::say(&format!("Version {version} of the license agreement is accepted on this device."));
            }
        }
    }
    Ok(())
}

/// As `settle`, for a code that was read before: that it can't be one is told after the agreement, but needs no server to be
/// told (§3.5: E33, E01 and E02, E25).
pub fn settle_for(api: &Api, accepted: bool, code: Result<ActivationCode>) -> Result<ActivationCode> {
    match (settle(api, accepted), code) {
        (Ok(()), code) => code,
        (Err(away), Err(unreadable)) if away.exit() == Exit::Server && !unreadable.is("E03") => Err(unreadable),
        (Err(failure), _) => Err(failure),
    }
}

/// Makes sure that the person accepts the agreement: by a flag, on this device before, or now on the terminal.
fn settle(api: &Api, accepted: bool) -> Result<()> {
    if accepted {
        return Ok(());
    }
    let device: Answer<DeviceStatus> = api.get("/api/v1/device")?;
    let agreement = device.value.agreement;
    if agreement.accepted {
        return Ok(());
    }
    if !terminal::can_ask() {
        return Err(not_accepted());
    }
    let version = terminal::plain(&agreement.version);
    terminal::tell(&format!("Version {version} of the license agreement applies; latchkey-client agreement shows it."));
    if terminal::agrees("Do you accept it? Type yes or no: ")? { Ok(()) } else { Err(not_accepted()) }
}

/// E33.
fn not_accepted() -> Failure {
    let failure = Failure::new(Exit::Refused, "Accept the license agreement first.").code("E33");
    advice::on("E33").into_iter().fold(failure, Failure::advice)
}

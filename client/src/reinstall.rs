//! Coming back after the system was installed anew: the ticket that was printed before gives this device its link, its seat
//! and its dates back, without a code.

use domain::device::reinstall::ReinstallTicket;
use domain::device_api::{ReinstallRequest, Token};

use crate::cli::ReinstallArgs;
use crate::failure::{Exit, Failure, Result};
use crate::http::Api;
use crate::link::report;
use crate::machine;
use crate::papers::Papers;
use crate::session::Session;
use crate::state::{Link, Secret};
use crate::terminal;

/// Uses the ticket. What is linked already is left alone: a ticket is for a system that knows nothing.
pub fn reinstall(mut session: Session, args: ReinstallArgs) -> Result<()> {
    if session.state.link.is_some() {
        return Err(Failure::new(Exit::Input, "This device is linked already, so it needs no ticket.")
            .advice("See how it stands with: latchkey-client status"));
    }
    let ticket = read(&args.ticket)?;
    let api = Api::new(session.server());
    let fingerprint_typed = args.fingerprint.is_some();
    let fingerprint = match args.fingerprint {
        Some(fingerprint) => fingerprint,
        None => machine::fingerprint(&mut session.state)?,
    };
    // a file that can't be written has to show before the ticket is used up, not after
    session.save()?;
    let said = ReinstallRequest {
        ticket: ticket.reveal(),
        os_family: args.os.map(|family| family.as_str().to_owned()),
        os_version: if args.os.is_none() { machine::os_version() } else { None },
        app_version: Some(machine::APP_VERSION.to_owned()),
        fingerprint: Some(fingerprint.clone()),
    };
    let token: Token = api.post("/api/v1/reinstall", &said)?.value;
    session.state.link = Some(Link {
        server: api.server().to_owned(),
        token: Secret::from(token.access_token),
        name: machine::name(),
        os_family: args.os.unwrap_or_else(machine::os_family),
        fingerprint,
        fingerprint_typed,
        app_version: machine::APP_VERSION.to_owned(),
    });
    session.state.papers = Papers::default();
    session.save()?;
    report(&mut session)
}

fn read(named: &str) -> Result<ReinstallTicket> {
    let typed = match named {
        "-" if terminal::can_ask() => terminal::ask("Reinstall ticket: ")?,
        "-" => terminal::read_line()?,
        ticket => ticket.to_owned(),
    };
    ReinstallTicket::parse(&typed).map_err(|_| {
        Failure::new(Exit::Input, "This is not a reinstall ticket: it has 30 letters and digits in six groups of five.")
            .advice("Compare it with the printed ticket; it never has 0, 1, I, L or O.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_told_without_asking_the_server() {
        let failure = read("ABCDE-FGH23-JKLM4-NPQR5").unwrap_err();
        assert_eq!(failure.exit(), Exit::Input);
        assert!(!failure.to_text().contains("ABCDE"));
        assert!(read("abcde fgh23 jkmn4 npqr5 stuv6 wxyz7").is_ok());
    }
}

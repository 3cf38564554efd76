//! Keeping what the server said, so that the device works when the server can't be reached.

use domain::device_api::{DeviceStatus, TicketAnswer, TicketKeys};
use domain::license::Level;
use domain::ticket::jws::Distrust;
use serde_json::json;

use crate::clock;
use crate::failure::Result;
use crate::http::Api;
use crate::papers::Unfit;
use crate::session::Session;
use crate::terminal;

/// What an answer said about the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It brought a fresh one, or none because nothing works here.
    Said(Option<String>),
    /// It is not of the kind that brings one.
    Unsaid,
}

impl Word {
    /// What an answer says that has room for a ticket: one without it says that nothing works here, unless something does.
    pub fn of(ticket: Option<String>, device: &DeviceStatus) -> Self {
        match ticket {
            None if device.level != Level::Stopped => Self::Unsaid,
            said => Self::Said(said),
        }
    }
}

/// Keeps how the device stands, with its ticket: the one that came with the answer, or one fetched now.
///
/// A ticket that can't be had is no reason to fail what was done: the old one goes on until it is over.
pub fn keep(session: &mut Session, api: &Api, device: &DeviceStatus, word: Word) -> Result<()> {
    let papers = &mut session.state.papers;
    papers.device_id = Some(device.device_id);
    papers.told = serde_json::to_value(device).ok();
    let ticket = match word {
        Word::Said(ticket) => Some(ticket),
        Word::Unsaid if device.license.is_none() => Some(None),
        Word::Unsaid => api.post::<TicketAnswer>("/api/v1/ticket", &json!({})).ok().map(|answer| answer.value.ticket),
    };
    if papers.keys.is_none() {
        papers.keys = keys(api);
    }
    match ticket {
        Some(Some(ticket)) => {
            if let Err(unfit) = take(session, api, device, &ticket) {
                terminal::tell(&format!("The server's ticket is not kept: {unfit}."));
            }
        }
        Some(None) => papers.give_up_ticket(),
        None => {}
    }
    session.save()
}

/// A key that is not known yet is fetched: the server changes it from time to time.
fn take(session: &mut Session, api: &Api, device: &DeviceStatus, ticket: &str) -> std::result::Result<(), Unfit> {
    let papers = &mut session.state.papers;
    let reading = clock::read();
    match papers.take(ticket, device.device_id, &reading) {
        Err(Unfit::Distrust(Distrust::UnknownKey)) => {
            if let Some(keys) = keys(api) {
                papers.keys = Some(keys);
            }
            papers.take(ticket, device.device_id, &reading)
        }
        taken => taken,
    }
}

fn keys(api: &Api) -> Option<TicketKeys> {
    api.get::<TicketKeys>("/api/v1/keys").ok().map(|answer| answer.value)
}

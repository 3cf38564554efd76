//! `latchkey pages`.

use std::process::ExitCode;

use server::pages::addresses;

use super::say;
use super::stop::Stop;

/// Print the addresses of all pages, as the router has them
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Pages {}

impl Pages {
    pub fn run(self) -> Result<ExitCode, Stop> {
        let lines: String = addresses().iter().map(|address| format!("{address}\n")).collect();
        say(&lines)?;
        Ok(ExitCode::SUCCESS)
    }
}

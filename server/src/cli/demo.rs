//! `latchkey demo`: shows who signs in to the demo, with the one-time codes of this moment, for people or for programs.

use std::process::ExitCode;

use serde_json::{Value, json};
use server::config::DataConfig;

use super::opened::Opened;
use super::serving::{self, Serving};
use super::stop::Stop;
use super::{one_time_code, say, welcome};

/// Show who signs in to the demo, with one-time codes of this moment
#[derive(Debug, clap::Args)]
pub struct Demo {
    #[command(flatten)]
    data: DataConfig,

    /// For programs: also the secrets of the one-time codes, and unused activation codes of each kind and country
    #[arg(long)]
    json: bool,

    /// Add so many offices with their people, devices, licenses and requests, for benches and for long lists
    #[arg(long, value_name = "NUMBER")]
    accounts: Option<u32>,
}

impl Demo {
    /// Works beside a running server and without one.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let cx = opened.cx();
        let facts = domain::demo::facts(&cx).await;
        if let (Some(accounts), Ok(_)) = (self.accounts, &facts) {
            let mut shown = 0;
            domain::demo::large::add(&cx, accounts, |done| {
                if done - shown >= 10_000 || done == accounts {
                    shown = done;
                    tracing::info!(done, accounts, "offices were added");
                }
            })
            .await?;
            opened.count_anew().await?;
        }
        opened.close().await;
        let facts = facts.map_err(|error| match error {
            domain::Error::NotFound => Stop::wrong(
                "There is no demo in this database: start one with latchkey serve --demo, or name its folder with --data.",
            ),
            other => other.into(),
        })?;
        let serving = Serving::read(&self.data.data)
            .unwrap_or_else(|| Serving { origin: serving::origin(&self.data), mail_dir: self.data.data.join("mail") });
        if !self.json {
            say(&welcome::text(&serving, false, Some((&facts, cx.now)), &self.data.data))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut staff = Vec::new();
        for person in &facts.staff {
            let mut entry = serde_json::to_value(person).map_err(std::io::Error::other)?;
            entry["totp_secret"] = Value::from(one_time_code::base32(&person.totp_secret));
            entry["totp_now"] = Value::from(one_time_code::code(&person.totp_secret, cx.now));
            staff.push(entry);
        }
        let all = json!({
            "origin": serving.origin,
            "mail_dir": serving.mail_dir,
            "people": facts.people,
            "staff": staff,
            "codes": facts.codes,
        });
        say(&format!("{all:#}\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}

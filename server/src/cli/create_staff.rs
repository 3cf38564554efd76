//! `latchkey create-staff`: takes somebody on in support and shows the secret of their one-time codes, this once.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use app::auth::password;
use domain::person::Email;
use domain::staff::StaffRole;
use domain::staff::store::{NewStaff, create};
use domain::{Error, Fault, cx};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use server::config::DataConfig;

use super::one_time_code;
use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Take somebody on in support; the password is read from standard input, and an empty one is made up
#[derive(Debug, clap::Args)]
pub struct CreateStaff {
    #[command(flatten)]
    data: DataConfig,

    /// The address to sign in with
    #[arg(long, value_parser = read_email)]
    email: Email,

    /// The person's name
    #[arg(long)]
    name: String,

    /// What the person may do: agent, lead or auditor
    #[arg(long)]
    role: StaffRole,
}

impl CreateStaff {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let typed = tokio::task::spawn_blocking(read_password).await.map_err(io::Error::other)??;
        let made_up = typed.is_empty();
        let password = if made_up { make_password() } else { typed };
        password::judge(&password, &[self.email.as_str(), &self.name])
            .map_err(|fault| Stop::wrong(what_is_wrong(&fault)))?;
        let opened = Opened::for_command(&self.data).await?;
        let password_hash = password::hash(&password).await?;
        let email = self.email.as_str().to_owned();
        let new = NewStaff { email: self.email, name: self.name, role: self.role, password_hash };
        let created = create(opened.cx(), new).await;
        opened.close().await;
        let (_, secret) = created.map_err(|error| match error {
            error if error == Error::field("email", Fault::NotAChoice) => {
                Stop::wrong(format!("Somebody in support signs in with {email} already: use another address."))
            }
            other => other.into(),
        })?;
        let mut text = format!("Address:         {email}\n");
        if made_up {
            text += &format!("Password:        {password}\n");
        }
        text += &format!("One-time codes:  {}\n", one_time_code::base32(&secret));
        text += &format!("For a generator: {}\n", one_time_code::address(&secret, &email));
        text += &format!("This is shown once. Sign in at {}/support.\n", super::serving::origin(&self.data));
        say(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn what_is_wrong(fault: &Fault) -> String {
    match fault {
        Fault::TooShort { min } => format!("The password is too short: use {min} characters or more."),
        Fault::TooLong { max } => format!("The password is too long: use {max} characters or fewer."),
        Fault::PersonalPassword => {
            "The password contains the person's own name or address: use other words.".to_owned()
        }
        Fault::CommonPassword => "The password is one that many people use: choose another one.".to_owned(),
        _ => "The password would be guessed quickly: use some more words, or none to have one made up.".to_owned(),
    }
}

fn read_email(typed: &str) -> Result<Email, &'static str> {
    Email::parse(typed).map_err(|_| "write an e-mail address, like ana@example.com")
}

/// Words are easier to tell over a phone, but this one is pasted: 20 of 31 unmistakable symbols, 99 bits.
fn make_password() -> String {
    let symbols = cx::random_below::<20>(31);
    symbols
        .iter()
        .enumerate()
        .flat_map(|(place, symbol)| {
            let dash = (place > 0 && place % 5 == 0).then_some('-');
            dash.into_iter().chain([char::from(domain::code::ALPHABET[usize::from(*symbol)]).to_ascii_lowercase()])
        })
        .collect()
}

/// The first line of standard input; at a terminal it is asked for and not shown.
fn read_password() -> io::Result<String> {
    let input = io::stdin();
    let mut line = String::new();
    if input.is_terminal() {
        eprint!("Password (empty to have one made up): ");
        io::stderr().flush()?;
        let usual = tcgetattr(&input)?;
        let mut hidden = usual.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&input, OptionalActions::Flush, &hidden)?;
        let read = input.read_line(&mut line);
        tcsetattr(&input, OptionalActions::Flush, &usual)?;
        eprintln!();
        read?;
    } else {
        input.read_line(&mut line)?;
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_password_is_long_and_never_the_same() {
        let made = make_password();
        assert_eq!(made.len(), 23);
        assert_ne!(made, make_password());
    }
}

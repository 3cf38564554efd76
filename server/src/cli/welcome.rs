//! What a starting server, and `latchkey demo`, say to the person at the terminal.

use std::fmt::Write;
use std::path::Path;

use domain::demo::DemoFacts;
use time::OffsetDateTime;

use super::one_time_code;
use super::serving::Serving;

/// Where people reach the server, where mails go, and in a demo who can sign in.
pub fn text(
    serving: &Serving,
    mails_are_sent: bool,
    demo: Option<(&DemoFacts, OffsetDateTime)>,
    data: &Path,
) -> String {
    let mut text = String::from("\n");
    let mut line = |name: &str, value: &str| {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}", format!("  {name:<16}{value}").trim_end());
    };
    line("Latchkey", &serving.origin);
    if let Some((facts, now)) = demo {
        line("", "");
        let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
        let name =
            widest(&mut facts.people.iter().map(|p| p.name.len()).chain(facts.staff.iter().map(|s| s.name.len())));
        let email =
            widest(&mut facts.people.iter().map(|p| p.email.len()).chain(facts.staff.iter().map(|s| s.email.len())));
        let row = |who: &str, role: &str, address: &str| format!("{who:<name$}  {role:<8}  {address:<email$}");
        for (place, person) in facts.people.iter().enumerate() {
            line(
                if place == 0 { "Sign in" } else { "" },
                row(&person.name, person.role.as_str(), &person.email).trim_end(),
            );
        }
        line("", "");
        for (place, staff) in facts.staff.iter().enumerate() {
            let code = one_time_code::code(&staff.totp_secret, now);
            let who = row(&staff.name, staff.role.as_str(), &staff.email);
            line(if place == 0 { "Support" } else { "" }, &format!("{who}  one-time code {code}"));
        }
        line(
            "",
            &format!(
                "at {}/support; a new code every 30 seconds: latchkey demo --data {}",
                serving.origin,
                data.display()
            ),
        );
        line("", "");
        if let Some(person) = facts.people.first() {
            line("Password", &format!("{} (everybody’s)", person.password));
        }
        if let Some(code) = facts.codes.first() {
            line("A code to add", &code.code);
        }
    }
    if mails_are_sent {
        line("Mails", "are sent by SMTP");
    } else {
        if demo.is_some() {
            line("Mails", &format!("{}{}", serving.origin, server::mailbox::PATH));
        }
        line("Mails land in", &serving.mail_dir.display().to_string());
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use domain::demo::{DemoPerson, DemoStaff};
    use domain::person::Role;
    use domain::staff::StaffRole;

    use super::*;

    #[test]
    fn a_demo_names_everything_that_signing_in_takes() {
        let facts = DemoFacts {
            people: vec![DemoPerson {
                name: "Anna Berg".to_owned(),
                email: "anna@example.com".to_owned(),
                password: "plum radio",
                role: Role::Owner,
            }],
            staff: vec![DemoStaff {
                name: "Sam Rivera".to_owned(),
                email: "sam@example.com".to_owned(),
                password: "plum radio",
                role: StaffRole::Agent,
                totp_secret: b"12345678901234567890".to_vec(),
            }],
            codes: Vec::new(),
        };
        let serving = Serving { origin: "http://127.0.0.1:3000".to_owned(), mail_dir: "/srv/mail".into() };
        let now = OffsetDateTime::from_unix_timestamp(59).unwrap();
        let text = text(&serving, false, Some((&facts, now)), Path::new("data"));
        for part in ["http://127.0.0.1:3000\n", "anna@example.com", "plum radio", "code 287082", "/srv/mail"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
}

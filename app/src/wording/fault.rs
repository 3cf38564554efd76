//! What is wrong with a field, and what belongs there.

use domain::Fault;

use super::refusal;

/// The sentence that stands at the field.
pub(super) fn sentence(field: &str, fault: &Fault) -> String {
    let fixed = match fault {
        Fault::Missing => return missing(field).to_owned(),
        Fault::TooShort { min } if field == "password" => {
            return format!("Use {min} characters or more. A few words in a row are easy to remember.");
        }
        Fault::TooShort { min } if field == "sought" => {
            return format!("Enter {min} characters or more, exactly as the customer tells them.");
        }
        Fault::TooShort { .. } if field == "reason" => {
            return "Write in a few words what it is for: two words or more, 10 letters or more.".to_owned();
        }
        Fault::TooShort { min } => return format!("Write {min} characters or more."),
        Fault::TooLong { max } => return format!("Shorten this to {max} characters."),
        Fault::NotALicenseKey { entered } => {
            return format!(
                "A license key has 32 digits, 0 to 9 and A to F, in groups of 8-4-4-4-12. You entered {entered}."
            );
        }
        Fault::PaidLicenseRuns { until, others: true } => {
            return format!(
                "You look after a paid license that runs until {}. Hand it over to a colleague first, on the page of the license.",
                super::day(*until)
            );
        }
        Fault::PaidLicenseRuns { until, others: false } => {
            return format!(
                "A paid license runs until {}, and nobody else is there to take it over. Close the account after that day, or ask support to move the license.",
                super::day(*until)
            );
        }
        Fault::Code(refused) => return refusal(refused),
        Fault::NotAnEmailAmong(entry) => {
            return format!("“{entry}” is not an e-mail address. Write each like name@example.com, one a line.");
        }
        Fault::AlreadyHere(email) => return format!("{email} is in your office already. Leave this address out."),
        Fault::TooManyFiles { most } => {
            return format!("Choose up to {most} files. Send the others with another answer.");
        }
        Fault::FileTooLong { megabytes } => {
            return format!("A file has more than {megabytes} MB. Make it smaller, or send a picture of it instead.");
        }
        Fault::NotAChoice if field == "request" => {
            return "No open case or recovery has this number. Compare it with the queue.".to_owned();
        }
        Fault::NotAChoice if field == "value" => {
            return "Enter countries by their two letters, like IN, GB.".to_owned();
        }
        Fault::NotAChoice if field == "by" => {
            return "No license of your office has this key or code. Check each character.".to_owned();
        }
        Fault::NotAChoice if field == "seats" => {
            return "Seats of this kind are not sold for this product. Set them to 0.".to_owned();
        }
        Fault::InThePast if field == "seats" => {
            return "Enter more devices than you have now. The number can only grow before the term ends.".to_owned();
        }
        Fault::DoesNotBelong if field == "license" => {
            return "This can't be bought here for this license. Its seller can help: License details names it."
                .to_owned();
        }
        Fault::TooManyPasskeys { most } => {
            return format!("You have {most} passkeys, which is the most. Remove one that you no longer use.");
        }
        Fault::NotAChoice if field == "sku" => "Use letters, digits and dashes only, like NSOS-5.",
        Fault::OutOfRange { max, .. } if field == "view_name" => {
            return format!("You keep {max} views, which is the most. Remove one first.");
        }
        Fault::UsedOtherwise if field == "address" => {
            "This address is somebody's already, here or in support. Ask the customer for another one."
        }
        Fault::UsedOtherwise if field == "person" => {
            "A change of this person's sign-in is under way. Call it off first, or wait until it is done."
        }
        Fault::DoesNotBelong if field == "request" => {
            "This record is open for another office's request. Open it for a request of this office."
        }
        Fault::UsedOtherwise if field == "sku" => "This is taken already. Choose another one.",
        Fault::UsedOtherwise if field == "family" => "This version is there already. Change that one instead.",
        Fault::UsedOtherwise if field == "product" => {
            "This seller has prices for this product already. Change those instead."
        }
        Fault::NotAChoice if field == "countries" => "Enter countries by their two letters, like IN, GB.",
        Fault::NotAChoice if field == "checkout" || field == "order_lookup" => {
            "Enter an address that begins with https://."
        }
        Fault::NotAChoice if field == "currency" => "Enter the three letters of a currency, like EUR.",
        Fault::NotAChoice if field == "components" => {
            "One of these is no component of the product. Compare them with the product's page."
        }
        Fault::NotAChoice if field == "recipient" => {
            "This is no age key for recipients. It begins with age1; ask the seller to send it again."
        }
        Fault::ClosesAccount => {
            "This person is about to close their account. Ask them to sign in once, and it stays; or choose somebody else."
        }
        Fault::NoRecipient => {
            "This seller has no age key, so there is nobody to encrypt the file to. Enter the key on the seller's page first."
        }
        Fault::InThePast if field == "import" => {
            "The hour is over, and nothing is kept of the file. Try the file again."
        }
        Fault::DoesNotBelong if field == "redeem_by" => "Codes that are paid for never get too old. Leave this empty.",
        Fault::DoesNotBelong if ["desktop", "file_server", "mobile", "password_manager"].contains(&field) => {
            "This product has no seats of this class. Leave it empty, or name its applications on the product's page."
        }
        Fault::DoesNotBelong if field == "to" => {
            "Nobody of your office signs in with this address. Compare it with the one under People."
        }
        Fault::NotAChoice if field == "to" => return "Choose the colleague who gets it.".to_owned(),
        Fault::NotAChoice if field == "new_owner" => {
            return "Nobody with this address can take it over. They need a confirmed account of another office."
                .to_owned();
        }
        Fault::DoesNotBelong if field == "new_owner" => {
            return "A trial belongs to its device and moves to no other account.".to_owned();
        }
        Fault::InThePast if field == "list" => {
            return "More than 24 hours have passed. Unblock each code on its own record.".to_owned();
        }
        Fault::NotAChoice if field == "into" => {
            return "Choose another case of the same office that is still open.".to_owned();
        }
        Fault::NotAChoice if field == "title" => {
            return "Another reply has this title already. Choose one that tells them apart.".to_owned();
        }
        Fault::CodeInText => "An activation code stands in this text. Take it out: support never sends one.",
        Fault::UnknownBlank(name) => {
            return format!("Nothing fills in “{{{name}}}”. Use the fields that are listed, or leave the braces out.");
        }
        Fault::OpenBlank(name) => {
            return format!(
                "“{{{name}}}” is not filled in. Write what belongs there, or take the sentence out, and send it again."
            );
        }
        Fault::OutOfRange { min, max } => return format!("Enter a number from {min} to {max}."),
        Fault::Unprintable => "This contains a character that cannot be shown. Type it again instead of pasting it.",
        Fault::NotAnEmail => "This is not an e-mail address. Write it like name@example.com.",
        Fault::OfficeHasPeople => "Other people work in your office. Hand the office over to one of them first.",
        Fault::AlreadyYours => "You sign in with this address already. Enter another one.",
        Fault::NotAChoice => "This is none of the choices. Choose one of the list.",
        Fault::NotADate => "This is not a date. Write it as year-month-day, like 2026-03-14.",
        Fault::InTheFuture => "This day has not come yet. Enter today or an earlier day.",
        Fault::InThePast => "This moment is too early. Enter a later one.",
        Fault::DoesNotBelong => "This does not go with the rest. Leave it out.",
        Fault::UsedOtherwise => {
            "This number was used before with other contents. Send the same contents, or use another number."
        }
        Fault::CommonPassword => "Many people use this password, so it is tried first. Choose one of your own.",
        Fault::PersonalPassword => {
            "This password contains your name, address or office. Choose one that nobody can tell from you."
        }
        Fault::GuessablePassword => "This password is guessed quickly. Add a few words that do not belong together.",
        // one sentence for the address and the password: it does not tell which of them we know
        Fault::WrongPassword => "What you entered does not match. Check it, capitals included, and try again.",
        Fault::WrongOneTimeCode => {
            "This code does not match or was used already. Wait for the next one and enter that."
        }
        Fault::PasskeyRefused => {
            "This passkey did not work here, or it took longer than five minutes. Try again, or use your password."
        }
        Fault::NoPasskeysHere => {
            "Passkeys need a console that is reached by a name, and this one is reached by a number. Use your password, and ask whoever runs the console."
        }
        Fault::CodeInsteadOfKey => {
            "This is an activation code. Enter the license key: 32 digits in groups of 8-4-4-4-12, shown in the Licensing window."
        }
        Fault::NotAPictureOrPdf => "Only pictures (PNG, JPEG, WebP) and PDF files are taken. Choose another file.",
        Fault::UnknownUserCode => {
            "No device waits with this code. Compare it with the screen of the device; after 15 minutes it shows a new one."
        }
        Fault::AdministersLicenses => {
            "This person administers licenses that run. Hand them over first, on the page of each license."
        }
        Fault::DeadMailLink => "This link was used before, is too old, or a newer one was sent. Ask for a new link.",
        Fault::DeadTicket => {
            "This ticket does not work: it was used, taken back, is older than 14 days, or has a typing error. Compare it, or make a new one on the page of the device."
        }
    };
    fixed.to_owned()
}

fn missing(field: &str) -> &'static str {
    match field {
        "sku" => "Enter the number by which programs and files name it.",
        "desktop" => "Fill in at least one class of seats.",
        "family" => "Enter the version, like 7.",
        "days" => "Enter the term in days.",
        "count" => "Enter how many codes.",
        "bundle" => "Choose a bundle.",
        "seller" => "Choose a seller.",
        "kind" => "Choose one.",
        "countries" => "Enter at least one country, like IN, GB.",
        "key_name" => "Say what the key is for, like Checkout of the web shop.",
        "file" => "Choose the file.",
        "sought" => "Enter what the customer tells you.",
        "request" => "Enter the number of the case or recovery that this is for.",
        "new_email" => "Enter the new e-mail address.",
        "email" => "Enter your e-mail address.",
        "emails" => "Enter the e-mail address of at least one person.",
        "password" => "Enter a password.",
        own if own.ends_with("_password") => "Enter your password.",
        "one_time_code" => "Enter the six digits of your one-time-code generator.",
        "name" => "Enter your name.",
        "office" => "Enter the name of your office.",
        "country" => "Choose the country of your office.",
        "code" => "Enter the activation code: 20 letters and digits in four groups of five.",
        "license_key" => "Enter the license key: 32 digits in groups of 8-4-4-4-12, shown in the Licensing window.",
        "user_code" => "Enter the eight letters that the device shows.",
        "device" => "Choose a device.",
        "by" => "Enter the license key or the activation code.",
        "seats" => "Enter how many devices.",
        "devices" => "Tick at least one device.",
        "passkey_name" => "Enter a name that tells the passkey from others, like Phone of Anna.",
        "device_name" => "Enter a name for the device.",
        "reason" => "Give the reason.",
        "helpful" => "Say whether this page helped you.",
        "bought_at" => "Enter where the license was bought: the name of the shop, the website or the partner.",
        "buyer_name" => "Enter the name of the person or organization that bought the license, as on the receipt.",
        "order_number" => "Enter the order number. It is in the mail about the order, near the top.",
        "buyer_email" | "order_email" => {
            "Enter the e-mail address that was given with the order: the order mail went there."
        }
        "missing" => "Name what is missing, and where the customer finds it.",
        "bought_on" => "Enter the date of purchase. It is on the receipt, or in the mail about the order.",
        "first_activated" => {
            "Enter the day and the approximate time of the first activation. The Licensing window shows the day."
        }
        "description" => "Describe what happened.",
        "topic" => "Choose what it is about.",
        "subject" => "Say in one line what it is about.",
        "message" => "Write your answer.",
        "note" => "Write the note.",
        "state" => "Choose where the case stands.",
        _ => "Fill this in.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_key_that_is_too_short_is_counted() {
        let told = sentence("license_key", &Fault::NotALicenseKey { entered: 31 });
        assert!(told.starts_with("A license key has 32 digits") && told.ends_with("You entered 31."), "{told}");
    }
}

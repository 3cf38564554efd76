//! The server functions of coming in and going out.

use leptos::prelude::*;

use super::ending::Left;
use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    super::{
        known_browser,
        next::{own_path, own_path_in_support},
        one_time_code, passkey, password, session,
    },
    crate::cx::{act, cx, in_even_time, refuse_with},
    crate::error::AppError,
    crate::paths,
    axum::http::{HeaderName, HeaderValue},
    domain::id::{PersonId, StaffId},
    domain::person::{Email, SignUp as Form, store},
    domain::staff::store as staff,
    domain::{Error, Fault, FieldError},
    leptos_axum::{ResponseOptions, redirect},
    session::Who,
};

/// The answer outside a deed, with its status.
#[cfg(feature = "ssr")]
fn answer<T>(answer: domain::Result<T>) -> Answer<T> {
    refuse_with(use_context::<ResponseOptions>(), answer.map_err(AppError::from))
}

/// Reads the sign-up form together with the password, so that all faults are told at once.
#[cfg(feature = "ssr")]
fn read_sign_up(email: &str, name: &str, office: &str, country: &str, password: &str) -> domain::Result<Form> {
    let judged = password::judge(password, &[name, email, office]);
    let fault = judged.err().map(|fault| FieldError { field: "password".to_owned(), fault });
    match (Form::read(email, name, office, country), fault) {
        (read, None) => read,
        (Ok(_), Some(fault)) => Err(Error::Invalid(vec![fault])),
        (Err(Error::Invalid(mut faults)), Some(fault)) => {
            faults.push(fault);
            Err(Error::Invalid(faults))
        }
        (Err(other), Some(_)) => Err(other),
    }
}

#[server(prefix = "/api", endpoint = "sign_up")]
pub async fn sign_up(email: String, name: String, office: String, country: String, password: String) -> Answer<()> {
    let form = answer(read_sign_up(&email, &name, &office, &country, &password))?;
    in_even_time(async {
        // hashed for an address in use as well
        let hash = answer(password::hash(&password).await)?;
        act(move |cx| store::for_sign_up(cx, form, hash)).await
    })
    .await?;
    redirect(paths::CHECK_MAIL);
    Ok(())
}

#[server(prefix = "/api", endpoint = "confirm_email")]
pub async fn confirm_email(token: String) -> Answer<()> {
    act(move |cx| store::for_confirming(cx, token)).await?;
    redirect(&format!("{}?confirmed=1", paths::SIGN_IN));
    Ok(())
}

#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Answer<()> {
    let (address, mark) = (email.clone(), known_browser::read());
    let credential = password::at_the_door(act(move |cx| store::for_sign_in(cx, address, mark))).await?;
    let kept = credential.as_ref().map(|credential| credential.password_hash.clone());
    let right = answer(password::matches(&password, kept).await)?;
    let Some(credential) = credential.filter(|_| right) else {
        password::at_the_door(act(store::refuse_sign_in)).await?;
        return answer(Err(Error::field("password", Fault::WrongPassword)));
    };
    if !credential.confirmed {
        let address = answer(Email::parse(&email).map_err(|fault| Error::field("email", fault)))?;
        act(move |cx| store::for_password_reset(cx, address)).await?;
        redirect(paths::CHECK_MAIL);
        return Ok(());
    }
    let (person, stamp) = (credential.person, credential.stamp);
    if credential.two_step {
        let half = session::Half::new(person, stamp, own_path(&next), cx()?.now);
        answer(session::begin_half(&session::current()?, &half).await)?;
        redirect(paths::SIGN_IN_CODE);
        return Ok(());
    }
    let mark = act(move |cx| store::sign_in(cx, credential, email)).await?;
    let begun = session::begin(&session::current()?, Who::Person(person), stamp, &cx()?).await;
    answer(begun)?;
    known_browser::write(&mark);
    redirect(own_path(&next));
    Ok(())
}

/// The second step: the one-time code, or a recovery code, after the password was right.
#[server(prefix = "/api", endpoint = "sign_in_by_code")]
pub async fn sign_in_by_code(#[server(default)] one_time_code: String) -> Answer<()> {
    let (session, here) = (session::current()?, cx()?);
    let Some(half) = answer(session::read_half(&session, here.now).await)? else {
        redirect(&format!("{}?late=1", paths::SIGN_IN));
        return Ok(());
    };
    let (person, stamp) = (half.person, half.stamp);
    let secret = act(move |cx| store::for_second_step(cx, person, stamp)).await?;
    let shown = one_time_code::proof(&secret, &one_time_code, here.now);
    let come = match shown {
        Ok(proof) => act(move |cx| store::for_sign_in_by_code(cx, person, stamp, proof)).await,
        Err(error) => answer(Err(error)),
    };
    if let Err(AppError::Deed(Error::Invalid(_))) = come {
        password::at_the_door(act(store::refuse_sign_in)).await?;
    }
    let mark = come?;
    answer(session::begin(&session, Who::Person(person), stamp, &here).await)?;
    known_browser::write(&mark);
    redirect(&half.next);
    Ok(())
}

/// What a passkey is asked to sign, as the browser takes it.
#[server(prefix = "/api", endpoint = "begin_passkey_sign_in")]
pub async fn begin_passkey_sign_in() -> Answer<String> {
    let (asked, state) = answer(passkey::ask(&cx()?.world.origin))?;
    let challenge = act(move |cx| store::for_passkey_try(cx, state)).await?;
    answer(session::ask_passkey(&session::current()?, challenge).await)?;
    Ok(asked)
}

/// Signs in by what a passkey has signed; it counts as both steps, since its device has made sure who holds it.
#[server(prefix = "/api", endpoint = "sign_in_by_passkey")]
pub async fn sign_in_by_passkey(passkey: String, #[server(default)] next: String) -> Answer<()> {
    let (session, here) = (session::current()?, cx()?);
    let signed = answer(passkey::read(&passkey))?;
    let asked = answer(session::asked_passkey(&session).await)?;
    let (person, credential) = (PersonId(signed.owner), signed.credential());
    let come = match act(move |cx| store::for_passkey(cx, asked, person, credential)).await {
        Ok(shown) => match passkey::check(&here.world.origin, &signed, &shown.state, &shown.key) {
            Ok((key, counter)) => {
                let stamp = shown.stamp;
                act(move |cx| store::for_sign_in_by_passkey(cx, shown, key, counter)).await.map(|mark| (stamp, mark))
            }
            Err(error) => answer(Err(error)),
        },
        Err(error) => Err(error),
    };
    if let Err(AppError::Deed(Error::Invalid(_))) = come {
        password::at_the_door(act(store::refuse_sign_in)).await?;
    }
    let (stamp, mark) = come?;
    answer(session::begin(&session, Who::Person(person), stamp, &here).await)?;
    known_browser::write(&mark);
    redirect(own_path(&next));
    Ok(())
}

/// How long the session lasts yet. An open page asks, so that it can warn; that is no use of the session.
#[server(prefix = "/api", endpoint = "get_session_end")]
pub async fn get_session_end() -> Answer<Left> {
    answer(session::left_of_request())
}

/// Puts the end of the session off. Like every request of somebody's it was a use of the session, so it tells what is left.
#[server(prefix = "/api", endpoint = "stay_signed_in")]
pub async fn stay_signed_in() -> Answer<Left> {
    answer(session::left_of_request())
}

#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Answer<()> {
    act(store::sign_out).await?;
    leave(paths::SIGN_IN).await
}

/// Ends the session and lets the browser forget what it kept of it.
#[cfg(feature = "ssr")]
async fn leave(to: &str) -> Answer<()> {
    answer(session::end(&session::current()?).await)?;
    if let Some(options) = use_context::<ResponseOptions>() {
        let forget = HeaderValue::from_static("\"cache\", \"storage\"");
        options.insert_header(HeaderName::from_static("clear-site-data"), forget);
    }
    redirect(to);
    Ok(())
}

/// The new address confirms the change; it signs in from now on.
#[server(prefix = "/api", endpoint = "confirm_email_change")]
pub async fn confirm_email_change(token: String) -> Answer<()> {
    act(move |cx| store::for_email_change(cx, token)).await?;
    redirect(&format!("{}?email=changed", paths::SIGN_IN));
    Ok(())
}

/// The old address stops the change, or takes it back.
#[server(prefix = "/api", endpoint = "stop_email_change")]
pub async fn stop_email_change(token: String) -> Answer<()> {
    let stopped = act(move |cx| store::for_email_stop(cx, token)).await?;
    let said = match stopped {
        store::Stopped::Before => "kept",
        store::Stopped::TakenBack => "back",
    };
    redirect(&format!("{}?email={said}", paths::SIGN_IN));
    Ok(())
}

#[server(prefix = "/api", endpoint = "ask_password_reset")]
pub async fn ask_password_reset(email: String) -> Answer<()> {
    let email = answer(Email::parse(&email).map_err(|fault| Error::field("email", fault)))?;
    in_even_time(act(move |cx| store::for_password_reset(cx, email))).await?;
    redirect(&format!("{}?for=reset", paths::CHECK_MAIL));
    Ok(())
}

#[server(prefix = "/api", endpoint = "set_password")]
pub async fn set_password(token: String, password: String) -> Answer<()> {
    let shown = token.clone();
    let own = act(move |cx| store::for_reset_link(cx, shown)).await?;
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    answer(password::judge(&password, &own).map_err(|fault| Error::field("password", fault)))?;
    let hash = answer(password::hash(&password).await)?;
    act(move |cx| store::for_new_password(cx, token, hash)).await?;
    redirect(&format!("{}?changed=1", paths::SIGN_IN));
    Ok(())
}

#[server(prefix = "/api", endpoint = "staff_sign_in")]
pub async fn staff_sign_in(
    email: String,
    password: String,
    #[server(default)] one_time_code: String,
    #[server(default)] next: String,
) -> Answer<()> {
    let address = email.clone();
    let credential = password::at_the_door(act(move |cx| staff::for_sign_in(cx, address))).await?;
    let kept = credential.as_ref().map(|credential| credential.password_hash.clone());
    let right = answer(password::matches(&password, kept).await)?;
    let here = cx()?;
    let right = credential.filter(|_| right);
    if let Some(newcomer) = right.as_ref().filter(|credential| !credential.enrolled) {
        let (id, stamp) = (newcomer.staff, newcomer.stamp);
        act(move |cx| staff::sign_in_to_enroll(cx, id, email)).await?;
        answer(session::begin(&session::current()?, Who::Staff(id), stamp, &here).await)?;
        redirect(paths::SUPPORT_FACTOR);
        return Ok(());
    }
    let come = right.and_then(|credential| {
        one_time_code::step(&credential.totp_secret, &one_time_code, here.now).map(|step| (credential, step))
    });
    let Some((credential, step)) = come else { return refuse_staff().await };
    let id = credential.staff;
    let admitted = act(move |cx| staff::sign_in(cx, id, email, step)).await;
    if let Err(AppError::Deed(Error::Invalid(_))) = admitted {
        return refuse_staff().await;
    }
    admitted?;
    answer(session::begin(&session::current()?, Who::Staff(id), credential.stamp, &here).await)?;
    redirect(own_path_in_support(&next));
    Ok(())
}

/// Signs in to support by what a passkey has signed; it counts as both factors, since its device has made sure who holds it.
#[server(prefix = "/api", endpoint = "staff_sign_in_by_passkey")]
pub async fn staff_sign_in_by_passkey(passkey: String) -> Answer<()> {
    let (session, here) = (session::current()?, cx()?);
    let signed = answer(passkey::read(&passkey))?;
    let asked = answer(session::asked_passkey(&session).await)?;
    let (id, credential) = (StaffId(signed.owner), signed.credential());
    let come = match act(move |cx| staff::for_staff_passkey(cx, asked, id, credential)).await {
        Ok(shown) => match passkey::check(&here.world.origin, &signed, &shown.state, &shown.key) {
            Ok((key, counter)) => {
                let stamp = shown.stamp;
                act(move |cx| staff::for_staff_sign_in_by_passkey(cx, shown, key, counter)).await.map(|()| stamp)
            }
            Err(error) => answer(Err(error)),
        },
        Err(error) => Err(error),
    };
    if let Err(AppError::Deed(Error::Invalid(_))) = come {
        act(staff::refuse_sign_in).await?;
    }
    answer(session::begin(&session, Who::Staff(id), come?, &here).await)?;
    redirect(paths::SUPPORT);
    Ok(())
}

/// The same answer for each of the three: it does not tell which of them was right.
#[cfg(feature = "ssr")]
async fn refuse_staff() -> Answer<()> {
    act(staff::refuse_sign_in).await?;
    answer(Err(Error::field("password", Fault::WrongPassword)))
}

#[server(prefix = "/api", endpoint = "staff_sign_out")]
pub async fn staff_sign_out() -> Answer<()> {
    act(staff::sign_out).await?;
    leave(paths::SUPPORT_SIGN_IN).await
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_a_sign_up_are_told_at_once() {
        let Err(Error::Invalid(faults)) = read_sign_up("anna", "", "", "", "short") else { panic!("accepted") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["email", "name", "office", "country", "password"]);
    }

    #[test]
    fn a_weak_password_alone_refuses_a_sign_up() {
        let read = read_sign_up("anna@harbor.example", "Anna Berg", "Harbor Dental", "NL", "short");
        assert!(matches!(read, Err(Error::Invalid(faults)) if faults.len() == 1 && faults[0].field == "password"));
    }
}

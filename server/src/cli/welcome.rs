//! What a starting server says to the person at the terminal.

use server::config::Config;

use super::opened::Opened;
use super::serving::Serving;
use super::stop::Stop;

pub async fn print(_: &Config, serving: &Serving, _: &Opened) -> Result<(), Stop> {
    println!("{}", serving.origin);
    Ok(())
}

//! `verify-activity`: checks what an office has taken along of its own record, without asking anybody.

use std::fs;
use std::path::Path;

use domain::chain::Paper;
use serde_json::json;

use crate::cli::VerifyActivityArgs;
use crate::failure::{Exit, Failure, Result};
use crate::terminal;

/// Checks the file, and an earlier one against it.
pub fn activity(args: &VerifyActivityArgs, as_json: bool) -> Result<()> {
    let paper = read(&args.file)?;
    let earlier = args.earlier.as_deref().map(read).transpose()?;
    let proven = paper.verify(args.key.as_deref()).map_err(|broken| refused(&args.file, &broken.to_string()))?;
    if let (Some(file), Some(earlier)) = (&args.earlier, &earlier) {
        earlier.verify(args.key.as_deref()).map_err(|broken| refused(file, &broken.to_string()))?;
        paper.follows(earlier).map_err(|broken| refused(&args.file, &broken.to_string()))?;
    }
    if as_json {
        terminal::say_json(&json!({ "proven": proven, "follows_earlier": earlier.is_some() }));
        return Ok(());
    }
    let count = proven.events - proven.left_out;
    let mut text = format!("The record holds: {count} events, unchanged, complete and in their order.");
    if proven.left_out > 0 {
        text += &format!("\nThe {} oldest events of the office are not in this file.", proven.left_out);
    }
    text += &format!("\nHead:      {}\nSigned at: {}\nKey:       {}", proven.head, proven.at, proven.key);
    if earlier.is_some() {
        text += "\nThe earlier file tells the same past.";
    }
    if args.key.is_none() {
        text += "\nCompare the key with the one on the Activity page, or name it with --key.";
    }
    terminal::say(&text);
    Ok(())
}

fn read(file: &Path) -> Result<Paper> {
    let text = fs::read(file).map_err(|error| {
        Failure::new(Exit::Input, format!("{} can't be read: {error}.", file.display()))
            .advice("Name the file that was downloaded.")
    })?;
    serde_json::from_slice(&text).map_err(|_| {
        Failure::new(Exit::Input, format!("{} is not a signed record of activity.", file.display()))
            .advice("Download it from the Activity page, and do not save it in another form.")
    })
}

fn refused(file: &Path, why: &str) -> Failure {
    Failure::new(Exit::Refused, format!("{} does not hold: {why}.", file.display()))
        .advice("Download it again. If it still does not hold, keep both files and ask the vendor for an explanation.")
}

//! The chores of this repository that cargo has no command for: packing the front end, proving what the browser gets,
//! and keeping the query data of `.sqlx/` true to the migrations.

mod bindgen;
mod cargo;
mod css;
mod deps;
mod front;
mod pack;
mod queries;
mod scratch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of this repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the front end and lay out the folder that the server serves
    Front {
        /// The folder to make; target/site unless told
        #[arg(long)]
        out: Option<PathBuf>,
        /// Compress fast rather than small
        #[arg(long)]
        quick: bool,
    },
    /// Prove that no server crate reaches the browser and that no program is built for tests
    Deps,
    /// Regenerate .sqlx/ from the migrations, in a database made for it on the server of DATABASE_URL
    Sqlx {
        /// Change nothing, fail when .sqlx/ differs
        #[arg(long)]
        check: bool,
    },
    /// Print what a first visit downloads
    Sizes {
        /// The folder to measure; target/site unless told
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Front { out, quick } => front::build(out, quick),
        Chore::Deps => deps::prove(),
        Chore::Sqlx { check } => queries::prepare(check),
        Chore::Sizes { out } => front::print_sizes(out),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

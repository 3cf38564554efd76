//! A database for one run, made from the migrations of this checkout: what the queries are checked against is never an
//! older or a half-changed schema.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Result, pack};

/// Dropped together with this value.
pub struct Scratch {
    server: String,
    name: String,
    psql: PathBuf,
}

impl Scratch {
    /// Makes the database on the server that `address` leads to and migrates it.
    pub fn migrated(address: &str, migrations: &Path) -> Result<Self> {
        let name = format!("latchkey_queries_{}", std::process::id());
        let scratch = Self { server: address.to_owned(), name, psql: find_psql()? };
        scratch.psql(address, &["-c", &format!("create database {}", scratch.name)])?;
        for file in pack::files_under(migrations)? {
            if file.extension().is_some_and(|kind| kind == "sql") {
                scratch.psql(&scratch.address()?, &["-f", &file.to_string_lossy()])?;
            }
        }
        Ok(scratch)
    }

    /// The server's address with this database's name in it.
    pub fn address(&self) -> Result<String> {
        with_database(&self.server, &self.name)
            .ok_or_else(|| "DATABASE_URL is not of the form postgres://user:password@host:port/database".into())
    }

    fn psql(&self, address: &str, arguments: &[&str]) -> Result<()> {
        let status = Command::new(&self.psql)
            .args(["--no-psqlrc", "--quiet", "--no-password", "--set", "ON_ERROR_STOP=1", "--dbname", address])
            .args(arguments)
            .stdin(Stdio::null())
            .status()?;
        if status.success() { Ok(()) } else { Err(format!("psql {} ended with {status}", arguments.join(" ")).into()) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) =
            self.psql(&self.server, &["-c", &format!("drop database if exists {} with (force)", self.name)])
        {
            eprintln!("xtask: {} is left over: {error}", self.name);
        }
    }
}

fn with_database(address: &str, name: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{scheme}://{host}/{name}{query}"))
}

/// On PATH, or where Debian keeps each version's programs.
fn find_psql() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    std::env::split_paths(&path)
        .chain(debian.map(|version| version.path().join("bin")))
        .map(|folder| folder.join("psql"))
        .find(|program| program.is_file())
        .ok_or_else(|| "psql is missing; script/bootstrap installs it with postgresql".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_an_address_changes() {
        for (address, changed) in [
            (
                "postgres://me:secret@127.0.0.1:5433/latchkey?sslmode=disable",
                "postgres://me:secret@127.0.0.1:5433/x?sslmode=disable",
            ),
            ("postgres://localhost", "postgres://localhost/x"),
            ("postgres:///latchkey?host=/run/postgresql", "postgres:///x?host=/run/postgresql"),
        ] {
            assert_eq!(with_database(address, "x").as_deref(), Some(changed));
        }
        assert_eq!(with_database("latchkey", "x"), None);
    }
}

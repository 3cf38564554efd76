//! The real program: started, killed and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::office::KEY;

/// A running server; it ends with this value.
pub struct Served {
    child: Child,
    /// Kept open, so that the server can say what it wants.
    _said: BufReader<ChildStdout>,
    pub address: String,
}

impl Served {
    /// Starts the server on a data folder, with this database or with one of its own.
    pub fn start(data: &Path, database: Option<&str>) -> Self {
        Self::start_with(data, database, &[])
    }

    /// As `start`, with these variables set.
    pub fn start_with(data: &Path, database: Option<&str>, variables: &[(&str, &str)]) -> Self {
        let site = data.join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("hash.txt"), "js: x\nwasm: x\ncss: x\n").unwrap();
        for file in ["favicon.svg", "logo.svg", "robots.txt"] {
            std::fs::write(site.join(file), file).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]);
        command.arg("--data").arg(data).arg("--site").arg(site);
        command.env_remove("DATABASE_URL").env("LATCHKEY_KEY", STANDARD.encode(KEY)).env("LATCHKEY_LOG", "off");
        command.envs(variables.iter().copied());
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the server ended: {:?}", child.wait());
            if let Some((_, address)) = line.trim().split_once("http://") {
                break address.to_owned();
            }
        };
        Self { child, _said: said, address }
    }

    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

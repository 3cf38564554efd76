//! What a running server notes in its data folder for the other commands: where people reach it, where mail lands.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use server::config::DataConfig;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    pub origin: String,
    pub mail_dir: PathBuf,
}

impl Serving {
    /// Notes it, whole or not at all.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, data: &Path) -> io::Result<()> {
        let aside = data.join("serving.json.new");
        std::fs::write(&aside, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(aside, path(data))
    }

    /// What the last server on this folder noted.
    pub fn read(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(data)).ok()?).ok()
    }
}

/// The address people use: as set, as the last server on this folder noted, or the usual one.
pub fn origin(config: &DataConfig) -> String {
    config
        .origin
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| Serving::read(&config.data).map(|serving| serving.origin))
        .unwrap_or_else(|| "http://127.0.0.1:3000".to_owned())
}

fn path(data: &Path) -> PathBuf {
    data.join("serving.json")
}

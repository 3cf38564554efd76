//! Compressed companions: beside every file that shrinks lie a `.br` and a `.gz`, so the server never compresses at run time.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Result;

const SHRINKS: [&str; 10] = ["wasm", "js", "css", "svg", "html", "json", "txt", "xml", "webmanifest", "ico"];

/// How hard to try.
#[derive(Clone, Copy)]
pub struct Effort {
    pub brotli: u32,
    pub gzip: u32,
}

/// Compresses every file under `folder` whose kind shrinks, largest first, on all cores.
pub fn compress_all(folder: &Path, effort: Effort) -> Result<()> {
    let mut files: Vec<(u64, PathBuf)> = Vec::new();
    for path in files_under(folder)? {
        if path.extension().is_some_and(|kind| SHRINKS.iter().any(|shrinks| kind == *shrinks)) {
            files.push((fs::metadata(&path)?.len(), path));
        }
    }
    files.sort();
    let queue = std::sync::Mutex::new(files);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let next = queue.lock().map_err(|_| "another compression failed")?.pop();
                        let Some((_, path)) = next else { return Ok(()) };
                        compress(&path, effort)?;
                    }
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a compression stopped early")?)
    })
}

fn compress(path: &Path, effort: Effort) -> Result<()> {
    let plain = fs::read(path)?;

    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: effort.brotli as i32,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &parameters)?;
    fs::write(with_suffix(path, "br"), brotli)?;

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(effort.gzip));
    gzip.write_all(&plain)?;
    fs::write(with_suffix(path, "gz"), gzip.finish()?)?;
    Ok(())
}

/// `name.js` → `name.js.br`.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// Every file below a folder, in one order on every machine.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

//! Keeps one database process running: starts it again when it ends unasked, and ends it when asked.

use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How often a database that keeps ending at once is started again: after a crash it can take some seconds until the
/// old processes have let go of the shared memory.
const RESTARTS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(500);

/// A database process and the thread that started it.
///
/// The kernel ends the process together with the thread that started it, so that thread lives as long as the process.
#[derive(Debug)]
pub struct Keeper {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    pid: Mutex<Option<Pid>>,
    stopping: AtomicBool,
    restarts: AtomicBool,
}

impl Keeper {
    /// Starts the process; it is started again only after [`Keeper::keep_running`].
    pub fn start(mut command: Command) -> io::Result<Self> {
        let state = Arc::new(State::default());
        let (started, first) = mpsc::channel();
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("postgres".to_owned()).spawn(move || {
            let mut quick_ends = 0;
            loop {
                let since = Instant::now();
                let spawned = command.spawn();
                let failed = spawned.as_ref().err().map(|error| io::Error::new(error.kind(), error.to_string()));
                if let Ok(mut child) = spawned {
                    shared.set_pid(i32::try_from(child.id()).ok().and_then(Pid::from_raw));
                    let _ = started.send(Ok(()));
                    let ended = child.wait();
                    shared.set_pid(None);
                    if shared.stopping.load(Ordering::SeqCst) || !shared.restarts.load(Ordering::SeqCst) {
                        return;
                    }
                    tracing::error!(?ended, "the private database ended by itself and is started again");
                } else if let Some(error) = failed
                    && started.send(Err(error)).is_ok()
                    && !shared.restarts.load(Ordering::SeqCst)
                {
                    return;
                }
                quick_ends = if since.elapsed() < Duration::from_secs(5) { quick_ends + 1 } else { 0 };
                if quick_ends > RESTARTS {
                    tracing::error!("the private database does not stay up: see postgres.log in the data folder");
                    return;
                }
                std::thread::sleep(PAUSE);
                if shared.stopping.load(Ordering::SeqCst) {
                    return;
                }
            }
        })?;
        let keeper = Self { state, thread: Some(thread) };
        first.recv().map_err(|_| io::Error::other("its thread ended"))??;
        Ok(keeper)
    }

    /// From now on the process is started again when it ends unasked.
    pub fn keep_running(&self) {
        self.state.restarts.store(true, Ordering::SeqCst);
    }

    /// The process, while it runs.
    pub fn pid(&self) -> Option<i32> {
        self.state.pid().map(|pid| pid.as_raw_nonzero().get())
    }

    /// Whether the process has ended and is not started again.
    pub fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the process: politely (its sessions are cut, its data is written) or at once, and waits for it.
    pub fn stop(&mut self, at_once: bool) {
        self.state.stopping.store(true, Ordering::SeqCst);
        let Some(thread) = self.thread.take() else { return };
        let asked = Instant::now();
        let mut signal = if at_once { Signal::QUIT } else { Signal::INT };
        self.state.signal(signal);
        while !thread.is_finished() {
            let patience = if signal == Signal::INT { 10 } else { 15 };
            if asked.elapsed() > Duration::from_secs(patience) {
                signal = if signal == Signal::INT { Signal::QUIT } else { Signal::KILL };
                self.state.signal(signal);
                if signal == Signal::KILL {
                    break;
                }
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = thread.join();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop(false);
    }
}

impl State {
    fn pid(&self) -> Option<Pid> {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_pid(&self, pid: Option<Pid>) {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill_process(pid, signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Command {
        let mut command = Command::new("sleep");
        command.arg("600");
        command
    }

    #[test]
    fn a_kept_process_that_is_killed_is_started_again() {
        let mut keeper = Keeper::start(sleeper()).unwrap();
        keeper.keep_running();
        let first = keeper.pid().unwrap();
        keeper.state.signal(Signal::KILL);
        let until = Instant::now() + Duration::from_secs(20);
        while keeper.pid().is_none_or(|pid| pid == first) {
            assert!(Instant::now() < until, "not started again");
            std::thread::sleep(Duration::from_millis(10));
        }
        keeper.stop(false);
        assert_eq!(keeper.pid(), None);
        assert!(keeper.has_ended());
    }

    #[test]
    fn a_program_that_is_missing_is_an_error_at_once() {
        assert!(Keeper::start(Command::new("/nonexistent/postgres")).is_err());
    }
}

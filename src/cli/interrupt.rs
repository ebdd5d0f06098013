//! Ctrl-C: the first one lets a crawl finish what it can, the second one ends it.

use std::future::Future;
use std::io::Write;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::crawl::Stop;

/// Runs `work` to its end; `None` when it was interrupted twice. Dropping the work ends
/// browser and driver with it.
pub(super) fn run<T, F: Future<Output = T>>(work: impl FnOnce(Stop) -> F) -> Result<Option<T>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let mut signals = Signals::listen().context("cannot listen for Ctrl-C")?;
        let stop = Stop::new();
        let work = work(stop.clone());
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return Ok(Some(done)),
            () = signals.next() => stop.press(),
        }
        let note = "stopping: keeping what was captured (once more to end at once)";
        // Where nobody reads the note, the run ends all the same.
        drop(writeln!(std::io::stderr(), "{note}"));
        tokio::select! {
            done = &mut work => Ok(Some(done)),
            () = signals.next() => Ok(None),
        }
    })
}

/// Sent, and deadly, when a file grows beyond `ulimit -f`.
const SIGXFSZ: i32 = nix::libc::SIGXFSZ;

/// Ctrl-C, the polite kill of a CI system, and the end of the terminal.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    /// A file that grows beyond the limit of the shell: writing fails instead.
    _too_large: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self {
            interrupt,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            _too_large: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

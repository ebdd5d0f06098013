//! What a process and all below it used, read from `/proc` a few times a second.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Kernel ticks a second, on every Linux that runs browsers.
const TICKS: f64 = 100.0;

/// What was used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// CPU seconds of the process itself.
    pub(crate) tool_s: f64,
    /// CPU seconds of all below it.
    pub(crate) browser_s: f64,
    /// The most memory of the process itself, in MB.
    pub(crate) tool_peak_mb: f64,
}

/// Watches until it is ended.
pub(crate) struct Watch {
    root: u32,
    seen: Arc<Mutex<(Usage, bool)>>,
    thread: std::thread::JoinHandle<()>,
}

/// Watches a process and all below it.
pub(crate) fn watch(root: u32) -> Watch {
    let seen = Arc::new(Mutex::new((Usage::default(), false)));
    let shared = Arc::clone(&seen);
    let thread = std::thread::spawn(move || {
        loop {
            let now = read(root);
            let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
            state.0 = most(state.0, now);
            if state.1 {
                return;
            }
            drop(state);
            std::thread::sleep(Duration::from_millis(150));
        }
    });
    Watch { root, seen, thread }
}

impl Watch {
    /// All that was used by a process that has ended.
    pub(crate) fn end(self) -> Usage {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        drop(self.thread.join());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// What was used so far by a process that is below this one and goes on: all of it is
    /// the browser's.
    pub(crate) fn sample(self) -> Usage {
        let last = read(self.root);
        let seen = most(self.end(), last);
        Usage { browser_s: seen.browser_s + seen.tool_s, tool_s: 0.0, ..seen }
    }
}

fn most(a: Usage, b: Usage) -> Usage {
    Usage {
        tool_s: a.tool_s.max(b.tool_s),
        browser_s: a.browser_s.max(b.browser_s),
        tool_peak_mb: a.tool_peak_mb.max(b.tool_peak_mb),
    }
}

/// One process: its parent, its own time, and that of its children that have ended.
struct Process {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn read(root: u32) -> Usage {
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(process) = process(id) {
            processes.insert(id, process);
        }
    }
    let is_below = |id: u32| {
        let mut at = id;
        for _ in 0..64 {
            match processes.get(&at) {
                Some(process) if process.parent == root => return true,
                Some(process) if process.parent > 1 => at = process.parent,
                _ => return false,
            }
        }
        false
    };
    let below = processes.iter().filter(|(id, _)| is_below(**id));
    let below: f64 = below.map(|(_, process)| process.own + process.ended_children).sum();
    let (own, ended) = processes.get(&root).map_or((0.0, 0.0), |p| (p.own, p.ended_children));
    Usage { tool_s: own, browser_s: below + ended, tool_peak_mb: peak_mb(root) }
}

fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        own: (ticks(11)? + ticks(12)?) / TICKS,
        ended_children: (ticks(13)? + ticks(14)?) / TICKS,
    })
}

fn peak_mb(id: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kb.unwrap_or_default() / 1024.0
}

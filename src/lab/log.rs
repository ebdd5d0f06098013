//! What the example site received, exactly and in order of arrival: the ground
//! truth that a capture is compared with.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::model::Header;

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Place in the order of arrival, counted from 1.
    pub number: u64,
    /// Milliseconds from the start of the site.
    pub time_ms: u64,
    /// Which of the two ports it came in on.
    pub scheme: Scheme,
    /// Host that was asked for, lower case, without port.
    pub host: String,
    /// HTTP method.
    pub method: String,
    /// Path with query, as sent.
    pub path_and_query: String,
    /// Headers, names lower case.
    pub headers: Vec<Header>,
    /// The body; empty until all of it has arrived.
    pub body: Vec<u8>,
    /// The body ended as its sender said it would, rather than being cut off.
    pub complete: bool,
    /// Messages of a WebSocket, both ways, in order.
    pub messages: Vec<Message>,
}

impl Received {
    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }

    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|h| h.name == name).map(|h| h.value.as_str())
    }
}

/// The two ports of the example site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Plain text.
    Http,
    /// TLS with the throwaway certificate.
    Https,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// One WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// It came from the page; otherwise the site sent it.
    pub from_page: bool,
    /// It was a binary message.
    pub binary: bool,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// The requests so far.
#[derive(Debug)]
pub(super) struct Log {
    started: Instant,
    entries: Mutex<Entries>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    rows: Vec<Received>,
}

impl Log {
    pub(super) fn new() -> Self {
        let changed = watch::Sender::new(0);
        Self { started: Instant::now(), entries: Mutex::default(), changed }
    }

    /// Adds a request and returns its number.
    pub(super) fn arrived(&self, mut row: Received) -> u64 {
        let mut entries = self.lock();
        entries.next += 1;
        row.number = entries.next;
        row.time_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        entries.rows.push(row);
        let number = entries.next;
        drop(entries);
        self.changed.send_modify(|changes| *changes += 1);
        number
    }

    /// Changes a request that has arrived, if it was not cleared away since.
    pub(super) fn update(&self, number: u64, change: impl FnOnce(&mut Received)) {
        let mut entries = self.lock();
        if let Ok(index) = entries.rows.binary_search_by_key(&number, |row| row.number) {
            change(&mut entries.rows[index]);
        }
        drop(entries);
        self.changed.send_modify(|changes| *changes += 1);
    }

    pub(super) fn rows(&self) -> Vec<Received> {
        self.lock().rows.clone()
    }

    pub(super) fn clear(&self) {
        self.lock().rows.clear();
    }

    /// Waits until the rows satisfy the test; `false` when time ran out first.
    pub(super) async fn wait(&self, most: Duration, test: impl Fn(&[Received]) -> bool) -> bool {
        let mut changes = self.changed.subscribe();
        let satisfied = async {
            while !test(&self.lock().rows) {
                if changes.changed().await.is_err() {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(most, satisfied).await.unwrap_or(false)
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // A panicking test must not hide what arrived.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

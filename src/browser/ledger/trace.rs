//! The netlog as a trace on the DevTools socket (category `netlog`): the way through a
//! grid, where no file of the browser can be read. It costs the browser half as much CPU
//! again as loading the page, and comes only when it has ended.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Alive, Ledger, StartJob};

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    params: Chunk<'a>,
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    value: Vec<TraceEvent<'a>>,
}

#[derive(Deserialize)]
struct TraceEvent<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    ph: Cow<'a, str>,
    /// Microseconds.
    #[serde(default)]
    ts: f64,
    #[serde(default)]
    pid: u64,
    #[serde(borrow, default)]
    id2: Option<LocalId<'a>>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct LocalId<'a> {
    /// A number such as `0x4`.
    #[serde(borrow, default)]
    local: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Args<P> {
    params: P,
}

impl Ledger {
    /// Reads one `Tracing.dataCollected` message.
    pub(in crate::browser) fn read_trace(&mut self, message: &str) {
        let Ok(message) = serde_json::from_str::<Message<'_>>(message) else {
            self.unreadable += 1;
            return;
        };
        for event in message.params.value {
            let Some(number) = event.id2.and_then(|id| number(&id.local)) else { continue };
            let (source, time_s) = ((event.pid, number), event.ts / 1e6);
            match (&*event.name, &*event.ph) {
                ("REQUEST_ALIVE", "b") => self.alive(source, params::<Alive>(event.args)),
                ("URL_REQUEST_START_JOB", "b") => match params::<StartJob>(event.args) {
                    Some(job) => self.start(source, time_s, job),
                    None => self.unreadable += 1,
                },
                ("HTTP_STREAM_REQUEST", "b") => self.connects(source),
                _ => {}
            }
        }
    }
}

fn number(local: &str) -> Option<u64> {
    u64::from_str_radix(local.strip_prefix("0x")?, 16).ok()
}

fn params<'a, P: Deserialize<'a>>(args: Option<&'a RawValue>) -> Option<P> {
    Some(serde_json::from_str::<Args<P>>(args?.get()).ok()?.params)
}

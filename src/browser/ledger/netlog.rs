//! The netlog as Chromium writes it (`--log-net-log`), read from a pipe while the browser
//! runs: one event a line, nothing on any disk, and what was told before a crash is there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::stat::Mode;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::{Alive, Ledger, StartJob};
use crate::browser::cdp::lock;

/// Longer lines are not read: an address has at most 2 MB.
const LONGEST_LINE: u64 = 16 << 20;
/// How long reading may go on when the browser is gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pipe's name in its folder.
const FILE: &str = "netlog";
/// The phase of an event that begins something.
const BEGIN: u64 = 1;

/// The pipe of one browser, and who reads it.
#[derive(Debug)]
pub(in crate::browser) struct Pipe {
    path: PathBuf,
    /// Told by the reader at its end: whether the log was whole.
    read: oneshot::Receiver<bool>,
    /// An end to write to: as long as it is there the reader waits for more.
    open: File,
}

impl Pipe {
    /// Makes the pipe in a folder and reads all that comes into the ledger.
    pub(in crate::browser) fn new(folder: &Path, ledger: Arc<Mutex<Ledger>>) -> io::Result<Self> {
        let path = folder.join(FILE);
        nix::unistd::mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        let from = path.clone();
        let (tell, told) = oneshot::channel();
        std::thread::Builder::new().name("netlog".to_owned()).spawn(move || {
            let whole = File::open(from).is_ok_and(|pipe| read(BufReader::new(pipe), &ledger));
            // Nobody may wait for it any more.
            tell.send(whole).ok();
        })?;
        let open = File::options().write(true).open(&path)?;
        Ok(Self { path, read: told, open })
    }

    /// Where the browser is to write.
    pub(in crate::browser) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until the browser, which must have ended, has told everything; whether it
    /// told it to the end.
    pub(in crate::browser) async fn ended(self) -> bool {
        drop(self.open);
        matches!(tokio::time::timeout(PATIENCE, self.read).await, Ok(Ok(true)))
    }
}

#[derive(Deserialize)]
struct Head {
    constants: Constants,
}

#[derive(Deserialize)]
struct Constants {
    #[serde(rename = "logEventTypes")]
    types: Types,
}

/// The numbers of the events that matter; each version has its own.
#[derive(Deserialize)]
struct Types {
    #[serde(rename = "REQUEST_ALIVE")]
    alive: u64,
    #[serde(rename = "URL_REQUEST_START_JOB")]
    start: u64,
    #[serde(rename = "HTTP_STREAM_REQUEST")]
    connects: u64,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    phase: u64,
    source: Numbered,
    /// Milliseconds.
    time: &'a str,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

/// Reads to the end; whether the end was the log's own.
fn read(mut pipe: impl BufRead, ledger: &Mutex<Ledger>) -> bool {
    let mut line = Vec::new();
    let Some(types) = next_line(&mut pipe, &mut line).and_then(head) else { return false };
    while let Some(line) = next_line(&mut pipe, &mut line) {
        // Events end here; what follows is the state of the network stack.
        if line.starts_with(b"]") {
            // The browser is not to be held up by a full pipe.
            return io::copy(&mut pipe, &mut io::sink()).is_ok();
        }
        note(line, &types, ledger);
    }
    false
}

fn next_line<'l>(pipe: &mut impl BufRead, line: &'l mut Vec<u8>) -> Option<&'l [u8]> {
    line.clear();
    let read = pipe.by_ref().take(LONGEST_LINE).read_until(b'\n', line).ok()?;
    (read > 0).then_some(line)
}

fn head(line: &[u8]) -> Option<Types> {
    // The whole log is one object; its first line is the first member.
    let mut object = line.trim_ascii_end().strip_suffix(b",")?.to_vec();
    object.push(b'}');
    Some(serde_json::from_slice::<Head>(&object).ok()?.constants.types)
}

fn note(line: &[u8], types: &Types, ledger: &Mutex<Ledger>) {
    let line = line.trim_ascii_end();
    let line = line.strip_suffix(b",").unwrap_or(line);
    // Most events are of other kinds; the kind stands at the end.
    let Some(kind) = kind(line).filter(|k| [types.alive, types.start, types.connects].contains(k))
    else {
        return;
    };
    let event = serde_json::from_slice::<Event<'_>>(line).ok();
    let time_ms = event.as_ref().and_then(|event| event.time.parse::<f64>().ok());
    let mut ledger = lock(ledger);
    let (Some(event), Some(time_ms)) = (event, time_ms) else {
        ledger.unreadable += 1;
        return;
    };
    let (source, time_s) = ((0, event.source.id), time_ms / 1000.0);
    ledger.reaches(time_s);
    if event.phase == BEGIN && kind == types.alive {
        ledger.alive(source, params::<Alive>(event.params));
    } else if kind == types.alive {
        ledger.over(source);
    } else if event.phase == BEGIN && kind == types.connects {
        ledger.connects(source);
    } else if event.phase == BEGIN {
        match params::<StartJob>(event.params) {
            Some(job) => ledger.start(source, time_s, job),
            None => ledger.unreadable += 1,
        }
    }
}

/// The number in `…,"type":136}`.
fn kind(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"}")?;
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, number) = line.split_at(line.len() - digits);
    before.ends_with(b"\"type\":").then(|| std::str::from_utf8(number).ok()?.parse().ok())?
}

fn params<'a, P: Deserialize<'a>>(params: Option<&'a RawValue>) -> Option<P> {
    serde_json::from_str(params?.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::TabId;
    use crate::browser::ledger::TabAccount;

    const HEAD: &str = r#"{"constants":{"logEventTypes":{"OTHER":1,"REQUEST_ALIVE":2,"URL_REQUEST_START_JOB":136,"HTTP_STREAM_REQUEST":182}},
"events": [
"#;
    const KEY: &str = "https://clinic.example https://clinic.example";
    const TAIL: &str = "],\n\"polledData\": [{}]\n}\n";

    fn event(id: u64, kind: u64, phase: u64, params: &str) -> String {
        format!(
            r#"{{"params":{{{params}}},"phase":{phase},"source":{{"id":{id},"start_time":"1","type":1}},"time":"100500","type":{kind}}},{}"#,
            "\n"
        )
    }

    fn request(id: u64, url: &str) -> String {
        let job = format!(r#""method":"GET","network_isolation_key":"{KEY}","url":"{url}""#);
        event(id, 2, 1, r#""traffic_annotation":5"#)
            + &event(id, 136, 1, &job)
            + &event(id, 1, 0, r#""any":1"#)
            + &event(id, 182, 1, "")
            + &event(id, 2, 2, "")
    }

    fn read_all(log: &str) -> (bool, Ledger) {
        let ledger = Mutex::default();
        let is_whole = read(BufReader::new(log.as_bytes()), &ledger);
        (is_whole, ledger.into_inner().unwrap())
    }

    #[test]
    fn every_request_of_the_log_counts() {
        let log = HEAD.to_owned() + &request(7, "https://t.example/p") + TAIL;
        let (is_whole, mut ledger) = read_all(&log);
        assert!(is_whole);
        assert!((ledger.reaches_s() - 100.5).abs() < 0.001);
        ledger.ended(TabAccount::new(TabId(1), 100.0, Some(100.0), 5.0, &[]));
        let coverage = ledger.close().coverage.remove(&TabId(1)).unwrap();
        assert_eq!((coverage.ledger, coverage.missing.len()), (Some(1), 1));
        assert_eq!(coverage.missing[0].url, "https://t.example/p");
    }

    #[test]
    fn a_log_that_is_cut_off_is_read_as_far_as_it_goes_and_is_not_whole() {
        let log = HEAD.to_owned() + &request(7, "https://t.example/p");
        for cut in [log.len(), log.len() - 30] {
            let (is_whole, mut ledger) = read_all(&log[..cut]);
            assert!(!is_whole);
            ledger.ended(TabAccount::new(TabId(1), 100.0, Some(100.0), 5.0, &[]));
            assert_eq!(ledger.close().coverage[&TabId(1)].missing.len(), 1);
        }
        assert!(!read_all("").0);
        assert!(!read_all("no log\n").0);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told() {
        let broken = r#"{"phase":1,"source":{"id":true},"time":"x","type":136},"#;
        let (_, mut ledger) = read_all(&format!("{HEAD}{broken}\n{TAIL}"));
        assert_eq!(ledger.close().gaps.len(), 1);
    }

    #[tokio::test]
    async fn a_browser_that_never_wrote_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = Pipe::new(folder.path(), Arc::default()).unwrap();
        assert!(!pipe.ended().await);
    }
}

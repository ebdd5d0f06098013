//! Who wrote cookies and storage, and who called fingerprinting interfaces: reports
//! of a script that runs before the page's. The page can forge them, so they are
//! bounded and parsed as anything hostile.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cut;
use crate::browser::ScriptMessage;
use crate::model::{FingerprintCall, StackFrame, StorageArea, StorageWrite};

/// See the script's head.
pub(super) const SCRIPT: &str = include_str!("watch.js");

const WRITES_LIMIT: usize = 2_000;
const CALLS_LIMIT: usize = 500;
const STACK_LIMIT: usize = 10;

/// What was watched.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// Writes in order.
    pub(super) writes: Vec<StorageWrite>,
    /// Calls in order of the first.
    pub(super) fingerprinting: Vec<FingerprintCall>,
}

/// One report.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReport {
    kind: Kind,
    name: String,
    detail: String,
    count: u32,
    stack: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Write,
    Call,
}

/// Reads the reports; what is not one is passed over.
pub(super) fn collect(messages: &[ScriptMessage]) -> Watched {
    let mut watched = Watched::default();
    let mut calls: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for message in messages {
        let Ok(raw) = serde_json::from_str::<RawReport>(&message.payload) else { continue };
        let stack = stack(&raw.stack);
        match raw.kind {
            Kind::Write if raw.count == 1 && watched.writes.len() < WRITES_LIMIT => {
                let Some(area) = area(&raw.name) else { continue };
                watched.writes.push(StorageWrite {
                    area,
                    key: cut(&raw.detail, 200),
                    frame: cut(&message.frame, 2_000),
                    time_ms: message.time_ms,
                    stack,
                });
            }
            Kind::Write => {}
            Kind::Call => {
                let script = stack.first().map(|frame| frame.url.clone()).unwrap_or_default();
                let key = (raw.name.clone(), script, message.frame.clone());
                if let Some(at) = calls.get(&key) {
                    let call = &mut watched.fingerprinting[*at];
                    call.count = call.count.max(raw.count);
                } else if watched.fingerprinting.len() < CALLS_LIMIT {
                    calls.insert(key, watched.fingerprinting.len());
                    watched.fingerprinting.push(FingerprintCall {
                        interface: cut(&raw.name, 100),
                        count: raw.count,
                        frame: cut(&message.frame, 2_000),
                        time_ms: message.time_ms,
                        stack,
                    });
                }
            }
        }
    }
    watched
}

fn area(name: &str) -> Option<StorageArea> {
    Some(match name {
        "cookie" => StorageArea::Cookie,
        "local" => StorageArea::Local,
        "session" => StorageArea::Session,
        "indexed-db" => StorageArea::IndexedDb,
        _ => return None,
    })
}

/// A stack as V8 prints it: `    at name (address:line:column)`, or without the name.
fn stack(text: &str) -> Vec<StackFrame> {
    text.lines().take(STACK_LIMIT).filter_map(frame).collect()
}

fn frame(line: &str) -> Option<StackFrame> {
    let line = line.trim().strip_prefix("at ")?;
    let line = line.strip_prefix("async ").unwrap_or(line);
    let (function, place) = match line.strip_suffix(')').and_then(|l| l.rsplit_once(" (")) {
        Some((function, place)) => (function, place),
        None => ("", line),
    };
    let (rest, column) = place.rsplit_once(':')?;
    let (url, line) = rest.rsplit_once(':')?;
    Some(StackFrame {
        function: cut(function, 200),
        url: cut(url, 2_000),
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(payload: &str) -> ScriptMessage {
        ScriptMessage {
            frame: "https://clinic.example/".into(),
            time_ms: 5.0,
            payload: payload.into(),
        }
    }

    #[test]
    fn writes_and_calls_are_told_with_their_script() {
        let stack = r"    at set (https://cdn.example/a.js:3:14)\n    at https://clinic.example/:9:2\n    at <anonymous>";
        let report = |kind: &str, name: &str, count: u32| {
            message(&format!(
                r#"{{"kind":"{kind}","name":"{name}","detail":"_ga","count":{count},"stack":"{stack}"}}"#
            ))
        };
        let watched = collect(&[
            report("write", "cookie", 1),
            report("write", "cookie", 2),
            report("call", "HTMLCanvasElement.toDataURL", 1),
            report("call", "HTMLCanvasElement.toDataURL", 8),
            report("other", "x", 1),
            message("nonsense"),
        ]);
        assert_eq!(watched.writes.len(), 1);
        assert_eq!(watched.writes[0].key, "_ga");
        let stack = &watched.writes[0].stack;
        assert_eq!(stack.len(), 2);
        assert_eq!((&*stack[0].function, &*stack[0].url), ("set", "https://cdn.example/a.js"));
        assert_eq!((stack[1].line, stack[1].column), (9, 2));
        assert_eq!(watched.fingerprinting.len(), 1);
        assert_eq!(watched.fingerprinting[0].count, 8);
    }

    proptest! {
        #[test]
        fn forged_reports_never_panic(payload in ".*", stack in "(at |\\(|\\)|:|[a-z0-9]|\\PC)*") {
            collect(&[message(&payload)]);
            let report = serde_json::json!({
                "kind": "call", "name": "x", "detail": "", "count": 1, "stack": stack,
            });
            collect(&[message(&report.to_string())]);
        }
    }
}

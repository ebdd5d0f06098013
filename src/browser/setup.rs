//! What every target is given before it may run.

use serde_json::{Value, json};

use super::cdp::{Cdp, SessionId};
use super::recorder::LARGEST_BODY;
use super::state::ProfileSetup;

/// The function that document-start scripts report through.
const REPORT: &str = "__pixelwardenReport";
/// Asynchronous stacks are followed this many steps.
const ASYNC_STACK_DEPTH: u32 = 32;

/// Overrides that hold for the whole browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Setup {
    /// `Emulation.setUserAgentOverride`'s parameters.
    pub(super) user_agent: Value,
    pub(super) timezone: Option<String>,
}

impl Setup {
    /// Prepares one target and lets it run. Commands of a session are worked off in
    /// order, so nothing has to be waited for.
    pub(super) fn prepare(
        &self,
        cdp: &Cdp,
        session: &SessionId,
        kind: &str,
        profile: Option<&ProfileSetup>,
    ) {
        let send = |method: &str, params: Value| cdp.send(session, method, params);
        send("Target.setAutoAttach", auto_attach());
        if kind != "tab"
            && let Some(profile) = profile
        {
            send("Network.enable", network_limits());
            let headers = extra_headers(profile);
            if !headers.is_empty() {
                send("Network.setExtraHTTPHeaders", json!({ "headers": headers }));
            }
            send("Emulation.setUserAgentOverride", self.user_agent.clone());
            match kind {
                "page" | "iframe" => self.prepare_page(&send, profile),
                _ => prepare_worker(&send, profile),
            }
        }
        send("Runtime.runIfWaitingForDebugger", json!({}));
    }

    fn prepare_page(&self, send: &impl Fn(&str, Value), profile: &ProfileSetup) {
        send("Inspector.enable", json!({}));
        send("Page.enable", json!({}));
        send("Runtime.enable", json!({}));
        send("Debugger.enable", json!({}));
        send("Debugger.setSkipAllPauses", json!({ "skip": true }));
        send("Debugger.setAsyncCallStackDepth", json!({ "maxDepth": ASYNC_STACK_DEPTH }));
        if let Some(timezone) = &self.timezone {
            send("Emulation.setTimezoneOverride", json!({ "timezoneId": timezone }));
        }
        send("Runtime.addBinding", json!({ "name": REPORT }));
        let source = document_start(profile);
        send(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source, "runImmediately": true }),
        );
    }
}

/// Lets a target load nothing, as from now.
pub(super) fn take_offline(cdp: &Cdp, session: &SessionId) {
    let conditions =
        json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    cdp.send(session, "Network.enable", network_limits());
    cdp.send(session, "Network.emulateNetworkConditions", conditions);
}

fn prepare_worker(send: &impl Fn(&str, Value), profile: &ProfileSetup) {
    send("Debugger.enable", json!({}));
    send("Debugger.setSkipAllPauses", json!({ "skip": true }));
    send("Debugger.setAsyncCallStackDepth", json!({ "maxDepth": ASYNC_STACK_DEPTH }));
    if profile.signals.gpc {
        send("Runtime.evaluate", json!({ "expression": gpc_property("WorkerNavigator") }));
    }
}

/// Attach to whatever a target starts, and let it wait.
fn auto_attach() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true })
}

/// At the browser tabs are attached, not their pages: a tab outlives its page's process.
/// The last, empty entry stands for everything else.
pub(super) fn auto_attach_tabs() -> Value {
    let mut params = auto_attach();
    params["filter"] = json!([
        { "type": "page", "exclude": true },
        { "type": "browser", "exclude": true },
        { "type": "browser_ui", "exclude": true },
        {},
    ]);
    params
}

fn network_limits() -> Value {
    json!({
        "maxPostDataSize": LARGEST_BODY,
        "maxTotalBufferSize": 256 << 20,
        "maxResourceBufferSize": 128 << 20,
    })
}

fn extra_headers(profile: &ProfileSetup) -> serde_json::Map<String, Value> {
    let mut headers = serde_json::Map::new();
    if profile.signals.gpc {
        headers.insert("Sec-GPC".to_owned(), json!("1"));
    }
    if profile.signals.dnt {
        headers.insert("DNT".to_owned(), json!("1"));
    }
    headers
}

/// The script that runs before any of the page's, in every frame. The reporting
/// function is taken away from the page before the page can see it.
fn document_start(profile: &ProfileSetup) -> String {
    let gpc = if profile.signals.gpc { gpc_property("Navigator") } else { String::new() };
    format!(
        "(() => {{ const send = globalThis.{REPORT}; delete globalThis.{REPORT};\n{gpc}\n\
         const {{ String }} = globalThis;\n\
         const report = text => {{ if (send) send(String(text)); }};\n{} }})();",
        profile.script
    )
}

fn gpc_property(interface: &str) -> String {
    format!(
        "Object.defineProperty({interface}.prototype, 'globalPrivacyControl', \
         {{ get: () => true, enumerable: true, configurable: true }});"
    )
}

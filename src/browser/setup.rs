//! What every target is given before it may run.

use serde_json::{Value, json};

use super::cdp::{Cdp, SessionId};
use super::identity;
use super::options::LaunchOptions;
use super::recorder::LARGEST_BODY;
use super::state::ProfileSetup;
use crate::model::{Access, is_ip_host};

/// The function that document-start scripts report through.
const REPORT: &str = "__pixelwardenReport";
/// Asynchronous stacks are followed this many steps.
const ASYNC_STACK_DEPTH: u32 = 32;

/// Overrides that hold for the whole browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Setup {
    /// `Emulation.setUserAgentOverride`'s parameters.
    user_agent: Value,
    /// What gives a page a phone's screen.
    screen: Vec<(&'static str, Value)>,
    /// The time zone, where the browser was not started in it.
    timezone: Option<String>,
    /// The first language, which also says how dates and numbers are written.
    locale: Option<String>,
}

impl Setup {
    pub(super) fn new(version: &str, options: &LaunchOptions) -> Self {
        let first = |languages: &String| languages.split([',', ';']).next().map(str::to_owned);
        Self {
            user_agent: identity::overrides(version, options),
            screen: identity::screen(options),
            timezone: options.timezone.clone().filter(|_| options.webdriver.is_some()),
            locale: options.language.as_ref().and_then(first),
        }
    }

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
            if let Some(locale) = &self.locale {
                send("Emulation.setLocaleOverride", json!({ "locale": locale }));
            }
            match kind {
                "page" | "iframe" => self.prepare_page(&send, profile),
                _ => self.prepare_worker(&send, profile),
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
        for (method, params) in &self.screen {
            send(method, params.clone());
        }
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

    fn prepare_worker(&self, send: &impl Fn(&str, Value), profile: &ProfileSetup) {
        send("Debugger.enable", json!({}));
        send("Debugger.setSkipAllPauses", json!({ "skip": true }));
        send("Debugger.setAsyncCallStackDepth", json!({ "maxDepth": ASYNC_STACK_DEPTH }));
        let navigator = "WorkerNavigator";
        if profile.signals.gpc {
            send("Runtime.evaluate", json!({ "expression": gpc_property(navigator) }));
        }
        // The override of the user agent changes this in pages, and not in workers.
        let is_phone = !self.screen.is_empty();
        if let Some(platform) = self.user_agent["platform"].as_str().filter(|_| is_phone) {
            let expression = property(navigator, "platform", &json!(platform));
            send("Runtime.evaluate", json!({ "expression": expression }));
        }
    }
}

/// Lets a target load nothing, as from now.
pub(super) fn take_offline(cdp: &Cdp, session: &SessionId) {
    let conditions =
        json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    cdp.send(session, "Network.enable", network_limits());
    cdp.send(session, "Network.emulateNetworkConditions", conditions);
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

/// The cookies that a fresh profile starts with, for every host of the site.
pub(super) fn cookies(access: &Access) -> Vec<Value> {
    let scheme = if access.secure { "https" } else { "http" };
    let cookie = |name: &str, value: &str| {
        let mut cookie = json!({
            "name": name,
            "value": value,
            "path": "/",
            "secure": access.secure,
            "sameSite": "Lax",
        });
        // An address and a bare name have no hosts below them.
        match is_ip_host(&access.site) || !access.site.contains('.') {
            true => cookie["url"] = json!(format!("{scheme}://{}/", access.site)),
            false => cookie["domain"] = json!(format!(".{}", access.site)),
        }
        cookie
    };
    access.cookies.iter().map(|given| cookie(given.name(), given.expose())).collect()
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
    property(interface, "globalPrivacyControl", &json!(true))
}

/// A script that makes a property of an interface say this.
fn property(interface: &str, name: &str, value: &Value) -> String {
    format!(
        "Object.defineProperty({interface}.prototype, '{name}', \
         {{ get: () => {value}, enumerable: true, configurable: true }});"
    )
}

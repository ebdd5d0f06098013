//! The browser's command line.

use std::net::SocketAddr;
use std::path::Path;

use super::discover::Installation;
use super::identity;
use super::options::LaunchOptions;

/// Features that would lose requests: with these, beacons of a page that is being left
/// are not told to a listener of that page.
const UNLOAD: &str = "BackForwardCache,RenderDocument,ProactivelySwapBrowsingInstance,\
     IsolateOrigins,site-per-process";
/// Features that make traffic of the browser's own.
const CHATTER: &str = "AutofillServerCommunication,NetworkTimeServiceQuerying,Translate,\
     OptimizationHints,MediaRouter,InterestFeedContentSuggestions";

/// Chromium's own Global Privacy Control, for the whole browser.
const PRIVACY_CONTROL: &str = "GlobalPrivacyControl,GlobalPrivacyControlForce";

/// Where full Chromium's own requests are sent: nobody listens on this port.
pub(super) const NOWHERE: &str = "http://127.0.0.1:9/";

/// What a browser on this machine keeps in our folder.
pub(super) struct Own<'a> {
    pub(super) profile: &'a Path,
    /// The pipe that its ledger is read from.
    pub(super) netlog: &'a Path,
}

/// Every argument, sorted: ours, then the user's, lists of features merged, since the last
/// one on a command line wins.
pub(super) fn of(
    options: &LaunchOptions,
    installation: Option<&Installation>,
    own: Option<Own<'_>>,
) -> Vec<String> {
    let mut arguments = ours(options, installation);
    if let Some(Own { profile, netlog }) = own {
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push(format!("--log-net-log={}", netlog.display()));
    }
    let mut disabled = vec![UNLOAD.to_owned(), CHATTER.to_owned()];
    let mut enabled = Vec::new();
    if options.privacy_control {
        enabled.push(PRIVACY_CONTROL.to_owned());
    }
    for argument in &options.arguments {
        match argument.split_once('=') {
            Some(("--disable-features", features)) => disabled.push(features.to_owned()),
            Some(("--enable-features", features)) => enabled.push(features.to_owned()),
            _ => arguments.push(argument.clone()),
        }
    }
    arguments.push(format!("--disable-features={}", disabled.join(",")));
    if !enabled.is_empty() {
        arguments.push(format!("--enable-features={}", enabled.join(",")));
    }
    arguments.sort_unstable();
    arguments.dedup();
    arguments
}

fn ours(options: &LaunchOptions, installation: Option<&Installation>) -> Vec<String> {
    let (width, height) = options.window();
    let mut arguments: Vec<String> = [
        // Frames stay in their page's process, where their last requests are told.
        "--disable-site-isolation-trials",
        // Several consent banners hide from automated browsers.
        "--disable-blink-features=AutomationControlled",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--metrics-recording-only",
        "--mute-audio",
        "--no-default-browser-check",
        "--no-first-run",
        "--password-store=basic",
        "--use-mock-keychain",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--gaia-url={NOWHERE}"));
    arguments.push(format!("--component-updater=url-source={NOWHERE}"));
    arguments.push(format!("--window-size={width},{height}"));
    if let Some(found) = installation {
        if !found.headless_shell {
            arguments.push("--headless=new".to_owned());
        }
        arguments.push(format!(
            "--user-agent={}",
            identity::user_agent(&found.browser.version, options)
        ));
    }
    if let Some(language) = &options.language {
        arguments.push(format!("--accept-lang={}", identity::accepted(language)));
    }
    if let Some(proxy) = &options.proxy {
        arguments.extend(through(&proxy.to_string()));
    }
    if needs_no_sandbox() {
        arguments.push("--no-sandbox".to_owned());
    }
    if let Some(guard) = options.guard {
        arguments.extend(guarded(guard));
    } else if !options.resolve.is_empty() {
        arguments.push(format!("--host-resolver-rules={}", resolver_rules(&options.resolve)));
    }
    if !options.trusted_keys.is_empty() {
        let keys = options.trusted_keys.join(",");
        arguments.push(format!("--ignore-certificate-errors-spki-list={keys}"));
    }
    if options.insecure {
        arguments.push("--ignore-certificate-errors".to_owned());
    }
    arguments
}

/// Chromium refuses to run as root with its sandbox on.
fn needs_no_sandbox() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Nothing leaves the browser but through the guard, and no name is looked up by
/// anybody else.
fn guarded(guard: SocketAddr) -> Vec<String> {
    let mut arguments = through(&format!("socks5://{guard}")).to_vec();
    let host = guard.ip();
    arguments.push(format!("--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE {host}"));
    arguments
}

/// Nothing goes past a proxy, not even to this machine and not by UDP.
fn through(proxy: &str) -> [String; 5] {
    [
        format!("--proxy-server={proxy}"),
        // Without this, loopback and link-local addresses are never asked of a proxy.
        "--proxy-bypass-list=<-loopback>".to_owned(),
        "--disable-quic".to_owned(),
        // The headless shell's name for it, and the full browser's.
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
        "--webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
    ]
}

fn resolver_rules(resolve: &[(String, String)]) -> String {
    // Exact names before wildcards: Chromium takes the first rule that fits.
    let mut rules: Vec<&(String, String)> = resolve.iter().collect();
    rules.sort_by_key(|(host, _)| (host.matches('*').count(), host.clone()));
    let rules: Vec<String> =
        rules.into_iter().map(|(host, address)| format!("MAP {host} {address}")).collect();
    rules.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_disabled_features_do_not_undo_ours() {
        let options = LaunchOptions {
            arguments: vec!["--disable-features=Mine".into(), "--lang=de".into()],
            ..LaunchOptions::default()
        };
        let arguments = of(&options, None, None);
        let disabled: Vec<&String> =
            arguments.iter().filter(|a| a.starts_with("--disable-features=")).collect();
        assert_eq!(disabled.len(), 1);
        assert!(disabled[0].contains("BackForwardCache") && disabled[0].ends_with("Mine"));
        assert!(arguments.contains(&"--lang=de".to_owned()));
    }

    #[test]
    fn exact_hosts_are_resolved_before_wildcards() {
        let rule = |host: &str, to: &str| (host.to_owned(), to.to_owned());
        let rules = resolver_rules(&[rule("*", "127.0.0.1:9"), rule("a.example", "127.0.0.1:1")]);
        assert_eq!(rules, "MAP a.example 127.0.0.1:1,MAP * 127.0.0.1:9");
    }
}

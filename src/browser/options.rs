//! How a browser is started.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(doc)]
use crate::model::Signals;
use crate::model::{Access, Proxy, Secret};

/// How to find and start a browser.
#[derive(Debug, Clone)]
pub struct LaunchOptions {
    /// Which build to prefer.
    pub kind: BrowserKind,
    /// The browser's program, instead of the one that is found.
    pub program: Option<PathBuf>,
    /// The driver's program, instead of the one that is found.
    pub driver: Option<PathBuf>,
    /// A running WebDriver server (Selenium Grid), instead of a driver of our own.
    pub webdriver: Option<String>,
    /// Further arguments, merged with ours (`--disable-features` too).
    pub arguments: Vec<String>,
    /// Host (`*` allowed) to address with optional port, as for `--resolve`.
    pub resolve: Vec<(String, String)>,
    /// Accept certificates that do not verify.
    pub insecure: bool,
    /// Base64 SHA-256 of public keys to accept although their certificate does not verify.
    pub trusted_keys: Vec<String>,
    /// Whether third-party cookies are allowed.
    pub third_party_cookies: bool,
    /// Window size in CSS pixels; the device's own if absent.
    pub window: Option<(u32, u32)>,
    /// `Accept-Language`, `en-US`.
    pub language: Option<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// What kind of machine the browser says that it runs on.
    pub device: Device,
    /// A user agent of the user's own, instead of the ordinary one.
    pub user_agent: Option<String>,
    /// The proxy that everything goes through.
    pub proxy: Option<Proxy>,
    /// What the site under audit is given, and nobody else.
    pub access: Access,
    /// Send Global Privacy Control from every profile, as the browser itself does it:
    /// that reaches requests which a profile of its own cannot ([`Signals::gpc`]).
    pub privacy_control: bool,
    /// Adds `pixelwarden` to the user agent, for owners who want to recognise the scan.
    pub identify: bool,
    /// A SOCKS proxy of ours that everything must go through, and that alone looks names
    /// up: the browser itself then reaches nothing else, `resolve` is left to the proxy.
    pub guard: Option<SocketAddr>,
    /// Longest wait for one answer of browser or driver.
    pub timeout: Duration,
}

impl LaunchOptions {
    /// Every value that must not be shown or stored.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let proxy = self.proxy.iter().flat_map(|proxy| &proxy.login);
        self.access.secrets().chain(proxy.map(|login| &login.password))
    }

    /// The window that pages get, in CSS pixels.
    #[must_use]
    pub fn window(&self) -> (u32, u32) {
        self.window.unwrap_or(self.device.window())
    }
}

impl Default for LaunchOptions {
    fn default() -> Self {
        Self {
            kind: BrowserKind::default(),
            program: None,
            driver: None,
            webdriver: None,
            arguments: Vec::new(),
            resolve: Vec::new(),
            insecure: false,
            trusted_keys: Vec::new(),
            third_party_cookies: true,
            window: None,
            language: None,
            timezone: None,
            device: Device::default(),
            user_agent: None,
            proxy: None,
            access: Access::default(),
            privacy_control: false,
            identify: false,
            guard: None,
            timeout: Duration::from_secs(30),
        }
    }
}

/// What kind of machine a browser runs on: its window, its user agent and whether it is
/// touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Device {
    /// An ordinary computer.
    #[default]
    Desktop,
    /// A phone with Android.
    Mobile,
}

impl Device {
    /// The window that it has unless another is asked for, in CSS pixels.
    #[must_use]
    pub const fn window(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1280, 900),
            Self::Mobile => (412, 915),
        }
    }
}

/// The builds of Chromium.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BrowserKind {
    /// The headless shell where it is installed, else full Chromium or Chrome.
    #[default]
    Auto,
    /// The headless shell: same engine, no browser UI, several times as fast.
    HeadlessShell,
    /// Full Chromium or Chrome in headless mode.
    Chromium,
}

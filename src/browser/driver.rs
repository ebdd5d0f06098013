//! The driver: starts chromedriver and a session with it, or joins a grid's.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::arguments;
use super::discover::{self, Installation};
use super::error::BrowserError;
use super::guard::Guard;
use super::ledger::{Ledger, Pipe};
use super::options::LaunchOptions;

/// A WebDriver session, the processes behind it and the address of its tap.
#[derive(Debug)]
pub(super) struct Driver {
    client: Client,
    guard: Option<Guard>,
    /// Where the browser writes its netlog; none behind a grid.
    netlog: Option<Pipe>,
    /// The DevTools socket.
    pub(super) socket: String,
    pub(super) browser_name: String,
    pub(super) browser_version: String,
    pub(super) driver_version: String,
    pub(super) arguments: Vec<String>,
}

impl Driver {
    /// Starts or joins a session. A browser that is started keeps the ledger.
    pub(super) async fn start(
        options: &LaunchOptions,
        ledger: &Arc<Mutex<Ledger>>,
    ) -> Result<Self, BrowserError> {
        match &options.webdriver {
            Some(server) => Self::join(server, options).await,
            None => Self::launch(options, ledger).await,
        }
    }

    async fn launch(
        options: &LaunchOptions,
        ledger: &Arc<Mutex<Ledger>>,
    ) -> Result<Self, BrowserError> {
        let installation = discover::installation(options).await?;
        let mut guard = Guard::new()?;
        let netlog = Pipe::new(guard.folder(), Arc::clone(ledger))
            .map_err(|error| BrowserError::new("cannot make a pipe for the ledger", error))?;
        let server = start_chromedriver(&installation, &mut guard, options).await?;
        let profile = guard.folder().join("profile");
        let own = arguments::Own { profile: &profile, netlog: netlog.path() };
        let arguments = arguments::of(options, Some(&installation), Some(own));
        let capabilities = capabilities(options, Some(&installation), &arguments);
        let client = connect(&server, capabilities, options.timeout).await?;
        if let Some(pid) = capability(&client, "goog:processID").as_u64() {
            guard.watch(u32::try_from(pid).unwrap_or_default()).await;
        }
        let driver = Self::of(client, Some(guard), arguments, options.timeout).await?;
        Ok(Self { netlog: Some(netlog), ..driver })
    }

    async fn join(server: &str, options: &LaunchOptions) -> Result<Self, BrowserError> {
        let arguments = arguments::of(options, None, None);
        let capabilities = capabilities(options, None, &arguments);
        let client = connect(server, capabilities, options.timeout).await?;
        Self::of(client, None, arguments, options.timeout).await
    }

    async fn of(
        client: Client,
        guard: Option<Guard>,
        arguments: Vec<String>,
        patience: Duration,
    ) -> Result<Self, BrowserError> {
        let socket = match capability(&client, "se:cdp").as_str() {
            Some(socket) => socket.to_owned(),
            None => {
                let address = &capability(&client, "goog:chromeOptions")["debuggerAddress"];
                let address = address.as_str().ok_or_else(|| {
                    BrowserError::new("cannot listen to the browser", "it is no Chromium")
                })?;
                devtools_socket(address, patience).await?
            }
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let driver_version = text(&capability(&client, "chrome")["chromedriverVersion"]);
        Ok(Self {
            socket,
            browser_name: text(&capability(&client, "browserName")),
            browser_version: text(&capability(&client, "browserVersion")),
            driver_version: driver_version.split(' ').next().unwrap_or_default().to_owned(),
            arguments,
            client,
            guard,
            netlog: None,
        })
    }

    /// Whether the browser tells its ledger while it runs.
    pub(super) fn has_netlog(&self) -> bool {
        self.netlog.is_some()
    }

    /// The netlog's pipe, to be read to its end.
    pub(super) fn take_netlog(&mut self) -> Option<Pipe> {
        self.netlog.take()
    }

    /// Ends the session first, so that the driver ends its browser; then whatever is left.
    pub(super) async fn stop(mut self) {
        if tokio::time::timeout(Duration::from_secs(10), self.client.close()).await.is_err() {
            tracing::debug!("the driver did not end its session in time");
        }
        if let Some(guard) = &mut self.guard {
            guard.end();
        }
    }
}

fn capability(client: &Client, name: &str) -> Value {
    client.capabilities().and_then(|all| all.get(name)).cloned().unwrap_or_default()
}

/// Starts chromedriver on a port of its own choice and returns its address.
async fn start_chromedriver(
    installation: &Installation,
    guard: &mut Guard,
    options: &LaunchOptions,
) -> Result<String, BrowserError> {
    let path = &installation.driver.path;
    let what = format!("cannot start {}", path.display());
    let mut command = Command::new(path);
    if let Some(timezone) = &options.timezone {
        // The browser inherits it, and with it each of its pages and workers.
        command.env("TZ", timezone);
    }
    let mut child = command
        .arg("--port=0")
        // The driver makes folders of its own; they go away with ours.
        .env("TMPDIR", guard.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| BrowserError::new(&what, error))?;
    guard.watch(child.id().unwrap_or_default()).await;
    let stdout = child.stdout.take();
    let port = async {
        let mut lines = BufReader::new(stdout?).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // "ChromeDriver was started successfully on port 40213."
            let after = line.split_once("successfully on port ").map(|(_, rest)| rest);
            if let Some(port) = after.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
                return Some((port, lines));
            }
        }
        None
    };
    let (port, mut lines): (u16, _) = tokio::time::timeout(options.timeout, port)
        .await
        .ok()
        .flatten()
        .ok_or_else(|| BrowserError::new(what, "it did not say on which port it listens"))?;
    // A full pipe would stop the driver; a dead child must be waited for.
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            tracing::trace!("chromedriver: {line}");
        }
        drop(child.wait().await);
    });
    Ok(format!("http://{}", SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
}

async fn connect(
    server: &str,
    capabilities: Capabilities,
    patience: Duration,
) -> Result<Client, BrowserError> {
    let what = format!("cannot start a session with the driver at {server}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    tokio::time::timeout(patience.max(Duration::from_secs(60)), builder.connect(server))
        .await
        .map_err(|_| BrowserError::new(&what, "no answer in time"))?
        .map_err(|error| BrowserError::new(&what, shorten(&error.to_string())))
}

/// The driver's messages end in a native stack trace that helps nobody.
fn shorten(message: &str) -> String {
    message.split("\n#0 ").next().unwrap_or(message).trim().chars().take(500).collect()
}

fn capabilities(
    options: &LaunchOptions,
    installation: Option<&Installation>,
    arguments: &[String],
) -> Capabilities {
    let shell = installation.is_some_and(|found| found.headless_shell);
    let mut chrome = json!({
        "args": arguments,
        "prefs": {
            // 0 allows third-party cookies, 1 blocks them; the older preference has no effect.
            "profile.cookie_controls_mode": i32::from(!options.third_party_cookies),
        },
    });
    if let Some(found) = installation {
        chrome["binary"] = json!(found.browser.path);
    }
    let ms = u64::try_from(options.timeout.as_millis()).unwrap_or(u64::MAX);
    let all = json!({
        // The headless shell hangs for a minute when it is started under the name `chrome`.
        "browserName": if shell { "chrome-headless-shell" } else { "chrome" },
        "acceptInsecureCerts": options.insecure,
        // Dropping a future does not end the driver's command: it must end by itself.
        "timeouts": { "pageLoad": ms, "script": ms, "implicit": 0 },
        // Alert boxes are ours to answer.
        "unhandledPromptBehavior": "ignore",
        "goog:chromeOptions": chrome,
    });
    match all {
        Value::Object(map) => map,
        _ => Capabilities::new(),
    }
}

/// Asks the browser for the address of its DevTools socket.
async fn devtools_socket(address: &str, patience: Duration) -> Result<String, BrowserError> {
    let what = format!("cannot ask the browser at {address} for its DevTools socket");
    let failed = |cause: String| BrowserError::new(&what, cause);
    let asking = async {
        let stream = tokio::net::TcpStream::connect(address).await.map_err(|e| e.to_string())?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake::<
            _,
            Empty<hyper::body::Bytes>,
        >(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        let request = hyper::Request::get("/json/version")
            .header("host", address)
            .body(Empty::new())
            .map_err(|error| error.to_string())?;
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?;
        let version: Value =
            serde_json::from_slice(&body.to_bytes()).map_err(|error| error.to_string())?;
        let socket = version["webSocketDebuggerUrl"].as_str();
        socket.map(str::to_owned).ok_or_else(|| "it named none".to_owned())
    };
    tokio::time::timeout(patience, asking)
        .await
        .map_err(|_| failed("no answer in time".to_owned()))?
        .map_err(failed)
}

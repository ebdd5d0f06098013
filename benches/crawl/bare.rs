//! A browser that loads pages over CDP and keeps nothing: it listens only to know when a
//! page's network is quiet, and waits, scrolls, stays and leaves as `pixelwarden` does.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use pixelwarden::crawl::Settle;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

const SCROLL: &str = "(async () => {
    const pause = () => new Promise(done => { requestAnimationFrame(() => done()); setTimeout(done, 60); });
    const step = Math.max(200, innerHeight * 0.9);
    for (let n = 0, at = 0; n < 40; n++) {
        at += step;
        scrollTo({ top: at, behavior: 'instant' });
        await pause(); await pause();
        if (at + innerHeight >= document.scrollingElement.scrollHeight) break;
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await pause();
})()";
/// How long a hidden page is given for what it asks for because of that.
const HIDDEN: Duration = Duration::from_millis(150);
/// How long the last beacons of a page may take.
const UNLOAD: Duration = Duration::from_millis(200);

/// A browser that was started.
pub(crate) struct Bare {
    child: Child,
    socket: Socket,
}

/// Starts the browser with the arguments that `pixelwarden` gave it.
pub(crate) async fn start(browser: &str, arguments: &[String], profile: &Path) -> Bare {
    let its_own = ["--user-data-dir=", "--log-net-log="];
    let ours = arguments.iter().filter(|a| !its_own.iter().any(|own| a.starts_with(own)));
    let mut child = Command::new(super::program(browser))
        .args(ours)
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(["--remote-debugging-port=0", "about:blank"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address =
        lines.by_ref().find_map(|line| Some(line.ok()?.split_once("ws://")?.1.to_owned()));
    std::thread::spawn(move || lines.for_each(drop));
    let socket = Socket::connect(&format!("ws://{}", address.unwrap())).await;
    Bare { child, socket }
}

impl Bare {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Closes the browser itself: what was started may only be its wrapper.
    pub(crate) async fn end(mut self) {
        self.socket.call("", "Browser.close", json!({})).await;
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Loads all pages, so many side by side; how many loaded.
pub(crate) async fn load_all(bare: &Bare, urls: Vec<String>, jobs: usize) -> usize {
    let socket = &bare.socket;
    let made = socket.call("", "Target.createBrowserContext", json!({})).await;
    let context = made["browserContextId"].as_str().unwrap().to_owned();
    let (next, loaded) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = async || {
        while let Some(url) = urls.get(next.fetch_add(1, Ordering::Relaxed)) {
            if visit(socket, &context, url).await {
                loaded.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    futures_util::future::join_all((0..jobs).map(|_| worker())).await;
    loaded.into_inner()
}

async fn visit(socket: &Socket, context: &str, url: &str) -> bool {
    let settle = Settle::default();
    let at_most = settle.at_most / 2;
    let target = json!({ "url": "about:blank", "browserContextId": context, "newWindow": true, "width": 1280, "height": 900 });
    let made = socket.call("", "Target.createTarget", target).await;
    let which = json!({ "targetId": made["targetId"], "flatten": true });
    let attached = socket.call("", "Target.attachToTarget", which.clone()).await;
    let mut page = Page::new(socket, attached["sessionId"].as_str().unwrap());
    page.call("Page.enable", json!({})).await;
    page.call("Network.enable", json!({})).await;
    page.call("Page.navigate", json!({ "url": url })).await;
    let loaded = page.until(Duration::from_secs(30), |page| page.loaded).await;
    page.quiet(settle.quiet, at_most).await;
    for (x, y) in [(1, 300), (2, 304), (1, 310), (3, 318)] {
        page.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y }))
            .await;
    }
    let wheel = json!({ "type": "mouseWheel", "x": 3, "y": 318, "deltaX": 0, "deltaY": 120 });
    page.call("Input.dispatchMouseEvent", wheel).await;
    page.call("Runtime.evaluate", json!({ "expression": SCROLL, "awaitPromise": true })).await;
    let budget = settle.page_time.as_millis();
    let ahead = json!({ "policy": "pauseIfNetworkFetchesPending", "budget": budget });
    page.call("Emulation.setVirtualTimePolicy", ahead).await;
    page.until(settle.at_most, |page| page.clock_stands).await;
    page.quiet(settle.quiet / 2, at_most).await;
    let window = socket.call("", "Browser.getWindowForTarget", which.clone()).await;
    let bounds =
        json!({ "windowId": window["windowId"], "bounds": { "windowState": "minimized" } });
    socket.call("", "Browser.setWindowBounds", bounds).await;
    page.quiet(HIDDEN, at_most).await;
    page.call("Page.navigate", json!({ "url": "about:blank" })).await;
    page.quiet(UNLOAD, at_most).await;
    socket.call("", "Target.closeTarget", json!({ "targetId": made["targetId"] })).await;
    loaded
}

/// What is known of a page.
struct Page<'s> {
    socket: &'s Socket,
    session: String,
    events: mpsc::UnboundedReceiver<Said>,
    open: HashSet<String>,
    moved: Instant,
    loaded: bool,
    clock_stands: bool,
}

impl<'s> Page<'s> {
    fn new(socket: &'s Socket, session: &str) -> Self {
        let events = socket.listen(session);
        let (open, moved) = (HashSet::new(), Instant::now());
        let session = session.to_owned();
        Self { socket, session, events, open, moved, loaded: false, clock_stands: false }
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        self.socket.call(&self.session, method, params).await
    }

    fn note(&mut self, said: Said) {
        match said.method.as_str() {
            "Network.requestWillBeSent" => drop(self.open.insert(said.request)),
            "Network.loadingFinished" | "Network.loadingFailed" => {
                self.open.remove(&said.request);
            }
            "Page.loadEventFired" => self.loaded = true,
            "Emulation.virtualTimeBudgetExpired" => self.clock_stands = true,
            _ => return,
        }
        self.moved = Instant::now();
    }

    async fn until(&mut self, at_most: Duration, ready: impl Fn(&Self) -> bool) -> bool {
        let deadline = Instant::now() + at_most;
        while !ready(self) {
            match tokio::time::timeout_at(deadline.into(), self.events.recv()).await {
                Ok(Some(said)) => self.note(said),
                _ => return false,
            }
        }
        true
    }

    async fn quiet(&mut self, quiet: Duration, at_most: Duration) {
        let began = Instant::now();
        loop {
            let due = self.moved.max(began) + quiet;
            let look = if self.open.is_empty() { due } else { began + at_most };
            if Instant::now() >= look.min(began + at_most) {
                return;
            }
            let look = look.min(began + at_most);
            if let Ok(Some(said)) = tokio::time::timeout_at(look.into(), self.events.recv()).await {
                self.note(said);
            }
        }
    }
}

/// One event, as far as it is needed.
struct Said {
    method: String,
    request: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    id: Option<u64>,
    method: Option<String>,
    session_id: Option<String>,
    result: Option<Value>,
    params: Option<Params>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    request_id: Option<String>,
}

type Shared<T> = Arc<Mutex<T>>;

/// The browser's socket.
struct Socket {
    out: mpsc::UnboundedSender<String>,
    number: AtomicU64,
    waiting: Shared<HashMap<u64, oneshot::Sender<Value>>>,
    listening: Shared<HashMap<String, mpsc::UnboundedSender<Said>>>,
}

impl Socket {
    async fn connect(address: &str) -> Self {
        let (stream, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        let (mut sink, mut source) = stream.split();
        let (out, mut queue) = mpsc::unbounded_channel::<String>();
        let waiting: Shared<HashMap<u64, oneshot::Sender<Value>>> = Arc::default();
        let listening: Shared<HashMap<String, mpsc::UnboundedSender<Said>>> = Arc::default();
        tokio::spawn(async move {
            while let Some(text) = queue.recv().await {
                drop(sink.send(Message::text(text)).await);
            }
        });
        let (answers, events) = (Arc::clone(&waiting), Arc::clone(&listening));
        tokio::spawn(async move {
            while let Some(Ok(message)) = source.next().await {
                let Ok(text) = message.to_text() else { continue };
                let Ok(received) = serde_json::from_str::<Received>(text) else { continue };
                if let Some(id) = received.id {
                    if let Some(waiter) = lock(&answers).remove(&id) {
                        drop(waiter.send(received.result.unwrap_or_default()));
                    }
                } else if let (Some(method), Some(session)) = (received.method, received.session_id)
                    && let Some(listener) = lock(&events).get(&session)
                {
                    let request = received.params.and_then(|p| p.request_id).unwrap_or_default();
                    drop(listener.send(Said { method, request }));
                }
            }
        });
        Self { out, number: AtomicU64::new(1), waiting, listening }
    }

    fn listen(&self, session: &str) -> mpsc::UnboundedReceiver<Said> {
        let (sender, receiver) = mpsc::unbounded_channel();
        lock(&self.listening).insert(session.to_owned(), sender);
        receiver
    }

    async fn call(&self, session: &str, method: &str, params: Value) -> Value {
        let id = self.number.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        lock(&self.waiting).insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = json!(session);
        }
        self.out.send(message.to_string()).unwrap();
        let patience = Duration::from_secs(30);
        tokio::time::timeout(patience, answer).await.ok().and_then(Result::ok).unwrap_or_default()
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One JSON-RPC client for the DevTools socket: commands out, answers matched by
//! id, events in the order the browser sent them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::error::BrowserError;
use super::mend::mend;

/// An 8 MB request body is an event of about 19 MB; a trace chunk can be larger still.
const LARGEST_MESSAGE: usize = 512 << 20;

/// Events that wait for their turn; more are left in the socket, so that a long trace
/// does not pile up in memory.
const WAITING: usize = 16;

/// Names an attached target; empty for the browser itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SessionId(pub(super) String);

/// Something that the browser told.
#[derive(Debug)]
pub(super) enum Event {
    /// An ordinary event of a session.
    Said { session: SessionId, method: String, params: Value },
    /// A piece of the netlog trace, unparsed: they are large and parsed apart.
    Trace(String),
    /// The socket closed.
    Closed,
}

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>>;

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Cdp {
    out: mpsc::UnboundedSender<Message>,
    pending: Pending,
    next: Arc<AtomicU64>,
    /// The socket has closed: nothing will be answered any more.
    closed: Arc<AtomicBool>,
    patience: Duration,
}

/// What arrives: an answer (with `id`) or an event (with `method`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incoming {
    id: Option<u64>,
    #[serde(default)]
    session_id: String,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    result: Option<Value>,
    error: Option<Failure>,
}

/// No more of a message than whom it answers.
#[derive(Deserialize)]
struct Numbered {
    id: Option<u64>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
    #[serde(default)]
    data: Option<String>,
}

impl Cdp {
    /// Connects to a DevTools socket. `patience` bounds every [`Cdp::call`].
    pub(super) async fn connect(
        address: &str,
        patience: Duration,
    ) -> Result<(Self, mpsc::Receiver<Event>), BrowserError> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        let connecting = tokio_tungstenite::connect_async_with_config(address, Some(config), true);
        let failed = |cause: String| {
            BrowserError::new(format!("cannot listen to the browser at {address}"), cause)
        };
        let (socket, _) = tokio::time::timeout(patience, connecting)
            .await
            .map_err(|_| failed(format!("no answer within {} s", patience.as_secs())))?
            .map_err(|error| failed(error.to_string()))?;
        let (mut write, mut read) = socket.split();
        let (out, mut outgoing) = mpsc::unbounded_channel::<Message>();
        let (events, incoming) = mpsc::channel(WAITING);
        let pending = Pending::default();
        tokio::spawn(async move {
            while let Some(message) = outgoing.recv().await {
                if write.send(message).await.is_err() {
                    break;
                }
            }
        });
        let closed = Arc::<AtomicBool>::default();
        let (answers, ended) = (Arc::clone(&pending), Arc::clone(&closed));
        tokio::spawn(async move {
            while let Some(Ok(message)) = read.next().await {
                if let Message::Text(text) = message
                    && let Some(event) = read_message(text.as_str(), &answers)
                {
                    drop(events.send(event).await);
                }
            }
            // Every caller still waiting gets "gone" by the dropped sender.
            ended.store(true, Ordering::SeqCst);
            lock(&answers).clear();
            drop(events.send(Event::Closed).await);
        });
        let cdp = Self { out, pending, next: Arc::new(AtomicU64::new(1)), closed, patience };
        Ok((cdp, incoming))
    }

    /// Sends a command and waits for its answer.
    pub(super) async fn call(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
    ) -> Result<Value, CdpError> {
        self.call_within(session, method, params, self.patience).await
    }

    /// [`Cdp::call`] with a patience of its own.
    pub(super) async fn call_within(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
        patience: Duration,
    ) -> Result<Value, CdpError> {
        let (asked, answer) = self.start(session, method, params);
        let answer = tokio::time::timeout(patience, answer).await;
        drop(asked);
        match answer {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(message))) => Err(CdpError::Refused { method: method.to_owned(), message }),
            Ok(Err(_)) => Err(CdpError::Closed { method: method.to_owned() }),
            Err(_) => {
                let ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
                Err(CdpError::Timeout { method: method.to_owned(), ms })
            }
        }
    }

    /// Sends a command without waiting. The browser works commands of a session off
    /// in order, so a following [`Cdp::call`] finds it done. A refusal is only logged.
    pub(super) fn send(&self, session: &SessionId, method: &str, params: Value) {
        let (asked, answer) = self.start(session, method, params);
        let (method, patience) = (method.to_owned(), self.patience);
        tokio::spawn(async move {
            if let Ok(Ok(Err(message))) = tokio::time::timeout(patience, answer).await {
                tracing::debug!("{method} refused: {message}");
            }
            drop(asked);
        });
    }

    fn start(
        &self,
        session: &SessionId,
        method: &str,
        params: Value,
    ) -> (Asked, oneshot::Receiver<Result<Value, String>>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        lock(&self.pending).insert(id, sender);
        let mut command = json!({ "id": id, "method": method, "params": params });
        if !session.0.is_empty() {
            command["sessionId"] = Value::String(session.0.clone());
        }
        let sent = self.out.send(Message::text(command.to_string())).is_ok();
        // Asked after the command was noted, so that none waits for an answer in vain.
        if !sent || self.closed.load(Ordering::SeqCst) {
            lock(&self.pending).remove(&id);
        }
        (Asked { id, pending: Arc::clone(&self.pending) }, answer)
    }
}

/// A command that is under way. Whoever no longer waits for its answer drops this, or
/// commands that are never answered would pile up.
struct Asked {
    id: u64,
    pending: Pending,
}

impl Drop for Asked {
    fn drop(&mut self) {
        lock(&self.pending).remove(&self.id);
    }
}

/// A command did not do what it should.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum CdpError {
    #[error("the browser refused {method}: {message}")]
    Refused { method: String, message: String },
    #[error("no answer to {method} within {ms} ms")]
    Timeout { method: String, ms: u64 },
    #[error("the browser is gone (at {method})")]
    Closed { method: String },
    #[error("{why} (at {method})")]
    Broken { method: String, why: &'static str },
}

impl From<CdpError> for BrowserError {
    fn from(error: CdpError) -> Self {
        Self::new("the browser did not answer as it should", error)
    }
}

/// Gives an answer to whom it is for; returns an event.
fn read_message(text: &str, pending: &Pending) -> Option<Event> {
    if text.starts_with(r#"{"method":"Tracing.dataCollected""#) {
        return Some(Event::Trace(text.to_owned()));
    }
    let read = serde_json::from_str(text).or_else(|_| serde_json::from_str(&mend(text)));
    let incoming: Incoming = match read {
        Ok(incoming) => incoming,
        Err(error) => {
            refuse(text, pending, &error);
            return None;
        }
    };
    let session = SessionId(incoming.session_id);
    if let Some(id) = incoming.id {
        let answer = match incoming.error {
            Some(failure) => Err(match failure.data {
                Some(data) => format!("{} ({data})", failure.message),
                None => failure.message,
            }),
            None => Ok(incoming.result.unwrap_or_default()),
        };
        if let Some(sender) = lock(pending).remove(&id) {
            // The caller may have given up; its answer is then of no use.
            drop(sender.send(answer));
        }
        return None;
    }
    incoming.method.map(|method| Event::Said { session, method, params: incoming.params })
}

/// A message that cannot be read, nested too deeply for one. Whoever waits for it must not
/// wait in vain.
fn refuse(text: &str, pending: &Pending, error: &serde_json::Error) {
    tracing::debug!("unreadable DevTools message: {error}");
    if let Ok(Numbered { id: Some(id) }) = serde_json::from_str(text)
        && let Some(sender) = lock(pending).remove(&id)
    {
        drop(sender.send(Err(format!("an answer that cannot be read: {error}"))));
    }
}

/// The lock's content, also after a panic elsewhere: what is behind it are plain maps.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

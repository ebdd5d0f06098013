//! Network events by name, each to its place in the recording.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::protocol::{Ended, ExtraInfo, RequestWillBeSent, ResponseReceived, WebSocketEvent};
use super::recorder::{Recorder, Sender, WantsBody};

/// Reads an event's parameters; one that cannot be read is logged and left out.
pub(super) fn parse<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params)
        .inspect_err(|error| tracing::debug!("unreadable event: {error}"))
        .ok()
}

/// Records one `Network` event. Returns what is to be asked for.
pub(super) fn record(
    recorder: &mut Recorder,
    from: Sender<'_>,
    event: &str,
    params: Value,
) -> Option<WantsBody> {
    match event {
        "requestWillBeSent" => {
            return recorder.sent(parse::<RequestWillBeSent>(params)?, from);
        }
        "requestWillBeSentExtraInfo" => recorder.sent_headers(parse::<ExtraInfo>(params)?),
        "responseReceived" => recorder.responded(&parse::<ResponseReceived>(params)?),
        "responseReceivedExtraInfo" => recorder.received_headers(parse::<ExtraInfo>(params)?),
        "dataReceived" => recorder.heard(params["requestId"].as_str().unwrap_or_default()),
        "loadingFinished" => recorder.finished(&parse::<Ended>(params)?),
        "loadingFailed" => recorder.failed(&parse::<Ended>(params)?),
        "requestServedFromCache" => {
            recorder.served_from_cache(params["requestId"].as_str().unwrap_or_default());
        }
        "webSocketCreated" => recorder.websocket_created(&parse::<WebSocketEvent>(params)?, from),
        "webSocketWillSendHandshakeRequest" => {
            recorder.websocket_handshake(&parse::<WebSocketEvent>(params)?, false);
        }
        "webSocketHandshakeResponseReceived" => {
            recorder.websocket_handshake(&parse::<WebSocketEvent>(params)?, true);
        }
        "webSocketFrameSent" => recorder.websocket_frame(&parse::<WebSocketEvent>(params)?, true),
        "webSocketFrameReceived" => {
            recorder.websocket_frame(&parse::<WebSocketEvent>(params)?, false);
        }
        "webSocketFrameError" => recorder.websocket_failed(&parse::<WebSocketEvent>(params)?),
        _ => {}
    }
    None
}

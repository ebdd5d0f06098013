//! The shapes of the DevTools events that are read, as far as they are read.
//! Field names are the protocol's; every field has a default, so that a newer
//! browser's event still parses.

use serde::Deserialize;
use serde_json::{Map, Value};

/// `Network.requestWillBeSent`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RequestWillBeSent {
    pub(super) request_id: String,
    #[serde(rename = "documentURL")]
    pub(super) document_url: String,
    pub(super) request: SentRequest,
    pub(super) timestamp: f64,
    pub(super) initiator: Cause,
    pub(super) redirect_has_extra_info: bool,
    pub(super) redirect_response: Option<Received>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) frame_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SentRequest {
    pub(super) url: String,
    pub(super) method: String,
    pub(super) headers: Map<String, Value>,
    pub(super) post_data: Option<String>,
    pub(super) has_post_data: bool,
    pub(super) post_data_entries: Vec<PostDataEntry>,
    pub(super) is_link_preload: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostDataEntry {
    pub(super) bytes: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Cause {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) stack: Option<Stack>,
    pub(super) url: Option<String>,
    pub(super) line_number: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Stack {
    pub(super) call_frames: Vec<CallFrame>,
    pub(super) parent: Option<Box<Stack>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CallFrame {
    pub(super) function_name: String,
    pub(super) url: String,
    pub(super) line_number: u32,
    pub(super) column_number: u32,
}

/// `Network.Response`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: Map<String, Value>,
    pub(super) mime_type: String,
    #[serde(rename = "remoteIPAddress")]
    pub(super) remote_ip_address: Option<String>,
    pub(super) remote_port: Option<u32>,
    pub(super) from_disk_cache: bool,
    pub(super) from_service_worker: bool,
    pub(super) from_prefetch_cache: bool,
    pub(super) protocol: String,
    pub(super) encoded_data_length: f64,
}

/// `Network.requestWillBeSentExtraInfo` and `Network.responseReceivedExtraInfo`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ExtraInfo {
    pub(super) request_id: String,
    pub(super) headers: Map<String, Value>,
    pub(super) status_code: Option<u16>,
}

/// `Network.responseReceived`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResponseReceived {
    pub(super) request_id: String,
    pub(super) response: Received,
    pub(super) has_extra_info: bool,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// `Network.loadingFinished`, `Network.loadingFailed`, `Network.dataReceived` and
/// `Network.requestServedFromCache`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Ended {
    pub(super) request_id: String,
    pub(super) encoded_data_length: f64,
    pub(super) error_text: String,
    pub(super) blocked_reason: Option<String>,
    pub(super) cors_error_status: Option<CorsErrorStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CorsErrorStatus {
    pub(super) cors_error: String,
}

/// The `Network.webSocket…` events
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WebSocketEvent {
    pub(super) request_id: String,
    pub(super) url: String,
    pub(super) initiator: Cause,
    pub(super) timestamp: f64,
    pub(super) request: Handshake,
    pub(super) response: Handshake,
    pub(super) error_message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Handshake {
    pub(super) status: u16,
    pub(super) headers: Map<String, Value>,
    pub(super) opcode: f64,
    pub(super) payload_data: String,
}

/// `Target.attachedToTarget`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AttachedToTarget {
    pub(super) session_id: String,
    pub(super) target_info: TargetInfo,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TargetInfo {
    pub(super) target_id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) url: String,
    pub(super) opener_id: Option<String>,
    pub(super) browser_context_id: String,
    pub(super) subtype: Option<String>,
}

/// A frame, as `Page.getFrameTree` and the frame events describe it
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FrameData {
    pub(super) id: String,
    pub(super) parent_id: Option<String>,
    pub(super) loader_id: String,
    pub(super) url: String,
    pub(super) url_fragment: Option<String>,
}

/// `Runtime.executionContextCreated`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContextData {
    pub(super) id: i64,
    pub(super) aux_data: AuxData,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AuxData {
    pub(super) frame_id: String,
    pub(super) is_default: bool,
}

//! The entries of a HAR file as written: text lent out of the file, everything
//! optional but the address. Exporters differ; what they leave out or misspell is
//! absent, and response bodies are passed over.

use url::Url;

use super::json::{Fault, Read, Reader, Text};

/// Most headers, cookies or parameters of one message.
const MOST_HEADERS: usize = 10_000;
/// Most form parameters of one request.
const MOST_PARAMETERS: usize = 100_000;
/// Most messages of one WebSocket.
const MOST_MESSAGES: usize = 100_000;
/// Stacks deeper than this are cut, as in a capture.
const DEEPEST_STACK: usize = 64;

/// The file's creator and browser.
#[derive(Default)]
pub(super) struct Product<'a> {
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
}

/// One of `log.pages`.
#[derive(Default)]
pub(super) struct RawPage<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) started: Option<Text<'a>>,
    pub(super) title: Option<Text<'a>>,
}

/// One of `log.entries`.
#[derive(Default)]
pub(super) struct RawEntry<'a> {
    pub(super) pageref: Option<Text<'a>>,
    pub(super) started: Option<Text<'a>>,
    pub(super) time: Option<f64>,
    pub(super) request: RawRequest<'a>,
    pub(super) response: RawResponse<'a>,
    pub(super) initiator: RawInitiator<'a>,
    pub(super) kind: Option<Text<'a>>,
    pub(super) server: Option<Text<'a>>,
    pub(super) messages: Vec<RawMessage<'a>>,
    /// Chrome's `_fromCache` and Safari's `_fetchType`.
    pub(super) cache: Option<Text<'a>>,
}

pub(super) type RawHeader<'a> = (Text<'a>, Text<'a>);

#[derive(Default)]
pub(super) struct RawRequest<'a> {
    pub(super) method: Option<Text<'a>>,
    pub(super) url: Text<'a>,
    pub(super) headers: Vec<RawHeader<'a>>,
    pub(super) body: Option<RawBody<'a>>,
}

#[derive(Default)]
pub(super) struct RawBody<'a> {
    pub(super) mime: Option<Text<'a>>,
    pub(super) text: Option<Text<'a>>,
    pub(super) encoding: Option<Text<'a>>,
    pub(super) parameters: Vec<RawParameter<'a>>,
}

#[derive(Default)]
pub(super) struct RawParameter<'a> {
    pub(super) name: Text<'a>,
    pub(super) value: Text<'a>,
    pub(super) file: Option<Text<'a>>,
    pub(super) mime: Option<Text<'a>>,
}

#[derive(Default)]
pub(super) struct RawResponse<'a> {
    pub(super) status: Option<f64>,
    pub(super) protocol: Option<Text<'a>>,
    pub(super) headers: Vec<RawHeader<'a>>,
    pub(super) mime: Option<Text<'a>>,
    pub(super) redirect: Option<Text<'a>>,
    pub(super) error: Option<Text<'a>>,
    pub(super) transferred: Option<f64>,
    pub(super) body_size: Option<f64>,
    pub(super) from_service_worker: bool,
}

#[derive(Default)]
pub(super) struct RawInitiator<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) url: Option<Text<'a>>,
    pub(super) line: Option<f64>,
    pub(super) stack: Vec<RawFrame<'a>>,
}

#[derive(Default)]
pub(super) struct RawFrame<'a> {
    pub(super) function: Option<Text<'a>>,
    pub(super) url: Option<Text<'a>>,
    pub(super) line: Option<f64>,
    pub(super) column: Option<f64>,
}

#[derive(Default)]
pub(super) struct RawMessage<'a> {
    pub(super) kind: Option<Text<'a>>,
    /// Seconds since 1970.
    pub(super) time: Option<f64>,
    pub(super) opcode: Option<f64>,
    pub(super) data: Text<'a>,
}

impl<'a> Product<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut product = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"name" => product.name = reader.maybe_text()?,
                b"version" => product.version = reader.maybe_text()?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(product)
    }
}

impl<'a> RawPage<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut page = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"id" => page.id = reader.maybe_text()?,
                b"startedDateTime" => page.started = reader.maybe_text()?,
                b"title" => page.title = reader.maybe_text()?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(page)
    }
}

impl<'a> RawEntry<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut entry = Self::default();
        reader.peek();
        let at = reader.at();
        let mut has_request = false;
        reader.object(|reader, key| {
            match key {
                b"pageref" => entry.pageref = reader.maybe_text()?,
                b"startedDateTime" => entry.started = reader.maybe_text()?,
                b"time" => entry.time = reader.maybe_number()?,
                b"request" => {
                    entry.request = RawRequest::read(reader)?;
                    has_request = true;
                }
                b"response" => entry.response = RawResponse::read(reader)?,
                b"_initiator" => entry.initiator = RawInitiator::read(reader)?,
                b"_resourceType" => entry.kind = reader.maybe_text()?,
                b"serverIPAddress" => entry.server = reader.maybe_text()?,
                b"_fromCache" | b"_fetchType" => entry.cache = reader.maybe_text()?,
                b"_webSocketMessages" => reader.maybe_array(MOST_MESSAGES, |reader| {
                    entry.messages.push(RawMessage::read(reader)?);
                    Ok(())
                })?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        match has_request {
            true => Ok(entry),
            false => Err(Fault::missing(at, "request")),
        }
    }
}

impl<'a> RawRequest<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut request = Self::default();
        reader.peek();
        let start = reader.at();
        let mut url = None;
        reader.object(|reader, key| {
            match key {
                b"method" => request.method = reader.maybe_text()?,
                b"url" => {
                    reader.peek();
                    url = Some((reader.at(), reader.maybe_text()?.unwrap_or_default()));
                }
                b"headers" => request.headers = headers(reader)?,
                b"postData" => request.body = RawBody::read(reader)?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        let Some((at, url)) = url else { return Err(Fault::missing(start, "url")) };
        if !request.is_tunnel() && !is_address(&url) {
            return reader.fault(at, "is not an address").map_err(|fault| fault.within_key(b"url"));
        }
        request.url = url;
        Ok(request)
    }

    /// A proxy's note that a browser asked for a tunnel; what went through it has its
    /// own entries.
    pub(super) fn is_tunnel(&self) -> bool {
        self.method.as_deref().is_some_and(|method| method.eq_ignore_ascii_case(b"CONNECT"))
    }
}

fn is_address(url: &[u8]) -> bool {
    Url::parse(&String::from_utf8_lossy(url)).is_ok()
}

impl<'a> RawBody<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Option<Self>> {
        if reader.peek() != Some(b'{') {
            return reader.skip().map(|()| None);
        }
        let mut body = Self::default();
        reader.object(|reader, key| {
            match key {
                b"mimeType" => body.mime = reader.maybe_text()?,
                b"text" => body.text = reader.maybe_text()?,
                b"encoding" | b"_encoding" => body.encoding = reader.maybe_text()?,
                b"params" => reader.maybe_array(MOST_PARAMETERS, |reader| {
                    body.parameters.push(RawParameter::read(reader)?);
                    Ok(())
                })?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(Some(body))
    }
}

impl<'a> RawParameter<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut parameter = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"name" => parameter.name = reader.maybe_text()?.unwrap_or_default(),
                b"value" => parameter.value = reader.maybe_text()?.unwrap_or_default(),
                b"fileName" => parameter.file = reader.maybe_text()?,
                b"contentType" => parameter.mime = reader.maybe_text()?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(parameter)
    }
}

impl<'a> RawResponse<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut response = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"status" => response.status = reader.maybe_number()?,
                b"httpVersion" => response.protocol = reader.maybe_text()?,
                b"headers" => response.headers = headers(reader)?,
                b"content" => reader.maybe_object(|reader, key| {
                    match key {
                        b"mimeType" => response.mime = reader.maybe_text()?,
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?,
                b"redirectURL" => response.redirect = reader.maybe_text()?,
                b"_error" | b"_failureText" => response.error = reader.maybe_text()?,
                b"_transferSize" => response.transferred = reader.maybe_number()?,
                b"bodySize" => response.body_size = reader.maybe_number()?,
                b"_fetchedViaServiceWorker" => response.from_service_worker = reader.flag()?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(response)
    }
}

/// Name and value pairs, nameless ones left out.
fn headers<'a>(reader: &mut Reader<'a>) -> Read<Vec<RawHeader<'a>>> {
    let mut headers = Vec::new();
    reader.maybe_array(MOST_HEADERS, |reader| {
        let (mut name, mut value) = RawHeader::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"name" => name = reader.maybe_text()?.unwrap_or_default(),
                b"value" => value = reader.maybe_text()?.unwrap_or_default(),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        if !name.is_empty() {
            headers.push((name, value));
        }
        Ok(())
    })?;
    Ok(headers)
}

impl<'a> RawInitiator<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut initiator = Self::default();
        if reader.peek() == Some(b'"') {
            // WebPageTest names the script's address alone.
            initiator.url = reader.maybe_text()?;
            return Ok(initiator);
        }
        reader.maybe_object(|reader, key| {
            match key {
                b"type" => initiator.kind = reader.maybe_text()?,
                b"url" => initiator.url = reader.maybe_text()?,
                b"lineNumber" => initiator.line = reader.maybe_number()?,
                b"stack" => read_stack(reader, &mut initiator.stack)?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(initiator)
    }
}

/// The calls of a stack, then of the stack that scheduled it.
fn read_stack<'a>(reader: &mut Reader<'a>, frames: &mut Vec<RawFrame<'a>>) -> Read<()> {
    let mut inner = Vec::new();
    let mut outer = Vec::new();
    reader.maybe_object(|reader, key| match key {
        b"callFrames" => reader.maybe_array(usize::MAX, |reader| {
            if inner.len() == DEEPEST_STACK {
                return reader.skip();
            }
            inner.push(RawFrame::read(reader)?);
            Ok(())
        }),
        b"parent" => read_stack(reader, &mut outer),
        _ => reader.skip(),
    })?;
    frames.append(&mut inner);
    frames.append(&mut outer);
    frames.truncate(DEEPEST_STACK);
    Ok(())
}

impl<'a> RawFrame<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut frame = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"functionName" => frame.function = reader.maybe_text()?,
                b"url" => frame.url = reader.maybe_text()?,
                b"lineNumber" => frame.line = reader.maybe_number()?,
                b"columnNumber" => frame.column = reader.maybe_number()?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(frame)
    }
}

impl<'a> RawMessage<'a> {
    fn read(reader: &mut Reader<'a>) -> Read<Self> {
        let mut message = Self::default();
        reader.maybe_object(|reader, key| {
            match key {
                b"type" => message.kind = reader.maybe_text()?,
                b"time" => message.time = reader.maybe_number()?,
                b"opcode" => message.opcode = reader.maybe_number()?,
                b"data" => message.data = reader.maybe_text()?.unwrap_or_default(),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(message)
    }
}

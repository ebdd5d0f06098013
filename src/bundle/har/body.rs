//! The bytes that a request carried, out of the forms in which exporters keep them.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::entry::{RawBody, RawParameter};
use super::json::Text;

/// What a form leaves as it is; a space becomes `+` afterwards.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// The body's bytes; `None` when there was none.
///
/// Text is taken byte for byte, also when it is damaged. Where only parameters are
/// kept, the body is built from them as a browser builds it.
pub(super) fn bytes(body: RawBody<'_>) -> Option<Vec<u8>> {
    let encoded = body.encoding.is_some_and(|name| name.eq_ignore_ascii_case(b"base64"));
    match body.text {
        Some(text) if !text.is_empty() => match encoded.then(|| STANDARD.decode(&text)) {
            Some(Ok(bytes)) => Some(bytes),
            _ => Some(text.into_owned()),
        },
        _ if body.parameters.is_empty() => None,
        _ => {
            let mime = body.mime.unwrap_or_default();
            Some(match boundary(&mime) {
                Some(boundary) => multipart(&body.parameters, &boundary),
                None => form(&body.parameters),
            })
        }
    }
}

/// `name=value&…`. Some exporters keep the parameters encoded as they were sent.
fn form(parameters: &[RawParameter<'_>]) -> Vec<u8> {
    let sent = parameters.iter().all(|p| stands_encoded(&p.name) && stands_encoded(&p.value))
        && parameters.iter().any(|p| p.name.contains(&b'%') || p.value.contains(&b'%'));
    let part = |text: &Text<'_>| match sent {
        true => text.to_vec(),
        false => percent_encode(text, FORM).to_string().replace("%20", "+").into_bytes(),
    };
    let pairs: Vec<Vec<u8>> =
        parameters.iter().map(|p| [part(&p.name), part(&p.value)].join(&b'=')).collect();
    pairs.join(&b'&')
}

/// Whether a text could be a form's own encoding: every `%` begins an escape, and
/// nothing is left that would have been one.
fn stands_encoded(text: &[u8]) -> bool {
    let mut parts = text.split(|byte| *byte == b'%');
    let is_plain = |part: &[u8]| {
        part.iter().all(|b| b.is_ascii_alphanumeric() || b"+*-._~!'()/:,".contains(b))
    };
    parts.next().is_none_or(is_plain)
        && parts.all(|part| {
            part.len() >= 2 && part[..2].iter().all(u8::is_ascii_hexdigit) && is_plain(&part[2..])
        })
}

/// The boundary that a multipart type names.
fn boundary(mime: &[u8]) -> Option<String> {
    let mime = String::from_utf8_lossy(mime);
    if !mime.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let at = mime.to_ascii_lowercase().find("boundary=")?;
    let value = mime[at + "boundary=".len()..].split(';').next()?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn multipart(parameters: &[RawParameter<'_>], boundary: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for parameter in parameters {
        out.extend_from_slice(
            [
                b"--",
                boundary.as_bytes(),
                b"\r\nContent-Disposition: form-data; name=\"",
                &quoted(&parameter.name),
                b"\"",
            ]
            .concat()
            .as_slice(),
        );
        if let Some(file) = &parameter.file {
            out.extend([b"; filename=\"", &quoted(file)[..], b"\""].concat());
        }
        if let Some(mime) = &parameter.mime {
            out.extend([b"\r\nContent-Type: ", &mime[..]].concat());
        }
        out.extend([b"\r\n\r\n", &parameter.value[..], b"\r\n"].concat());
    }
    out.extend([b"--", boundary.as_bytes(), b"--\r\n"].concat());
    out
}

/// A name within quotation marks, as browsers escape it.
fn quoted(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.iter().any(|byte| b"\"\r\n".contains(byte)) {
        return Cow::Borrowed(name);
    }
    let mut out = Vec::with_capacity(name.len() + 8);
    for byte in name {
        match byte {
            b'"' => out.extend(b"%22"),
            b'\r' => out.extend(b"%0D"),
            b'\n' => out.extend(b"%0A"),
            byte => out.push(*byte),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter<'a>(name: &'a str, value: &'a str) -> RawParameter<'a> {
        RawParameter {
            name: Cow::Borrowed(name.as_bytes()),
            value: Cow::Borrowed(value.as_bytes()),
            ..RawParameter::default()
        }
    }

    fn body<'a>(mime: &'a str, parameters: Vec<RawParameter<'a>>) -> String {
        let mime = Some(Cow::Borrowed(mime.as_bytes()));
        let raw = RawBody { mime, parameters, ..RawBody::default() };
        String::from_utf8(bytes(raw).unwrap()).unwrap()
    }

    #[test]
    fn parameters_become_the_form_that_was_sent() {
        let parameters = vec![parameter("ud[em]", "jane doe@x.org"), parameter("ev", "Lead")];
        assert_eq!(body("", parameters), "ud%5Bem%5D=jane+doe%40x.org&ev=Lead");
    }

    #[test]
    fn parameters_that_stand_encoded_are_not_encoded_twice() {
        let parameters = vec![parameter("dl", "https%3A%2F%2Fx.org%2F"), parameter("a", "b")];
        assert_eq!(body("", parameters), "dl=https%3A%2F%2Fx.org%2F&a=b");
        let parameters = vec![parameter("rate", "100%"), parameter("a", "b%41")];
        assert_eq!(body("", parameters), "rate=100%25&a=b%2541");
    }

    #[test]
    fn parameters_of_a_multipart_type_become_its_parts() {
        let parts = body("multipart/form-data; boundary=XY", vec![parameter("a\"b", "1")]);
        let expected =
            "--XY\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n1\r\n--XY--\r\n";
        assert_eq!(parts, expected);
    }

    #[test]
    fn base64_that_is_none_is_kept_as_it_is() {
        let raw = |text: &'static str| RawBody {
            text: Some(Cow::Borrowed(text.as_bytes())),
            encoding: Some(Cow::Borrowed(b"base64")),
            ..RawBody::default()
        };
        assert_eq!(bytes(raw("H4sI")).unwrap(), [0x1f, 0x8b, 8]);
        assert_eq!(bytes(raw("not base64!")).unwrap(), b"not base64!");
    }
}

//! A capture without personal values, to be handed on. What is personal is another room's
//! knowledge: the one who redacts brings the masking, as for HAR files.

use super::har::{Shown, Values};
use crate::model::{
    Body, Capture, Collected, Cookie, Header, Initiator, Link, Manifest, Request, Visit,
    WebSocketFrame,
};

/// What stands for a body that masking cannot look into.
const REMOVED: &str = "[removed: a form that masking cannot look into]";
/// What stands for a binary message.
const REMOVED_MESSAGE: &str = "[removed: binary]";

/// The capture with every captured text shown as `values` makes of it. Pictures are left
/// out: what a page shows cannot be masked.
#[must_use]
pub fn redact(capture: &Capture, values: &Values<'_>) -> Capture {
    let visits = capture.visits.iter().map(|one| visit(one, values)).collect();
    Capture { manifest: manifest(&capture.manifest, values), visits }
}

fn manifest(manifest: &Manifest, values: &Values<'_>) -> Manifest {
    let mut redacted = manifest.clone();
    redacted.contains_personal_values = values.are_kept();
    redacted.targets.iter_mut().for_each(|target| *target = values.text(target));
    for page in &mut redacted.run.skipped {
        page.url = values.text(&page.url);
    }
    for coverage in redacted.coverage.values_mut() {
        for missing in &mut coverage.missing {
            missing.url = values.text(&missing.url);
        }
    }
    redacted
}

fn visit(visit: &Visit, values: &Values<'_>) -> Visit {
    let mut redacted = visit.clone();
    for text in [&mut redacted.page, &mut redacted.final_url, &mut redacted.title] {
        *text = values.text(text);
    }
    for missing in &mut redacted.coverage.missing {
        missing.url = values.text(&missing.url);
    }
    redacted.requests.iter_mut().for_each(|request| redact_request(request, values));
    redacted.collected = collected(&visit.collected, values);
    redacted
}

fn redact_request(request: &mut Request, values: &Values<'_>) {
    // The body is judged by the headers that came with it.
    request.body = request.body.as_ref().map(|held| body(request, held, values));
    request.url = values.text(&request.url);
    request.headers.iter_mut().for_each(|header| redact_header(header, values));
    request.headers.retain(|header| header.name != "content-encoding");
    initiator(&mut request.initiator, values);
    request.frame.url = values.text(&request.frame.url);
    if let Some(response) = &mut request.response {
        response.headers.iter_mut().for_each(|header| redact_header(header, values));
    }
    request.websocket.iter_mut().for_each(|message| redact_message(message, values));
}

fn body(request: &Request, body: &Body, values: &Values<'_>) -> Body {
    if values.are_kept() {
        return body.clone();
    }
    let text = std::str::from_utf8(&body.bytes).ok();
    let shown = match text.filter(|text| values.can_show(request, text)) {
        Some(text) => values.text(text),
        None => REMOVED.to_owned(),
    };
    Body::new(shown.into_bytes())
}

fn redact_header(header: &mut Header, values: &Values<'_>) {
    header.value = values.header(&header.name, &header.value);
}

fn redact_message(message: &mut WebSocketFrame, values: &Values<'_>) {
    if !message.binary {
        message.payload = values.text(&message.payload);
    } else if !values.are_kept() {
        message.binary = false;
        REMOVED_MESSAGE.clone_into(&mut message.payload);
    }
}

fn initiator(initiator: &mut Initiator, values: &Values<'_>) {
    initiator.url = initiator.url.as_deref().map(|url| values.text(url));
    for frame in &mut initiator.stack {
        frame.url = values.text(&frame.url);
    }
}

fn collected(collected: &Collected, values: &Values<'_>) -> Collected {
    let mut redacted = collected.clone();
    redacted.screenshots.clear();
    redacted.cookies.iter_mut().flatten().for_each(|cookie| redact_cookie(cookie, values));
    for item in redacted.storage.iter_mut().flatten() {
        item.value = values.show(Shown::Secret { name: &item.key, value: &item.value });
        item.key = values.text(&item.key);
    }
    for write in redacted.writes.iter_mut().flatten() {
        write.frame = values.text(&write.frame);
        write.stack.iter_mut().for_each(|frame| frame.url = values.text(&frame.url));
    }
    for call in redacted.fingerprinting.iter_mut().flatten() {
        call.frame = values.text(&call.frame);
        call.stack.iter_mut().for_each(|frame| frame.url = values.text(&frame.url));
    }
    if let Some(text) = &mut redacted.text {
        for part in [&mut text.title, &mut text.description, &mut text.text] {
            *part = values.text(part);
        }
        text.headings.iter_mut().for_each(|heading| *heading = values.text(heading));
    }
    redacted.links.iter_mut().flatten().for_each(|link| redact_link(link, values));
    for form in redacted.forms.iter_mut().flatten() {
        form.action = values.text(&form.action);
    }
    for typed in redacted.typed.iter_mut().flatten() {
        typed.frame = values.text(&typed.frame);
        typed.form = values.text(&typed.form);
    }
    for video in redacted.videos.iter_mut().flatten() {
        video.url = values.text(&video.url);
        video.title = values.text(&video.title);
    }
    if let Some(policy) = &mut redacted.privacy_policy {
        policy.url = values.text(&policy.url);
        policy.text = values.text(&policy.text);
    }
    redacted
}

fn redact_cookie(cookie: &mut Cookie, values: &Values<'_>) {
    cookie.value = values.show(Shown::Secret { name: &cookie.name, value: &cookie.value });
    cookie.name = values.text(&cookie.name);
}

fn redact_link(link: &mut Link, values: &Values<'_>) {
    link.url = values.text(&link.url);
    link.text = values.text(&link.text);
}

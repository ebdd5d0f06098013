//! E-mail in: what a message would load when it is opened, and what it links to. Nothing is
//! loaded. A message may come from anywhere: its size and parts are bounded.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use mail_parser::{HeaderName, Message, MessageParser};
use scraper::{ElementRef, Html, Selector};

use super::BundleError;
use crate::model::{
    Capture, Link, Mail, MailImage, Manifest, PageText, Request, RequestId, ResourceKind, RunFacts,
    Visit, VisitId, host_of, registrable_domain,
};

/// The largest message, and the most of its HTML, in bytes.
const MESSAGE_LIMIT: u64 = 64 << 20;
const HTML_LIMIT: usize = 4 << 20;
/// Parts, pictures and links that are read.
const PARTS: usize = 8;
const IMAGES: usize = 2_000;
const LINKS: usize = 5_000;
/// A picture of this side or less is not there to be seen, in pixels.
const UNSEEN: u32 = 2;
const HIDDEN: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "opacity:0;",
    "width:1px",
    "height:1px",
    "width:0",
    "height:0",
];

/// Reads a message (`.eml`) as a capture of one visit.
///
/// # Errors
/// When it cannot be read, or is no message.
pub fn read(place: &Path) -> Result<Capture, BundleError> {
    let mut bytes = Vec::new();
    let file = File::open(place).map_err(BundleError::io("read", place))?;
    file.take(MESSAGE_LIMIT + 1).read_to_end(&mut bytes).map_err(BundleError::io("read", place))?;
    if bytes.len() as u64 > MESSAGE_LIMIT {
        return Err(BundleError::NotMail { place: place.to_owned(), problem: "it is too large" });
    }
    let problem = "it has no sender";
    parse(&bytes).ok_or_else(|| BundleError::NotMail { place: place.to_owned(), problem })
}

/// The capture of a message; `None` when it is none.
fn parse(bytes: &[u8]) -> Option<Capture> {
    let message = MessageParser::default().parse(bytes)?;
    let sender = message.from()?.first()?.address()?.rsplit_once('@')?.1.to_ascii_lowercase();
    let mut visit = Visit {
        id: VisitId::numbered(1),
        site: registrable_domain(&sender),
        page: format!("mid:{}", message.message_id().unwrap_or("unknown")),
        title: message.subject().unwrap_or_default().to_owned(),
        ..Visit::default()
    };
    visit.final_url.clone_from(&visit.page);
    visit.collected.mail = Some(Mail {
        signed_by: signers(&message),
        mailer: mailer(&message).unwrap_or_default(),
        sender,
        images: Vec::new(),
    });
    for part in (0..PARTS).map_while(|at| message.body_html(at)) {
        let end = (0..=HTML_LIMIT.min(part.len())).rev().find(|at| part.is_char_boundary(*at))?;
        add(&mut visit, &part[..end]);
    }
    visit.collected.text = Some(PageText { title: visit.title.clone(), ..PageText::default() });
    let gap = "An e-mail shows what it would load and link to: nothing was loaded.";
    let run = RunFacts { gaps: vec![gap.to_owned()], ..RunFacts::default() };
    let date = message.date().and_then(|date| date.to_rfc3339().parse().ok());
    let manifest = Manifest {
        tool: "e-mail".to_owned(),
        started: date,
        ended: date,
        run,
        contains_personal_values: true,
        ..Manifest::default()
    };
    Some(Capture::new(manifest, vec![visit]))
}

/// The hosts that signed the message, as their signatures say.
fn signers(message: &Message<'_>) -> Vec<String> {
    let signatures =
        message.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("dkim-signature"));
    let host = |(_, value): (&str, &str)| {
        let mut tags = value.split(';').filter_map(|tag| tag.trim().split_once('='));
        tags.find(|(name, _)| name.trim() == "d").map(|(_, host)| host.trim().to_ascii_lowercase())
    };
    signatures.filter_map(host).take(PARTS).collect::<BTreeSet<_>>().into_iter().collect()
}

fn mailer(message: &Message<'_>) -> Option<String> {
    let raw = message.header_raw(HeaderName::Other("X-Mailer".into()))?;
    Some(raw.trim().chars().take(200).collect())
}

/// Adds the pictures and links of one HTML part.
fn add(visit: &mut Visit, html: &str) {
    let page = Html::parse_document(html);
    let all = |selector: &str| Selector::parse(selector).ok();
    let (Some(images), Some(anchors)) = (all("img[src]"), all("a[href]")) else { return };
    for image in page.select(&images).take(IMAGES) {
        let url = image.value().attr("src").unwrap_or_default().trim();
        if !is_web(url) {
            continue;
        }
        let id = RequestId::numbered(visit.requests.len() + 1);
        visit.requests.push(Request {
            id: id.clone(),
            url: url.to_owned(),
            method: "GET".to_owned(),
            kind: ResourceKind::Image,
            ..Request::default()
        });
        if let Some(mail) = &mut visit.collected.mail {
            mail.images.push(MailImage { request: id, unseen: is_unseen(image) });
        }
    }
    let links = visit.collected.links.get_or_insert_with(Vec::new);
    for anchor in page.select(&anchors).take(LINKS) {
        let url = anchor.value().attr("href").unwrap_or_default().trim();
        if is_web(url) {
            let text: String = anchor.text().flat_map(str::chars).take(200).collect();
            links.push(Link {
                url: url.to_owned(),
                text: text.trim().to_owned(),
                ..Link::default()
            });
        }
    }
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !host_of(url).is_empty()
}

fn is_unseen(image: ElementRef<'_>) -> bool {
    let side = |name: &str| {
        let value = image.value().attr(name)?.trim().trim_end_matches("px").parse::<u32>().ok()?;
        Some(value <= UNSEEN)
    };
    let style: String = image.value().attr("style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).chain([';']).collect();
    let tiny = side("width") == Some(true) && side("height") != Some(false)
        || side("height") == Some(true) && side("width") != Some(false);
    tiny || style
        .split(';')
        .any(|rule| HIDDEN.iter().any(|hidden| rule == hidden.trim_end_matches(';')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_message_is_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            drop(parse(&bytes));
            let mut message = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<img src=".to_vec();
            message.extend(bytes);
            drop(parse(&message));
        }
    }
}

//! What the made-up pages send, what is recognised in it, and how they look.

use std::collections::BTreeMap;

use pixelwarden::detect::{DataFlag, DataKind, Detection, Party, Source};
use pixelwarden::model::{
    ConsentState, Initiator, InitiatorKind, Masked, Phase, Request, RequestId, VisitId,
};
use pixelwarden::signature::Role;

use crate::site::SITE;

pub(crate) fn requests(page: &str, state: &ConsentState, phase: Phase) -> Vec<Request> {
    let accepted = *state == ConsentState::AfterAccept;
    let refused = *state == ConsentState::AfterReject;
    let mut urls = vec![
        page.to_owned(),
        format!("{SITE}/static/site.js"),
        "https://www.googletagmanager.com/gtag/js?id=G-ABC1234567".to_owned(),
        "https://connect.facebook.net/en_US/fbevents.js".to_owned(),
        format!("https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl={page}"),
        "https://px.adbeacon.example/i.gif?u=81234567&p=home".to_owned(),
    ];
    if accepted || refused {
        urls.push(
            "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC1234567&en=page_view"
                .to_owned(),
        );
    }
    if accepted {
        urls.push("https://px.ads.linkedin.com/wa/?medium=fetch&fmt=g".to_owned());
    }
    let request = |(at, url): (usize, String)| Request {
        id: RequestId::numbered(at + 1),
        url,
        method: "GET".to_owned(),
        time_ms: 120.0 * (at as f64 + 1.0),
        phase,
        initiator: Initiator { kind: InitiatorKind::Script, ..Initiator::default() },
        ..Request::default()
    };
    urls.into_iter().enumerate().map(request).collect()
}

pub(crate) fn detection(
    visit: &VisitId,
    request: &Request,
    page: &str,
    title: &str,
) -> Option<Detection> {
    let (signature, vendor, product, category, role, event) = match request.url.as_str() {
        u if u.contains("facebook.com/tr") => {
            ("meta/pixel", "Meta", "Meta Pixel", "retargeting", Role::Hit, Some("PageView"))
        }
        u if u.contains("fbevents") => {
            ("meta/pixel-code", "Meta", "Meta Pixel", "retargeting", Role::Loader, None)
        }
        u if u.contains("g/collect") => (
            "google/ga4",
            "Google",
            "Google Analytics 4",
            "analytics",
            Role::Hit,
            Some("page_view"),
        ),
        u if u.contains("gtag/js") => {
            ("google/gtag", "Google", "Google tag", "tag-manager", Role::Loader, None)
        }
        u if u.contains("linkedin") => (
            "linkedin/insight",
            "LinkedIn",
            "LinkedIn Insight Tag",
            "retargeting",
            Role::Hit,
            Some("pageview"),
        ),
        _ => return None,
    };
    let flag = DataFlag {
        kind: DataKind::Health,
        param: "dl".to_owned(),
        path: "query.dl".to_owned(),
        excerpt: Masked::own(page),
        category: "mental_health".to_owned(),
    };
    let flagged = role == Role::Hit && page.contains("conditions");
    let params = [("dl", page), ("dt", title)].map(|(k, v)| (k.to_owned(), Masked::own(v)));
    Some(Detection {
        visit: visit.clone(),
        source: Source::Request,
        request: Some(request.id.clone()),
        time_ms: request.time_ms,
        phase: request.phase,
        signature: signature.to_owned(),
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        categories: vec![category.to_owned()],
        role,
        party: Party::ThirdParty,
        account: Some("123456789012345".to_owned()),
        event: event.map(str::to_owned),
        url: Masked::own(request.url.as_str()),
        params: params.into(),
        labels: BTreeMap::from([("dl".to_owned(), "page URL".to_owned())]),
        flags: if flagged { vec![flag] } else { Vec::new() },
        ..Detection::default()
    })
}

/// A drawn page: head, text lines and a box.
pub(crate) fn picture() -> Vec<u8> {
    let (width, height) = (1280_u32, 900_u32);
    let mut rgb = vec![255_u8; (width * height * 3) as usize];
    for y in 0..height {
        for x in 0..width {
            let color = match (x, y) {
                (_, 0..90) => [20, 90, 120],
                (140..900, 160..200) => [40, 40, 40],
                (140..1000, 240..700) if y % 36 < 12 => [150, 150, 150],
                (0..1280, 740..900) => [235, 235, 240],
                _ => [255, 255, 255],
            };
            let at = ((y * width + x) * 3) as usize;
            rgb[at..at + 3].copy_from_slice(&color);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
    bytes
}

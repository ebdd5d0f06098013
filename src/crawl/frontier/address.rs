//! One page has one address: what does not change a page is taken off, and two
//! spellings of one address have the same key.

use url::Url;

/// Parameters that name a campaign, a click or a session, never a page.
const NOISE: &[&str] = &[
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "cfid",
    "cftoken",
    "cjevent",
    "dclid",
    "ef_id",
    "epik",
    "fbclid",
    "gad_campaignid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsa_acc",
    "hsa_cam",
    "hsctatracking",
    "igshid",
    "irclickid",
    "jsessionid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "phpsessid",
    "rb_clickid",
    "s_cid",
    "s_kwcid",
    "sccid",
    "sessid",
    "sessionid",
    "session_id",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
    "ysclid",
];
/// How the names of whole families of such parameters begin.
const NOISE_FAMILIES: &[&str] = &["utm_", "mtm_", "pk_", "matomo_", "piwik_", "aspsessionid"];
/// Parameters that may name a session: when their value looks like a key.
const PERHAPS_SESSION: &[&str] = &["sid", "s", "session", "token"];
/// Parameters of a path's segment, as in `/page;jsessionid=1`.
const SEGMENT_NOISE: &[&str] = &["jsessionid", "phpsessid", "sid", "sessionid"];
/// What a folder's own page is called.
const INDEX: &[&str] = &[
    "index.html",
    "index.htm",
    "index.php",
    "index.jsp",
    "index.asp",
    "index.aspx",
    "index.shtml",
    "default.asp",
    "default.aspx",
    "default.htm",
    "default.html",
];

/// The address without what does not change the page: fragment (unless it is the route
/// of a single-page application), campaign and session parameters. Schemes, hosts,
/// default ports and dot segments are in one form already: [`Url`] sees to that.
pub(in crate::crawl) fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.fragment().is_some_and(is_route) {
        url.set_fragment(None);
    }
    if let Some(path) = without_session(url.path()) {
        url.set_path(&path);
    }
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_noise(pair)).collect();
        let kept = kept.join("&");
        if kept.len() != query.len() || kept.is_empty() {
            url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
        }
    }
    url
}

/// Two addresses with the same key are the same page. Beyond [`canonical`] it does not
/// tell apart: the scheme, `www.`, a slash at the end, the name of an index page, the
/// order of parameters, and escapes of characters that need none.
pub(in crate::crawl) fn key(url: &Url) -> String {
    let url = canonical(url);
    let mut key = authority(&url);
    let segments: Vec<&str> = url.path().split('/').filter(|s| !s.is_empty()).collect();
    for (at, segment) in segments.iter().enumerate() {
        let is_index = at + 1 == segments.len()
            && INDEX.iter().any(|index| index.eq_ignore_ascii_case(segment));
        if !is_index {
            key.push('/');
            unescape(segment, &mut key);
        }
    }
    let mut query: Vec<String> = Vec::new();
    for pair in url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let mut plain = String::with_capacity(pair.len());
        unescape(&pair.replace('+', "%20"), &mut plain);
        query.push(plain.strip_suffix('=').map_or(plain.clone(), str::to_owned));
    }
    query.sort_unstable();
    if !query.is_empty() {
        key.push('?');
        key.push_str(&query.join("&"));
    }
    if let Some(route) = url.fragment() {
        key.push('#');
        key.push_str(route.trim_end_matches('/'));
    }
    key
}

/// Host without `www.`, and the port if it is an unusual one.
pub(in crate::crawl) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `#/doctors/7` and `#!doctors` are pages of their own, `#top` and `#/` are not.
fn is_route(fragment: &str) -> bool {
    let route = fragment.strip_prefix('!').map(|rest| (true, rest));
    let (banged, rest) = route.unwrap_or((false, fragment));
    let is_path = rest.starts_with('/') || banged;
    is_path && !rest.trim_matches('/').is_empty()
}

/// Whether a `name=value` of a query says nothing of the page.
fn is_noise(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    name.is_empty()
        || NOISE.contains(&name.as_str())
        || NOISE_FAMILIES.iter().any(|family| name.starts_with(family))
        || (PERHAPS_SESSION.contains(&name.as_str()) && is_key(value))
}

/// At least sixteen letters and digits, both of them, and nothing else.
fn is_key(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    value.len() >= 16
        && value.bytes().all(|b| b.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

/// The path without `;jsessionid=…`, if there is one.
fn without_session(path: &str) -> Option<String> {
    if !path.contains(';') {
        return None;
    }
    let segment = |segment: &str| {
        let kept = segment.split(';').enumerate().filter(|(at, parameter)| {
            let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
            *at == 0 || !SEGMENT_NOISE.contains(&name.as_str())
        });
        kept.map(|(_, part)| part).collect::<Vec<_>>().join(";")
    };
    Some(path.split('/').map(segment).collect::<Vec<_>>().join("/"))
}

/// Escapes in one form: those of plain characters undone, the others in upper case.
fn unescape(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut from = 0;
    for (at, _) in text.match_indices('%') {
        let Some(byte) = digit(at + 1).zip(digit(at + 2)).map(|(high, low)| high << 4 | low) else {
            continue;
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        match char::from_u32(byte) {
            Some(c) if c.is_ascii_alphanumeric() || "-._~".contains(c) => out.push(c),
            _ => out.push_str(&text[at..at + 3].to_ascii_uppercase()),
        }
        from = at + 3;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn what_does_not_change_the_page_is_taken_off() {
        let cases = [
            ("https://Clinic.example:443/a/../b/./c?", "https://clinic.example/b/c"),
            ("https://clinic.example/a#top", "https://clinic.example/a"),
            ("https://clinic.example/#/", "https://clinic.example/"),
            ("https://clinic.example/#/doctors/7", "https://clinic.example/#/doctors/7"),
            ("https://clinic.example/#!doctors", "https://clinic.example/#!doctors"),
            ("https://clinic.example/a;jsessionid=1F?x=1", "https://clinic.example/a?x=1"),
            ("https://clinic.example/a;v=2/b", "https://clinic.example/a;v=2/b"),
            (
                "https://clinic.example/?q=a+b%20c&utm_source=x&gclid=1&PHPSESSID=9",
                "https://clinic.example/?q=a+b%20c",
            ),
            (
                "https://clinic.example/?sid=7&s=0123456789abcdef0123",
                "https://clinic.example/?sid=7",
            ),
        ];
        for (written, expected) in cases {
            assert_eq!(canonical(&url(written)).as_str(), expected, "{written}");
        }
    }

    #[test]
    fn spellings_of_one_page_have_one_key() {
        let same = [
            "https://www.clinic.example/b%c3%a4r/%7ejane/?y=2&x=1%2f",
            "http://clinic.example:80/b%C3%A4r/~jane?x=1%2F&y=2&utm_medium=mail",
            "https://clinic.example//bär/~jane/index.html?&x=1%2F&y=2#contact",
        ];
        for spelling in same {
            assert_eq!(key(&url(spelling)), "clinic.example/b%C3%A4r/~jane?x=1%2F&y=2");
        }
        let different = ["/a", "/A", "/a?x", "/a?x=1", "/a?x=1&x=2", "/a%2Fb", "/a/b", "/#/a"];
        let keys: std::collections::BTreeSet<String> = different
            .iter()
            .map(|path| key(&url(&format!("https://clinic.example{path}"))))
            .collect();
        assert_eq!(keys.len(), different.len(), "{keys:?}");
        assert_ne!(key(&url("http://a.localhost:1/")), key(&url("http://a.localhost:2/")));
    }

    proptest! {
        #[test]
        fn a_canonical_address_is_its_own(text in "[a-zA-Z0-9%;=&?#/.!+~äß_-]{0,40}") {
            if let Ok(url) = Url::parse(&format!("https://clinic.example/{text}")) {
                let once = canonical(&url);
                let twice = canonical(&once);
                prop_assert_eq!(twice.as_str(), once.as_str());
                prop_assert_eq!(key(&once), key(&url));
            }
        }
    }
}

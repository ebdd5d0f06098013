//! Which of a request's headers a site's own code put there.

/// Headers that are the browser's own, or read by themselves.
const OWN: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "origin",
    "pragma",
    "referer",
    "user-agent",
];

/// Whether a header, by its lower-case name, is none of the browser's own.
pub(super) fn is_of_the_site(name: &str) -> bool {
    !OWN.contains(&name) && !name.starts_with("sec-")
}

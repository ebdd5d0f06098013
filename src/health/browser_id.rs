//! Ids that vendors' scripts give a browser (`fb.1.1700000000000.123456789`,
//! `GA1.2.123456789.1700000000`). They single a visitor out like a login does, so that
//! shown text keeps their shape and time, and not their random part.

use std::ops::Range;

/// The random parts of browser ids in a text.
pub(super) fn browser_ids(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') {
            continue;
        }
        parts.push(start..at);
        start = at + 1;
        if byte != b'.' {
            found.extend(random_part(text, &parts));
            parts.clear();
        } else if parts.len() > MOST_PARTS {
            parts.remove(0);
        }
    }
    found
}

/// No id has more parts; of a longer run the last ones are read.
const MOST_PARTS: usize = 8;

fn random_part(text: &str, parts: &[Range<usize>]) -> Option<Range<usize>> {
    let digits = |part: &Range<usize>, lengths: Range<usize>| {
        lengths.contains(&part.len()) && text[part.clone()].bytes().all(|b| b.is_ascii_digit())
    };
    let meta = parts.windows(4).find(|four| {
        text[four[0].clone()].ends_with("fb")
            && digits(&four[1], 1..2)
            && digits(&four[2], 10..14)
            && !four[3].is_empty()
    });
    let google = parts.windows(2).find(|two| {
        digits(&two[0], 6..11) && digits(&two[1], 10..11) && text[two[1].clone()].starts_with('1')
    });
    meta.map(|four| four[3].clone()).or_else(|| google.map(|two| two[0].clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(text: &str) -> Vec<&str> {
        browser_ids(text).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn the_random_part_of_a_browser_id_is_found() {
        assert_eq!(random("_fbp=fb.1.1700000000000.987654321; a=1"), ["987654321"]);
        assert_eq!(random("x?fbc=fb.2.1700000000000.IwAR0_x-Y&v=1"), ["IwAR0_x-Y"]);
        assert_eq!(random("c%3DGA1.2.123456789.1700000000%26"), ["123456789"]);
        assert_eq!(random("cid=123456789.1700000000"), ["123456789"]);
    }

    #[test]
    fn versions_addresses_and_clocks_are_none() {
        for text in ["v=2.9.179", "10.0.0.1", "www.fb.com", "1700000000.123", "1.5", "fb.1.2.3"] {
            assert_eq!(random(text), [""; 0], "{text}");
        }
    }
}

//! robots.txt as RFC 9309 reads it: groups for one token merged, the longest matching
//! rule wins, and `Allow` wins a tie. Pure: fetching is another file's job.

/// The product token that the tool obeys.
pub const TOKEN: &str = "pixelwarden";

/// As much of a file as is read (RFC 9309, section 2.5).
const MOST_BYTES: usize = 500 << 10;
/// Most rules kept.
const MOST_RULES: usize = 10_000;
/// Most sitemaps kept.
const MOST_SITEMAPS: usize = 1_000;

/// What a site's robots.txt says to one token.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Robots {
    /// Whether the file was there.
    pub state: RobotsState,
    /// Addresses of sitemaps, as written, in order.
    pub sitemaps: Vec<String>,
    /// Seconds that the site asks crawlers to wait between two pages.
    pub crawl_delay: Option<f64>,
    rules: Vec<Rule>,
}

/// Whether a site's robots.txt could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RobotsState {
    /// It was read.
    Read,
    /// The site has none (an answer of 4xx): everything is allowed.
    #[default]
    Unavailable,
    /// The site could not be asked (5xx or no answer): nothing is allowed.
    Unreachable {
        /// What went wrong.
        message: String,
    },
}

/// One `Allow` or `Disallow` line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    /// Normalised, without the `$`.
    pattern: Vec<u8>,
    /// The pattern ended with `$`.
    to_the_end: bool,
    /// How specific it is: the length of the pattern as written.
    weight: usize,
}

impl Robots {
    /// What a file says to `token`; bytes beyond 500 KiB are not read.
    #[must_use]
    pub fn parse(file: &[u8], token: &str) -> Self {
        let file = &file[..file.len().min(MOST_BYTES)];
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let text = String::from_utf8_lossy(file);
        let mut reading = Reading::new(token);
        for line in text.split(['\n', '\r']) {
            reading.line(line);
        }
        reading.finish()
    }

    /// No such file: everything is allowed.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::default()
    }

    /// The site could not be asked: nothing is allowed.
    #[must_use]
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self { state: RobotsState::Unreachable { message: message.into() }, ..Self::default() }
    }

    /// Whether a path with its query (`/search?q=1`) may be visited.
    #[must_use]
    pub fn allows(&self, path: &str) -> bool {
        if matches!(self.state, RobotsState::Unreachable { .. }) {
            return false;
        }
        // The file that forbids must itself be readable.
        if path == "/robots.txt" {
            return true;
        }
        let path = normalised(path);
        let matching = self.rules.iter().filter(|rule| rule.matches(&path));
        matching.max_by_key(|rule| (rule.weight, rule.allows)).is_none_or(|rule| rule.allows)
    }
}

impl Rule {
    fn new(allows: bool, pattern: &str) -> Self {
        let (pattern, to_the_end) = match pattern.strip_suffix('$') {
            Some(before) => (before, true),
            None => (pattern, false),
        };
        let pattern = normalised(pattern);
        Self { allows, weight: pattern.len() + usize::from(to_the_end), pattern, to_the_end }
    }

    /// `*` stands for anything. Each part takes the first place where it fits, so the
    /// work is the path's length times the number of parts at most.
    fn matches(&self, path: &[u8]) -> bool {
        let mut parts = self.pattern.split(|byte| *byte == b'*');
        let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
            return false;
        };
        let mut last = None;
        for part in parts {
            if let Some(part) = last.replace(part) {
                match memchr::memmem::find(rest, part) {
                    Some(at) => rest = &rest[at + part.len()..],
                    None => return false,
                }
            }
        }
        match (last, self.to_the_end) {
            (None, false) => true,
            (None, true) => rest.is_empty(),
            (Some(part), true) => rest.ends_with(part),
            (Some(part), false) => memchr::memmem::find(rest, part).is_some(),
        }
    }
}

/// Percent escapes in one form: those of plain characters undone, others upper case,
/// and what may not stand in a path escaped (RFC 9309, section 2.2.2).
fn normalised(path: &str) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let escape = |out: &mut Vec<u8>, byte: u8| {
        out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    };
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        let escaped = match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high << 4 | low).ok(),
            _ => None,
        };
        match escaped {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte),
            Some(byte) => escape(&mut out, byte),
            None if bytes[at].is_ascii_graphic() => out.push(bytes[at]),
            None => escape(&mut out, bytes[at]),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

/// Whom the lines of the current group are for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    Others,
    Everyone,
    Us,
}

/// A group's lines so far: those for everyone, and those for the token.
#[derive(Default)]
struct Lines {
    named: bool,
    rules: Vec<Rule>,
    delay: Option<f64>,
}

struct Reading<'t> {
    token: &'t str,
    whom: For,
    /// The last line was a user agent: another one adds to the same group.
    in_agents: bool,
    everyone: Lines,
    us: Lines,
    sitemaps: Vec<String>,
}

impl<'t> Reading<'t> {
    fn new(token: &'t str) -> Self {
        Self {
            token,
            whom: For::Others,
            in_agents: false,
            everyone: Lines::default(),
            us: Lines::default(),
            sitemaps: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else { return };
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "user-agent" => self.agent(value),
            "allow" => self.rule(true, value),
            "disallow" => self.rule(false, value),
            "crawl-delay" => {
                self.in_agents = false;
                let seconds = value.parse().ok().filter(|s: &f64| s.is_finite() && *s >= 0.0);
                if let Some(lines) = self.lines() {
                    lines.delay = lines.delay.or(seconds);
                }
            }
            // A sitemap belongs to no group and ends none.
            "sitemap" if !value.is_empty() && self.sitemaps.len() < MOST_SITEMAPS => {
                self.sitemaps.push(value.to_owned());
            }
            _ => {}
        }
    }

    fn agent(&mut self, value: &str) {
        if !self.in_agents {
            self.whom = For::Others;
            self.in_agents = true;
        }
        // A version after the token (`pixelwarden/1.0`) is common and means the token.
        let is_token = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '-';
        let name = value.split(|c| !is_token(c)).next().unwrap_or_default();
        let whom = match value {
            _ if name.eq_ignore_ascii_case(self.token) => For::Us,
            "*" => For::Everyone,
            _ => For::Others,
        };
        if whom == For::Us {
            self.us.named = true;
        }
        self.whom = self.whom.max(whom);
    }

    fn lines(&mut self) -> Option<&mut Lines> {
        match self.whom {
            For::Us => Some(&mut self.us),
            For::Everyone => Some(&mut self.everyone),
            For::Others => None,
        }
    }

    fn rule(&mut self, allows: bool, pattern: &str) {
        self.in_agents = false;
        let Some(lines) = self.lines() else { return };
        // An empty pattern matches nothing.
        if !pattern.is_empty() && lines.rules.len() < MOST_RULES {
            lines.rules.push(Rule::new(allows, pattern));
        }
    }

    fn finish(self) -> Robots {
        let lines = if self.us.named { self.us } else { self.everyone };
        Robots {
            state: RobotsState::Read,
            sitemaps: self.sitemaps,
            crawl_delay: lines.delay,
            rules: lines.rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(file: &str, path: &str) -> bool {
        Robots::parse(file.as_bytes(), TOKEN).allows(path)
    }

    #[test]
    fn the_longest_rule_wins_and_allow_wins_a_tie() {
        let file = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /c\nAllow: /c";
        assert!(!allows(file, "/a/x"));
        assert!(allows(file, "/a/b/x"));
        assert!(allows(file, "/c"));
        assert!(allows(file, "/other"));
    }

    #[test]
    fn groups_for_the_token_are_merged_and_replace_those_for_everyone() {
        let file = "user-agent: PixelWarden/2.0\nuser-agent: other\nDisallow: /one\n\n\
            User-agent: *\nDisallow: /\n\nUser-agent: pixelwarden\nCrawl-delay: 2.5\nDisallow: /two";
        assert!(!allows(file, "/one") && !allows(file, "/two") && allows(file, "/three"));
        assert_eq!(Robots::parse(file.as_bytes(), TOKEN).crawl_delay, Some(2.5));
        assert!(!Robots::parse(file.as_bytes(), "someone").allows("/three"));
        assert!(allows("User-agent: pixelwardenbot\nDisallow: /", "/"));
        assert!(allows("User-agent: pixelwarden\n\nUser-agent: *\nAllow: /", "/"));
        assert!(allows("Disallow: /", "/"), "a rule without a group is for nobody");
    }

    #[test]
    fn stars_and_dollars_match() {
        let file = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /private*x\nDisallow: /end$\nDisallow: *?s=";
        assert!(!allows(file, "/a/b.pdf") && allows(file, "/a/b.pdf?x") && allows(file, "/a.pdfx"));
        assert!(!allows(file, "/private-area/x") && allows(file, "/private-area"));
        assert!(!allows(file, "/end") && allows(file, "/end/"));
        assert!(!allows(file, "/find?s=1"));
    }

    #[test]
    fn escapes_are_compared_in_one_form() {
        let file = "User-agent: *\nDisallow: /b%c3%a4r\nDisallow: /%61bc\nDisallow: /grün\nDisallow: /x%2Fy";
        assert!(!allows(file, "/b%C3%A4r") && !allows(file, "/bär"));
        assert!(!allows(file, "/abc") && !allows(file, "/gr%C3%BCn"));
        assert!(!allows(file, "/x%2fy") && allows(file, "/x/y"));
    }

    #[test]
    fn odd_files_are_read() {
        let file = "\u{feff}User-Agent : *\r\rDISALLOW:/a # why\r\nSitemap: https://x.example/s.xml\r\nAllow";
        assert!(!allows(file, "/a"));
        let robots = Robots::parse(file.as_bytes(), TOKEN);
        assert_eq!(robots.sitemaps, ["https://x.example/s.xml"]);
        let long = format!("User-agent: *\n{}Disallow: /late", "#\n".repeat(MOST_BYTES / 2));
        assert!(allows(&long, "/late"));
        assert!(allows("User-agent: *\nDisallow: /", "/robots.txt"));
    }

    #[test]
    fn a_missing_file_allows_and_a_broken_server_forbids() {
        assert!(Robots::unavailable().allows("/x"));
        assert!(!Robots::unreachable("503").allows("/x"));
    }

    proptest! {
        #[test]
        fn never_panics(file in prop::collection::vec(any::<u8>(), 0..300), path in any::<String>()) {
            let _ = Robots::parse(&file, TOKEN).allows(&path);
        }

        #[test]
        fn a_rule_matches_as_the_pattern_it_stands_for(pattern in "/[ab*]{0,6}", path in "/[ab]{0,8}", end in any::<bool>()) {
            let dollar = if end { "$" } else { "" };
            let regex = format!("^{}{dollar}", pattern.replace('*', ".*"));
            let expected = regex::Regex::new(&regex).unwrap().is_match(&path);
            prop_assert_eq!(Rule::new(false, &format!("{pattern}{dollar}")).matches(path.as_bytes()), expected);
        }
    }
}

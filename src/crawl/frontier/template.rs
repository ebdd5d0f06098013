//! Near-identical pages are told by the shape of their addresses: a number, a date or a
//! key stands for any, and so does a name that has many siblings. Shapes are compared
//! over all that is known, since one address alone does not show what varies.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;

use super::address::authority;

/// Names of one folder beyond which they are taken for entries of a list.
const SIBLINGS: usize = 10;
/// An entry has at most so many pages of its own below it; more make it a section.
const OWN_PAGES: usize = 3;
/// A title has at least so many words: `how-to-sleep-better`.
const TITLE_WORDS: usize = 4;
/// Segments of a path that are told apart.
const DEEPEST: usize = 12;
/// What stands for a name that varies.
const NAME: &str = "{name}";

/// An address cut to what does not vary between pages of one kind, as far as one
/// address shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// Host and segments, then `?` with the names of the query, separated by `/`.
    labels: Box<str>,
    /// The query has a value that reads like a name, as in `?page=contact`.
    named: bool,
}

impl Shape {
    pub(super) fn of(url: &Url) -> Self {
        let mut labels = authority(url);
        let route = url.fragment().unwrap_or_default().trim_start_matches('!');
        let route = route.split('/').filter(|s| !s.is_empty()).enumerate();
        let route = route.map(|(at, s)| if at == 0 { format!("#{s}") } else { label(s).into() });
        let path = url.path().split('/').filter(|s| !s.is_empty()).map(label);
        for (at, segment) in path.chain(route.map(Cow::Owned)).enumerate() {
            labels.push('/');
            if at == DEEPEST {
                labels.push_str("{rest}");
                break;
            }
            labels.push_str(&segment);
        }
        let query = url.query().unwrap_or_default();
        let (names, named) = query_names(query);
        if !query.is_empty() {
            labels.push_str("/?");
            labels.push_str(&names);
        }
        Self { labels: labels.into(), named }
    }
}

/// The names of a query, sorted, and whether a value reads like a name. Many names are
/// the filters of a list, which combine without end: they count as one.
fn query_names(query: &str) -> (String, bool) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (mut names, mut named) = (Vec::new(), false);
    for (name, value) in pairs {
        names.push(name.to_owned());
        named |= !value.is_empty() && !label(value).starts_with('{');
    }
    names.sort_unstable();
    names.dedup();
    match names.len() {
        0..=2 => (names.join("&"), named),
        _ => ("{filters}".to_owned(), false),
    }
}

/// One segment: `{n}`, `{date}`, `{id}`, or itself with its numbers cut out.
fn label(segment: &str) -> Cow<'_, str> {
    let (stem, ending) = match segment.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => (stem, Some(ending)),
        _ => (segment, None),
    };
    let kind = match stem {
        _ if stem.bytes().all(|b| b.is_ascii_digit()) => Some("{n}"),
        _ if is_date(stem) => Some("{date}"),
        _ if is_key(stem) => Some("{id}"),
        _ => None,
    };
    match (kind, ending) {
        (Some(kind), Some(ending)) => Cow::Owned(format!("{kind}.{ending}")),
        (Some(kind), None) => Cow::Borrowed(kind),
        (None, _) if !segment.bytes().any(|b| b.is_ascii_digit()) => Cow::Borrowed(segment),
        (None, _) => Cow::Owned(without_numbers(segment)),
    }
}

/// `2024-05-12`, `2024_05`, `12.05.2024`.
fn is_date(stem: &str) -> bool {
    let parts: Vec<&str> = stem.split(['-', '_', '.']).collect();
    let digits = |part: &&str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(digits)
        && parts.iter().any(|part| part.len() == 4 && part.starts_with(['1', '2']))
}

/// A key of a database: eight hexadecimal digits or more, a UUID, or sixteen letters and
/// digits in no order.
fn is_key(stem: &str) -> bool {
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    let is_uuid = stem.len() == 36 && stem.bytes().filter(|b| *b == b'-').count() == 4;
    let is_hex = stem.bytes().all(|b| b.is_ascii_hexdigit() || (is_uuid && b == b'-'));
    let mixed = stem.bytes().any(|b| b.is_ascii_lowercase())
        && stem.bytes().any(|b| b.is_ascii_uppercase())
        && stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    digits > 0 && ((is_hex && stem.len() >= 8) || (mixed && digits > 2 && stem.len() >= 16))
}

fn without_numbers(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    let mut in_number = false;
    for c in segment.chars() {
        match c.is_ascii_digit() {
            true if !in_number => out.push_str("{n}"),
            true => {}
            false => out.push(c),
        }
        in_number = c.is_ascii_digit();
    }
    out
}

/// The templates of a set of pages.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// The template of each page, as an index into `patterns`.
    pub(super) of: Vec<usize>,
    pub(super) patterns: Vec<Template>,
}

/// What near-identical pages have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    /// `clinic.example/doctors/{name}`.
    pub(super) text: String,
    /// Index of the folder that it lies in.
    pub(super) folder: usize,
    /// Pages that are known of it.
    pub(super) known: usize,
    /// Names vary, which say more of a page than a number does.
    pub(super) by_name: bool,
}

impl Template {
    /// Whether it stands for more than one address.
    pub(super) fn varies(&self) -> bool {
        self.text.contains(['{', '?'])
    }
}

/// A page on its way down the tree of segments.
struct Walker<'s> {
    number: usize,
    rest: std::str::Split<'s, char>,
    named: bool,
}

impl Templates {
    /// Groups pages by what their addresses have in common.
    pub(super) fn of<'s>(shapes: impl Iterator<Item = &'s Shape>) -> Self {
        let walkers: Vec<Walker<'_>> = shapes
            .enumerate()
            .map(|(number, shape)| Walker {
                number,
                rest: shape.labels.split('/'),
                named: shape.named,
            })
            .collect();
        let mut templates = Self { of: vec![0; walkers.len()], patterns: Vec::new() };
        let mut folders = BTreeMap::new();
        templates.descend(walkers, &mut Vec::new(), &mut folders);
        templates
    }

    /// Splits pages with a common `path` by their next segment, names that are entries
    /// of a list together.
    fn descend(
        &mut self,
        pages: Vec<Walker<'_>>,
        path: &mut Vec<String>,
        folders: &mut BTreeMap<String, usize>,
    ) {
        let mut groups: BTreeMap<&str, Vec<Walker<'_>>> = BTreeMap::new();
        let mut here = Vec::new();
        for mut page in pages {
            match page.rest.next() {
                Some(next) => groups.entry(next).or_default().push(page),
                None => here.push(page),
            }
        }
        self.file(&here, path, folders);
        let titles_only = is_top(path);
        let entries: Vec<&str> = groups
            .iter()
            .filter(|(label, pages)| is_entry(label, pages, titles_only))
            .map(|(label, _)| *label)
            .collect();
        if entries.len() > SIBLINGS && !path.is_empty() {
            let merged = entries.iter().filter_map(|label| groups.remove(label)).flatten();
            path.push(NAME.to_owned());
            let merged = merged.collect();
            self.descend(merged, path, folders);
            path.pop();
        }
        for (label, pages) in groups {
            path.push(label.to_owned());
            self.descend(pages, path, folders);
            path.pop();
        }
    }

    /// Files pages whose whole address has this path.
    fn file(
        &mut self,
        pages: &[Walker<'_>],
        path: &[String],
        folders: &mut BTreeMap<String, usize>,
    ) {
        let Some(named) = pages.first().map(|_| pages.iter().any(|page| page.named)) else {
            return;
        };
        let parent = path.iter().rposition(|label| !label.starts_with('?')).unwrap_or_default();
        let next = folders.len();
        let folder = *folders.entry(path[..parent].join("/")).or_insert(next);
        let by_name = named || path.iter().any(|label| label == NAME);
        let text = path.join("/").replace("/?", "?");
        for page in pages {
            self.of[page.number] = self.patterns.len();
        }
        self.patterns.push(Template { text, folder, known: pages.len(), by_name });
    }
}

/// The top of a host, also below its language: what lies there are a site's main pages.
fn is_top(path: &[String]) -> bool {
    let is_language = |label: &str| {
        let mut parts = label.split(['-', '_']);
        let letters = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
        parts.next().is_some_and(letters) && parts.all(letters) && label.len() <= 5
    };
    path.len() <= 1 || (path.len() == 2 && is_language(&path[1]))
}

/// Whether a name could be one of a list, rather than a section of the site.
fn is_entry(label: &str, pages: &[Walker<'_>], titles_only: bool) -> bool {
    if label.starts_with(['{', '?']) {
        return false;
    }
    let is_title = label.split(['-', '_']).count() >= TITLE_WORDS;
    let below = pages.iter().filter(|page| page.rest.clone().any(|label| !label.starts_with('?')));
    (is_title || !titles_only) && below.count() <= OWN_PAGES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(addresses: &[String]) -> Vec<(String, usize)> {
        let shape = |address: &String| Shape::of(&Url::parse(address).unwrap());
        let shapes: Vec<Shape> = addresses.iter().map(shape).collect();
        let templates = Templates::of(shapes.iter());
        let mut patterns: Vec<_> = templates
            .patterns
            .into_iter()
            .map(|template| (template.text, template.known))
            .collect();
        patterns.sort();
        patterns
    }

    fn pattern(path: &str) -> String {
        let found = patterns(&[format!("https://www.clinic.example{path}")]);
        found[0].0.trim_start_matches("clinic.example").to_owned()
    }

    #[test]
    fn one_address_shows_numbers_dates_and_keys() {
        let cases = [
            ("/doctors/123", "/doctors/{n}"),
            ("/doctors/123.html", "/doctors/{n}.html"),
            ("/product?id=7", "/product?id"),
            ("/product?color=red&id=7", "/product?color&id"),
            ("/shop?a=1&b=2&c=3", "/shop?{filters}"),
            ("/2024/05/12/sleep-well", "/{n}/{n}/{n}/sleep-well"),
            ("/calendar/2024-05-12", "/calendar/{date}"),
            ("/r/9f8b6c1d-1111-4222-8333-444455556666", "/r/{id}"),
            ("/r/5f3a9c2e1b", "/r/{id}"),
            ("/p/aB3dE5fG7hI9jK1m", "/p/{id}"),
            ("/shop/chair-12345", "/shop/chair-{n}"),
            ("/#/doctors/7", "/#doctors/{n}"),
            ("/beef/deadbeef", "/beef/deadbeef"),
            ("/", ""),
        ];
        for (path, expected) in cases {
            assert_eq!(pattern(path), expected, "{path}");
        }
    }

    fn names(folder: &str, count: usize) -> Vec<String> {
        let letters = |n: usize| {
            let digit = |d| char::from(b'a' + u8::try_from(d).unwrap());
            format!("{}{}-{}", digit(n % 26), digit(n / 26 % 26), digit(n % 7))
        };
        (0..count).map(|n| format!("https://clinic.example{folder}/{}", letters(n))).collect()
    }

    #[test]
    fn names_with_many_siblings_are_one_template() {
        assert_eq!(patterns(&names("/doctors", SIBLINGS)).len(), SIBLINGS, "few are pages");
        let many = names("/doctors", 40);
        assert_eq!(patterns(&many), [("clinic.example/doctors/{name}".to_owned(), 40)]);
        let reviews: Vec<String> = many.iter().map(|doctor| format!("{doctor}/reviews")).collect();
        assert_eq!(
            patterns(&[many, reviews].concat()),
            [
                ("clinic.example/doctors/{name}".to_owned(), 40),
                ("clinic.example/doctors/{name}/reviews".to_owned(), 40)
            ]
        );
    }

    #[test]
    fn a_sites_main_pages_and_sections_are_no_list() {
        assert_eq!(patterns(&names("", 40)).len(), 40);
        assert_eq!(patterns(&names("/en-us", 40)).len(), 40);
        let mut sections = names("/patients", 12);
        for number in 0..8 {
            sections.push(format!("https://clinic.example/patients/care/{number}x/page"));
        }
        let found = patterns(&sections);
        assert!(
            found.iter().any(|(text, _)| text == "clinic.example/patients/{name}"),
            "{found:?}"
        );
        assert!(
            found.iter().any(|(text, _)| text.starts_with("clinic.example/patients/care/")),
            "{found:?}"
        );
        let titles =
            (0..20).map(|n| format!("https://clinic.example/how-to-sleep-w{}-x", "o".repeat(n)));
        let found = patterns(&titles.collect::<Vec<_>>());
        assert_eq!(found, [("clinic.example/{name}".to_owned(), 20)]);
    }
}

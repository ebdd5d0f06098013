//! The frontier as a whole: which pages come, in which order, and what is told of the rest.

use super::*;
use crate::crawl::pages::Scope;

const OTHER: Telling = Telling { rank: 2, kind: PageKind::Other, delicate: false };

fn links(urls: &[&str]) -> Vec<Link> {
    let link = |url: &&str| Link { url: (*url).to_owned(), ..Link::default() };
    urls.iter().map(link).collect()
}

fn numbered(pattern: &str, count: usize) -> Vec<Link> {
    let link = |n: usize| Link { url: pattern.replace('#', &n.to_string()), ..Link::default() };
    (0..count).map(link).collect()
}

fn start() -> [Url; 1] {
    [Url::parse("https://www.clinic.example/").unwrap()]
}

/// Options without robots.txt, which has tests of its own.
fn free() -> Pages {
    Pages { robots: RobotsRule::Ignore, ..Pages::default() }
}

fn offer(frontier: &mut Frontier<'_>, links: &[Link]) {
    frontier.offer(links, Source::Page(0), |_, _| OTHER);
}

fn all(frontier: &mut Frontier<'_>) -> Vec<String> {
    let mut pages = Vec::new();
    loop {
        let level = frontier.next_level();
        if level.is_empty() {
            return pages;
        }
        pages.extend(level.iter().map(|next| next.url.to_string()));
    }
}

#[test]
fn one_page_has_one_address() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 20);
    let found = links(&[
        "https://clinic.example",
        "https://www.clinic.example/#top",
        "http://www.clinic.example/a/?utm_source=x&gclid=1",
        "https://clinic.example/a",
        "https://clinic.example/a/index.html",
        "https://clinic.example/b?y=2&x=1",
        "https://clinic.example/b?x=1&y=2",
    ]);
    offer(&mut frontier, &found);
    let mut found = all(&mut frontier);
    found.sort();
    assert_eq!(found, ["http://www.clinic.example/a/", "https://clinic.example/b?y=2&x=1"]);
}

#[test]
fn other_sites_files_and_deeds_are_not_visited() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 20);
    let mut found = links(&[
        "https://other.example/",
        "mailto:a@clinic.example",
        "javascript:void(0)",
        "https://clinic.example/brochure.PDF",
        "https://clinic.example/account/log-out",
        "https://clinic.example/shop?action=add-to-cart&id=3",
        "https://clinic.example/newsletter/unsubscribe/",
        "https://portal.clinic.example/login",
    ]);
    found.push(Link {
        url: "https://clinic.example/x".into(),
        text: "Cancel my visit".into(),
        ..Link::default()
    });
    found.push(Link {
        url: "https://clinic.example/y".into(),
        method: "delete".into(),
        ..Link::default()
    });
    offer(&mut frontier, &found);
    assert_eq!(all(&mut frontier), ["https://portal.clinic.example/login"]);
    let left_out = frontier.into_left_out(End::Done);
    assert_eq!(left_out.totals["changes something"], 5);
    assert_eq!(left_out.skipped[0].reason, "changes something (log out)");
}

#[test]
fn every_link_to_a_page_is_heard() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 3);
    let listed =
        ["https://clinic.example/a", "https://clinic.example/b", "https://clinic.example/c"];
    frontier.offer(&links(&listed), Source::Sitemap, |_, _| OTHER);
    let said =
        |url: &str, text: &str| Link { url: url.into(), text: text.into(), ..Link::default() };
    let found = [said(listed[0], "Delete"), said(listed[2], "Book a visit")];
    frontier.offer(&found, Source::Page(0), |_, text| Telling {
        rank: if text.starts_with("Book") { 0 } else { 2 },
        ..OTHER
    });
    assert_eq!(all(&mut frontier), [listed[2], listed[1]]);
}

#[test]
fn telling_pages_come_first_and_no_folder_takes_all() {
    let pages = Pages { per_template: 100, ..free() };
    let mut frontier = Frontier::new(&start(), &pages, 7);
    let mut found = numbered("https://clinic.example/blog/#", 30);
    found.extend(links(&["https://clinic.example/about", "https://clinic.example/book"]));
    frontier.offer(&found, Source::Page(0), |url, _| Telling {
        rank: if url.path() == "/book" { 0 } else { 1 },
        ..OTHER
    });
    let visited = all(&mut frontier);
    assert_eq!(visited.len(), 6);
    assert_eq!(visited[0], "https://clinic.example/book");
    assert!(visited.contains(&"https://clinic.example/about".to_owned()), "{visited:?}");
    let left_out = frontier.into_left_out(End::Done);
    assert_eq!(left_out.totals["page budget"], 26);
}

#[test]
fn a_few_of_each_template_are_visited_and_told() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 200);
    let doctors = numbered("https://clinic.example/doctors/#", 60);
    let products = numbered("https://clinic.example/product?id=#", 40);
    let days = numbered("https://clinic.example/calendar?day=2026-01-#", 500);
    for found in [doctors, products, days, links(&["https://clinic.example/about"])] {
        offer(&mut frontier, &found);
    }
    assert_eq!(all(&mut frontier).len(), 3 * 3 + 1);
    let left_out = frontier.into_left_out(End::Done);
    let told: Vec<_> =
        left_out.templates.iter().map(|t| (&*t.pattern, t.known, t.visited)).collect();
    assert_eq!(
        told,
        [
            ("clinic.example/calendar?day", 500, 3),
            ("clinic.example/doctors/{n}", 60, 3),
            ("clinic.example/product?id", 40, 3),
        ]
    );
    assert_eq!(left_out.totals["like others that were visited"], 591);
    let listed = left_out.skipped.iter().filter(|page| page.reason.contains("like others")).count();
    assert_eq!(listed, 50, "the list is capped, the total is not");
}

#[test]
fn the_delicate_pages_of_a_template_come_first_and_kinds_are_sampled_by_themselves() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 200);
    let names = [
        "asthma",
        "gout",
        "hiv",
        "flu",
        "acne",
        "eczema",
        "croup",
        "mumps",
        "angina",
        "depression",
        "parking",
        "cafe",
    ];
    let found: Vec<String> =
        names.iter().map(|name| format!("https://clinic.example/conditions/{name}")).collect();
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    frontier.offer(&links(&found), Source::Page(0), |url, _| {
        let is = |words: &[&str]| words.iter().any(|word| url.path().contains(word));
        match is(&["parking", "cafe"]) {
            true => OTHER,
            false => {
                Telling { rank: 1, kind: PageKind::Condition, delicate: is(&["hiv", "depression"]) }
            }
        }
    });
    let visited = all(&mut frontier);
    assert_eq!(visited.len(), 5, "three conditions and two others: {visited:?}");
    for delicate in ["hiv", "depression"] {
        assert!(visited.iter().any(|url| url.ends_with(delicate)), "{visited:?}");
    }
}

#[test]
fn the_seed_decides_among_equals_and_nothing_else_does() {
    let sample = |seed: u64, turned: bool| {
        let pages = Pages { seed, ..free() };
        let mut frontier = Frontier::new(&start(), &pages, 20);
        let mut found = numbered("https://clinic.example/doctors/#", 300);
        if turned {
            found.reverse();
        }
        offer(&mut frontier, &found);
        all(&mut frontier)
    };
    assert_eq!(sample(7, false), sample(7, true), "the order of links does not matter");
    assert_ne!(sample(7, false), sample(8, false));
}

#[test]
fn what_the_user_named_is_visited_whatever_the_budget() {
    let named = [
        "https://clinic.example/",
        "https://clinic.example/b",
        "https://clinic.example/b#x",
        "https://portal.clinic.example/logout",
    ];
    let start: Vec<Url> = named.iter().map(|url| Url::parse(url).unwrap()).collect();
    let pages = Pages::default();
    let mut frontier = Frontier::new(&start, &pages, 2);
    offer(&mut frontier, &links(&["https://clinic.example/b", "https://clinic.example/c"]));
    assert_eq!(all(&mut frontier), [named[1], named[3]]);
}

#[test]
fn pages_found_deeper_still_have_their_chance_and_depth_is_bounded() {
    let pages = Pages { max_depth: Some(2), ..free() };
    let mut frontier = Frontier::new(&start(), &pages, 11);
    let found: Vec<String> =
        (b'a'..=b'z').map(|n| format!("https://clinic.example/{}", char::from(n))).collect();
    offer(&mut frontier, &links(&found.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(frontier.next_level().len(), 5);
    let book = links(&["https://clinic.example/deep/book"]);
    frontier.offer(&book, Source::Page(1), |_, _| Telling { rank: 0, ..OTHER });
    let next = &frontier.next_level()[0];
    assert_eq!((next.url.path(), next.depth), ("/deep/book", 2));
    frontier.offer(&links(&["https://clinic.example/deeper"]), Source::Page(2), |_, _| OTHER);
    assert_eq!(frontier.into_left_out(End::Done).totals["depth limit"], 1);
}

#[test]
fn found_pages_obey_robots_and_an_unreadable_one_is_a_gap() {
    let pages = Pages::default();
    let mut frontier = Frontier::new(&start(), &pages, 20);
    let found = links(&[
        "https://clinic.example/open",
        "https://clinic.example/private/x?y",
        "https://down.clinic.example/a",
    ]);
    let unasked: Vec<String> = frontier
        .unasked(&found)
        .iter()
        .map(|url| url.host_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(unasked, ["clinic.example", "down.clinic.example"]);
    frontier.learn(&start()[0], Robots::parse(b"User-agent: *\nDisallow: /private", "pixelwarden"));
    let down = Url::parse("https://down.clinic.example/").unwrap();
    frontier.learn(&down, Robots::unreachable("answered 503"));
    offer(&mut frontier, &found);
    assert_eq!(all(&mut frontier), ["https://clinic.example/open"]);
    let left_out = frontier.into_left_out(End::Done);
    let reasons: Vec<&str> = left_out.skipped.iter().map(|page| &*page.reason).collect();
    assert_eq!(reasons, ["robots.txt", "robots.txt could not be read"]);
    assert_eq!(left_out.gaps.len(), 1, "there was budget left for it");
    assert!(left_out.gaps[0].contains("down.clinic.example: answered 503"), "{:?}", left_out.gaps);
}

#[test]
fn pages_that_no_time_was_left_for_are_listed() {
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 20);
    offer(&mut frontier, &links(&["https://clinic.example/a", "https://clinic.example/b"]));
    let level = frontier.next_level();
    frontier.give_back(&level[1..]);
    let left_out = frontier.into_left_out(End::Time);
    assert_eq!(left_out.totals["time budget"], 1);
    assert!(left_out.gaps.is_empty(), "a budget is no gap");
}

#[test]
fn a_sitemap_adds_pages_after_links_that_are_as_telling() {
    let pages = Pages { scope: Scope::Host, ..free() };
    let mut frontier = Frontier::new(&start(), &pages, 5);
    let listed = links(&["https://clinic.example/listed", "https://clinic.example/listed-book"]);
    frontier.offer(&listed, Source::Sitemap, |url, _| Telling {
        rank: if url.path().ends_with("book") { 0 } else { 2 },
        ..OTHER
    });
    offer(&mut frontier, &links(&["https://clinic.example/linked", "https://x.clinic.example/"]));
    let paths: Vec<String> = all(&mut frontier).iter().map(|url| url[22..].to_owned()).collect();
    assert_eq!(paths, ["/listed-book", "/linked", "/listed"]);
    assert_eq!(frontier.into_left_out(End::Done).totals["out of scope"], 1);
}

/// `cargo test --lib -- --ignored --nocapture a_large_site` tells what a large site costs.
#[test]
#[ignore = "a measurement"]
fn a_large_site_takes_moments() {
    use std::io::Write;
    let lexicon = crate::health::Lexicon::builtin().unwrap();
    let pages = free();
    let mut frontier = Frontier::new(&start(), &pages, 500);
    let mut err = std::io::stderr();
    let mut listed = numbered("https://clinic.example/shop/item-#/view?color=#", 20_000);
    listed.extend(numbered("https://clinic.example/news/2024/#/slug-of-#-words", 15_000));
    listed.extend(numbered("https://clinic.example/conditions/c-#-x", 10_000));
    listed.extend((0..5_000).map(|n| Link {
        url: format!("https://clinic.example/s{}/{}", n % 97, "abcdefghij".repeat(1 + n % 5))
            + &"z".repeat(n % 89),
        ..Link::default()
    }));
    let clock = std::time::Instant::now();
    frontier.offer(&listed, Source::Sitemap, |url, text| {
        crate::crawl::telling::telling(&lexicon, None, url, text)
    });
    writeln!(err, "{} offered in {:?}", listed.len(), clock.elapsed()).unwrap();
    let clock = std::time::Instant::now();
    let (mut levels, mut visited) = (0, 0);
    loop {
        let level = frontier.next_level();
        if level.is_empty() {
            break;
        }
        (levels, visited) = (levels + 1, visited + level.len());
    }
    writeln!(err, "{visited} chosen in {levels} levels in {:?}", clock.elapsed()).unwrap();
    let clock = std::time::Instant::now();
    let left_out = frontier.into_left_out(End::Done);
    writeln!(err, "{} templates told in {:?}", left_out.templates_count, clock.elapsed()).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    writeln!(err, "{peak}").unwrap();
}

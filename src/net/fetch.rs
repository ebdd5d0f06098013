//! What a site says about itself before the first visit: robots.txt and sitemaps.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use url::Url;

use super::client::{Client, NetError};
use super::robots::{Robots, TOKEN};
use super::sitemap::{self, Sitemap};

/// As much of robots.txt as is read.
const ROBOTS_BYTES: u64 = 500 << 10;
/// The largest sitemap, as sent.
const SITEMAP_BYTES: u64 = 50 << 20;
/// Most sitemaps that are fetched for a site.
const MOST_SITEMAPS: usize = 100;
/// Most pages that are taken from a site's sitemaps.
const MOST_PAGES: usize = 50_000;
/// How many lists of lists are followed.
const DEEPEST: usize = 3;

/// What a site's sitemaps list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SitemapPages {
    /// The pages in the order listed, each once.
    pub pages: Vec<Url>,
    /// Sitemaps that could not be read, with the reason, and limits that were reached.
    pub problems: Vec<String>,
}

/// The robots.txt of the origin of `site`. A site that cannot be asked is
/// [`Unreachable`](super::robots::RobotsState::Unreachable), not an error.
pub async fn fetch_robots(client: &Client, site: &Url) -> Robots {
    let Ok(url) = site.join("/robots.txt") else { return Robots::unavailable() };
    match client.get(&url, ROBOTS_BYTES).await {
        Ok(answer) => match answer.status {
            200..=299 => Robots::parse(&answer.body, TOKEN),
            500.. => Robots::unreachable(format!("{url} answered {}", answer.status)),
            _ => Robots::unavailable(),
        },
        // More redirects than the standard asks to follow count as "no such file".
        Err(NetError::Redirects(_)) => Robots::unavailable(),
        Err(error) => Robots::unreachable(in_full(&error)),
    }
}

/// The pages that the sitemaps of `site` list: those named in its robots.txt, else
/// `/sitemap.xml`. Lists of lists are followed three deep, each sitemap once; none is
/// begun after `at_most`.
pub async fn fetch_sitemaps(
    client: &Client,
    site: &Url,
    robots: &Robots,
    at_most: Duration,
) -> SitemapPages {
    let clock = Instant::now();
    let mut found = SitemapPages::default();
    let named: Vec<Url> = robots.sitemaps.iter().filter_map(|to| site.join(to).ok()).collect();
    let is_guess = named.is_empty();
    let start = if is_guess { site.join("/sitemap.xml").into_iter().collect() } else { named };
    let mut seen: BTreeSet<Url> = start.iter().cloned().collect();
    let mut queue: VecDeque<(Url, usize)> = start.into_iter().map(|url| (url, 1)).collect();
    let (mut fetched, mut pages) = (0, BTreeSet::new());
    while let Some((url, depth)) = queue.pop_front() {
        if fetched == MOST_SITEMAPS {
            found.problems.push(format!("only the first {MOST_SITEMAPS} sitemaps were read"));
            break;
        }
        if clock.elapsed() >= at_most {
            let problem = format!("only {fetched} sitemaps were read in {} s", at_most.as_secs());
            found.problems.push(problem);
            break;
        }
        fetched += 1;
        match fetch_one(client, &url, is_guess && depth == 1).await {
            Err(problem) => found.problems.push(problem),
            Ok(Sitemap::Index(lists)) if depth == DEEPEST => {
                let problem = format!("{url}: {} nested sitemaps were not read", lists.len());
                found.problems.push(problem);
            }
            Ok(Sitemap::Index(lists)) => {
                let new = lists.into_iter().filter(|list| seen.insert(list.clone()));
                queue.extend(new.map(|list| (list, depth + 1)));
            }
            Ok(Sitemap::Pages(listed)) => {
                found.pages.extend(listed.into_iter().filter(|page| pages.insert(page.clone())));
            }
        }
        if found.pages.len() >= MOST_PAGES {
            found.pages.truncate(MOST_PAGES);
            found.problems.push(format!("only the first {MOST_PAGES} pages were taken"));
            break;
        }
    }
    found
}

/// One sitemap. Where it is only a guess that there is one, none is no problem.
async fn fetch_one(client: &Client, url: &Url, is_guess: bool) -> Result<Sitemap, String> {
    let told = |problem: &dyn std::fmt::Display| format!("{url}: {problem}");
    let answer = client.get(url, SITEMAP_BYTES).await.map_err(|error| told(&in_full(&error)))?;
    let none = Sitemap::Pages(Vec::new());
    match answer.status {
        200..=299 if answer.cut => Err(told(&sitemap::SitemapError::TooLarge)),
        200..=299 => match sitemap::parse(&answer.body) {
            // Sites answer any address with a page.
            Err(sitemap::SitemapError::NotASitemap | sitemap::SitemapError::Xml { .. })
                if is_guess =>
            {
                Ok(none)
            }
            parsed => parsed.map_err(|error| told(&error)),
        },
        400..=499 if is_guess => Ok(none),
        status => Err(told(&format!("the server answered {status}"))),
    }
}

/// An error with its causes.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

//! What a site says for itself: the robots.txt of each host, and the sitemaps. They are
//! asked for as the browser asks, with the same rules for hosts and certificates.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;
use url::Url;

use super::pages::RobotsRule;
use super::{CrawlError, Options, Stop};
use crate::model::Link;
use crate::net::{Client, ClientOptions, Robots, fetch_robots, fetch_sitemaps};

/// Hosts that are asked side by side.
const SIDE_BY_SIDE: usize = 8;
/// After this time no sitemap of a site is begun.
const SITEMAPS: Duration = Duration::from_secs(60);
/// Problems with sitemaps that are told.
const PROBLEMS_TOLD: usize = 10;

/// Asks a site before its pages are visited.
pub(super) struct Scout<'a> {
    client: Client,
    options: &'a Options,
    stop: &'a Stop,
}

impl<'a> Scout<'a> {
    /// A scout that asks as this user agent.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(
        options: &'a Options,
        user_agent: &str,
        stop: &'a Stop,
    ) -> Result<Self, CrawlError> {
        let user_agent = user_agent.to_owned();
        let client = Client::new(ClientOptions { user_agent, ..options.client() });
        let client = client.map_err(|error| CrawlError::Setup(error.to_string()))?;
        Ok(Self { client, options, stop })
    }

    /// What the robots.txt of each of these addresses' hosts says. None is asked when
    /// neither its rules nor its sitemaps are wanted.
    pub(super) async fn robots(&self, hosts: Vec<Url>) -> Vec<(Url, Robots)> {
        let mut found = Vec::new();
        let pages = &self.options.pages;
        if pages.robots == RobotsRule::Ignore && !pages.sitemaps {
            return found;
        }
        for some in hosts.chunks(SIDE_BY_SIDE) {
            let asked = join_all(some.iter().map(|host| fetch_robots(&self.client, host)));
            tokio::select! {
                answers = asked => found.extend(some.iter().cloned().zip(answers)),
                () = self.stop.pressed() => break,
            }
        }
        found
    }

    /// The pages that the sitemaps of these hosts list, and what was wrong with them.
    pub(super) async fn sitemaps(&self, hosts: &[(Url, Robots)]) -> (Vec<Link>, Vec<String>) {
        let (mut links, mut problems) = (Vec::new(), Vec::new());
        if !self.options.pages.sitemaps {
            return (links, problems);
        }
        let clock = Instant::now();
        let reading = async {
            for (host, robots) in hosts {
                let left = SITEMAPS.saturating_sub(clock.elapsed());
                let found = fetch_sitemaps(&self.client, host, robots, left).await;
                let link = |url: Url| Link { url: url.into(), ..Link::default() };
                links.extend(found.pages.into_iter().map(link));
                problems.extend(found.problems.into_iter().map(|p| format!("sitemaps: {p}")));
            }
        };
        tokio::select! {
            () = reading => {}
            () = self.stop.pressed() => {}
        }
        if problems.len() > PROBLEMS_TOLD {
            let more = problems.len() - PROBLEMS_TOLD;
            problems.truncate(PROBLEMS_TOLD);
            problems.push(format!("sitemaps: {more} more problems"));
        }
        (links, problems)
    }
}

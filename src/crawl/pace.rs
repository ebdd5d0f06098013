//! How often pages of one host are loaded. Everyone who wants to load one takes the
//! next free place in the host's queue.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use url::Url;

use super::pages::Rate;
use crate::net::is_loopback;

/// The time between two pages of one host, unless the user or the site says otherwise:
/// four pages a second. Two cores load three or four, so it costs them nothing, while a
/// large machine does not overrun a small site.
const POLITE: Duration = Duration::from_millis(250);
/// The longest Crawl-delay that is kept: with more, an audit would take a day.
const LONGEST: Duration = Duration::from_secs(5);

/// The queues of all hosts.
pub(super) struct Pace<'a> {
    rate: Rate,
    resolve: &'a [(String, String)],
    hosts: Mutex<BTreeMap<String, Queue>>,
}

#[derive(Default)]
struct Queue {
    /// When the next page may be loaded; at once if there is none.
    free: Option<Instant>,
    /// What the site's robots.txt asks for.
    delay: Option<Duration>,
}

impl<'a> Pace<'a> {
    /// `resolve` tells which hosts lie on this machine.
    pub(super) fn new(rate: Rate, resolve: &'a [(String, String)]) -> Self {
        Self { rate, resolve, hosts: Mutex::default() }
    }

    /// Notes the Crawl-delay that a host asks for, in seconds.
    pub(super) fn slow_down(&self, host: &Url, seconds: f64) {
        let delay = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST);
        self.with(host, |queue| queue.delay = Some(delay));
    }

    /// Waits until a page of this address's host may be loaded.
    pub(super) async fn turn(&self, url: &Url) {
        let now = Instant::now();
        let place = self.place(url, now);
        if place > now {
            sleep_until(place).await;
        }
    }

    /// Takes the next free place.
    fn place(&self, url: &Url, now: Instant) -> Instant {
        self.with(url, |queue| {
            let place = queue.free.map_or(now, |free| free.max(now));
            queue.free = Some(place + self.gap(url, queue));
            place
        })
    }

    fn gap(&self, url: &Url, queue: &Queue) -> Duration {
        match self.rate {
            Rate::Unlimited => Duration::ZERO,
            Rate::PerSecond(rate) => Duration::try_from_secs_f64(1.0 / rate).unwrap_or(LONGEST),
            Rate::Polite if is_loopback(self.resolve, url) => queue.delay.unwrap_or_default(),
            Rate::Polite => queue.delay.unwrap_or_default().max(POLITE),
        }
    }

    fn with<T>(&self, url: &Url, work: impl FnOnce(&mut Queue) -> T) -> T {
        let host = url.host_str().unwrap_or_default();
        // A queue is a time: there is nothing to break in it.
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        work(hosts.entry(host.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds until the fifth page of a host may be loaded.
    fn fifth(rate: Rate, address: &str, delay: Option<f64>) -> f64 {
        let resolve = [("staging.example".to_owned(), "127.0.0.1:8443".to_owned())];
        let pace = Pace::new(rate, &resolve);
        let url = Url::parse(address).unwrap();
        if let Some(seconds) = delay {
            pace.slow_down(&url, seconds);
        }
        let now = Instant::now();
        let places: Vec<Instant> = (0..5).map(|_| pace.place(&url, now)).collect();
        let other = Url::parse("https://another.example/").unwrap();
        assert_eq!(pace.place(&other, now), now, "hosts do not wait for each other");
        places[4].duration_since(now).as_secs_f64()
    }

    #[test]
    fn pages_of_a_host_come_one_after_the_other() {
        let far = "https://clinic.example/";
        assert_eq!(fifth(Rate::Polite, far, None), 1.0);
        assert_eq!(fifth(Rate::Polite, far, Some(2.0)), 8.0);
        assert_eq!(fifth(Rate::Polite, far, Some(3600.0)), 20.0, "up to a cap");
        assert_eq!(fifth(Rate::PerSecond(0.5), far, Some(9.0)), 8.0);
        assert_eq!(fifth(Rate::Unlimited, far, Some(9.0)), 0.0);
        for near in ["http://a.localhost:1/", "http://127.0.0.1/", "https://staging.example/"] {
            assert_eq!(fifth(Rate::Polite, near, None), 0.0, "{near}");
        }
    }
}

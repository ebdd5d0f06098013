//! The tool's own network: what it asks for itself, with the browser's rules.

mod address;
mod client;
mod dns;
mod fetch;
mod guard;
mod proxy;
mod resolve;
pub mod robots;
pub mod sitemap;
mod trust;

#[cfg(test)]
mod tests;

pub use client::{Answer, Client, ClientOptions, NetError};
pub use dns::{Names, look_up};
pub use fetch::{SitemapPages, fetch_robots, fetch_sitemaps};
pub use guard::{Guard, GuardError};
pub use proxy::ProxyFault;
pub use resolve::{Reach, is_loopback};
pub use robots::{Robots, RobotsState};
pub use sitemap::Sitemap;

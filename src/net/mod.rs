//! The tool's own network: what it asks for itself, with the browser's rules.

pub mod robots;
pub mod sitemap;

pub use robots::{Robots, RobotsState};
pub use sitemap::Sitemap;

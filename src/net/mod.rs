//! The tool's own network: what it asks for itself, with the browser's rules.

pub mod robots;

pub use robots::{Robots, RobotsState};

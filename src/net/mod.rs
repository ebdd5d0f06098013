//! The tool's own network: what it asks for itself, with the browser's rules.

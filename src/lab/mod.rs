//! The example site and its vendor stand-ins: one server on loopback.

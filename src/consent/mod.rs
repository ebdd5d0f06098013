//! Find a banner, make a choice, prove that it was stored. Works over `dom`.

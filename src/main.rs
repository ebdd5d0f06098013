//! The binary: hands over to [`pixelwarden::cli`].

fn main() {}

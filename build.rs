//! Rebuilds when a page of the example site is added: the pages are embedded.

fn main() {
    println!("cargo::rerun-if-changed=tests/site");
}

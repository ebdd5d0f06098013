//! Rebuilds when a page of the example site is added: the pages are embedded. So are the
//! signature files, which are brought here into a form that is read in a few milliseconds:
//! MessagePack, without the examples, which only checks need. What keys mean is none of its
//! business; `signature::raw` reads both forms.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use toml::{Table, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=tests/site");
    println!("cargo::rerun-if-changed=signatures/vendors");
    let out = Path::new(&env::var("OUT_DIR")?).join("vendors");
    if out.exists() {
        // A vendor's file may be gone.
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    for entry in fs::read_dir("signatures/vendors")? {
        let place = entry?.path();
        let Some(id) = place.file_stem().filter(|_| place.extension().is_some_and(|e| e == "toml"))
        else {
            continue;
        };
        let file: Table = fs::read_to_string(&place)?
            .parse()
            .map_err(|error| format!("{}: {error}", place.display()))?;
        let bytes = rmp_serde::to_vec_named(&prebuilt(Value::Table(file)))?;
        fs::write(out.join(id).with_extension("mpk"), bytes)?;
    }
    Ok(())
}

/// The value without examples, dates as text.
fn prebuilt(value: Value) -> Value {
    match value {
        Value::Datetime(date) => Value::String(date.to_string()),
        Value::Array(list) => Value::Array(list.into_iter().map(prebuilt).collect()),
        Value::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(key, value)| match key.as_str() {
                    "examples" | "negative-examples" => (key, Value::Array(Vec::new())),
                    _ => (key, prebuilt(value)),
                })
                .collect(),
        ),
        other => other,
    }
}

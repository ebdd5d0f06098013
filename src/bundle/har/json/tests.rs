//! Reading JSON as it is, not as it should be.

use proptest::prelude::*;

use super::*;

fn read_text(json: &str) -> Vec<u8> {
    Reader::new(json.as_bytes()).maybe_text().unwrap().unwrap().into_owned()
}

fn skipped(json: &[u8]) -> Read<()> {
    let mut reader = Reader::new(json);
    reader.skip()?;
    reader.end()
}

#[test]
fn text_without_escapes_is_lent() {
    let text = Reader::new(br#""plain""#).maybe_text().unwrap().unwrap();
    assert!(matches!(text, Cow::Borrowed(b"plain")));
}

#[test]
fn halves_of_surrogate_pairs_are_tolerated() {
    assert_eq!(read_text(r#""\ud83d\ude00""#), "😀".as_bytes());
    assert_eq!(read_text(r#""a\ud83dz""#), "a\u{fffd}z".as_bytes());
    assert_eq!(read_text(r#""\ud83d\u0041""#), "\u{fffd}A".as_bytes());
    assert_eq!(read_text(r#""\ude00""#), "\u{fffd}".as_bytes());
}

#[test]
fn a_byte_that_python_escaped_comes_back() {
    assert_eq!(read_text(r#""\u001f\udc8b\b""#), [0x1f, 0x8b, 8]);
}

#[test]
fn a_fault_names_its_place() {
    let mut reader = Reader::new(br#"{"a":[0,{"b":tru}]}"#);
    let fault = reader.skip().unwrap_err();
    assert_eq!((fault.place().as_str(), fault.at), ("a[1].b", 13));
}

#[test]
fn what_is_no_json_is_refused() {
    for json in ["", "{", "[1", "[1 2]", "{\"a\" 1}", "{1:2}", "[1,]", "\"a", "\"\\", "nul", "1 2"]
    {
        assert!(skipped(json.as_bytes()).is_err(), "{json}");
    }
    assert!(skipped("[".repeat(1_000_000).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn reads_text_as_serde_does(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(read_text(&json), text.as_bytes());
    }

    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = skipped(&bytes);
        let _ = Reader::new(&bytes).maybe_text();
        let _ = Reader::new(&bytes).maybe_number();
    }

    #[test]
    fn never_panics_on_almost_json(text in "[\\[\\]{},:\"\\\\ud8f0n1 -]{0,60}") {
        let _ = skipped(text.as_bytes());
        let _ = Reader::new(text.as_bytes()).maybe_text();
    }
}

//! Half characters in DevTools messages: JavaScript's texts may hold one half of a
//! surrogate pair, the browser passes it on as `\ud83d`, and JSON readers refuse it.

const ESCAPE: usize = r"\u0000".len();

/// The message with every half character replaced by U+FFFD; nothing else changes.
pub(super) fn mend(message: &str) -> String {
    let bytes = message.as_bytes();
    let mut mended = String::with_capacity(message.len());
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        let length = match (unit(bytes, at), unit(bytes, at + ESCAPE)) {
            (None, _) => 2, // another escape, a backslash perhaps
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 2 * ESCAPE,
            (Some(0xd800..0xe000), _) => {
                mended.push_str(&message[copied..at]);
                mended.push_str(r"\ufffd");
                copied = at + ESCAPE;
                ESCAPE
            }
            (Some(_), _) => ESCAPE,
        };
        at = (at + length).min(bytes.len());
    }
    mended.push_str(&message[copied..]);
    mended
}

/// The code unit that an escape stands for.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + ESCAPE)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mend;

    #[test]
    fn halves_are_replaced_and_pairs_stay() {
        let cases = [
            (r#""\ud83d\ude00""#, "😀"),
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ud83dx\ude00""#, "\u{fffd}x\u{fffd}"),
            (r#""\ude00\ud83d\ud83d\ude00""#, "\u{fffd}\u{fffd}😀"),
            (r#""\\ud83d é\n""#, "\\ud83d é\n"),
        ];
        for (message, text) in cases {
            assert_eq!(serde_json::from_str::<String>(&mend(message)).unwrap(), text, "{message}");
        }
    }

    proptest! {
        #[test]
        fn any_text_of_code_units_can_be_read(units in proptest::collection::vec(any::<u16>(), 0..30)) {
            let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let read: String = serde_json::from_str(&mend(&format!("\"{escaped}\""))).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        #[test]
        fn anything_is_mended_without_panic(text in "(\\\\|u|d8|00|é|\\PC)*") {
            mend(&text);
        }
    }
}

//! How long a cookie lives, as signatures write it: `90 d`, `13 mo`, `session`.

const DAY: i64 = 86_400;

/// Units with their length in seconds; a month is taken at its longest.
const UNITS: &[(&str, i64)] = &[
    ("s", 1),
    ("min", 60),
    ("h", 3_600),
    ("d", DAY),
    ("w", 7 * DAY),
    ("mo", 31 * DAY),
    ("y", 366 * DAY),
];

/// The longest life that a text states, in seconds: of `30 s to 1 y` it is a year, of
/// `session` nothing. `None` where it states none.
#[must_use]
pub fn longest(text: &str) -> Option<i64> {
    let mut longest = text.contains("session").then_some(0);
    let words: Vec<&str> = text.split([' ', ',', '(', ')']).filter(|w| !w.is_empty()).collect();
    for pair in words.windows(2) {
        let unit = UNITS.iter().find(|(name, _)| *name == pair[1]);
        if let (Ok(number), Some((_, seconds))) = (pair[0].parse::<u16>(), unit) {
            longest = longest.max(Some(i64::from(number) * seconds));
        }
    }
    longest
}

/// A life in seconds as a person says it: `400 days`, `30 minutes`.
#[must_use]
pub fn words(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / DAY, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_of_what_is_stated_counts() {
        assert_eq!(longest("90 d"), Some(90 * DAY));
        assert_eq!(longest("30 s to 1 y"), Some(366 * DAY));
        assert_eq!(longest("13 mo (EEA, UK, CH), 24 mo elsewhere"), Some(24 * 31 * DAY));
        assert_eq!(longest("session"), Some(0));
        assert_eq!(longest("for ever"), None);
        assert_eq!(longest("99999999999999999999 y"), None);
    }

    #[test]
    fn a_life_is_said_in_the_unit_that_fits() {
        assert_eq!(words(1_800), "30 minutes");
        assert_eq!(words(400 * DAY), "400 days");
        assert_eq!(words(1), "1 second");
    }
}

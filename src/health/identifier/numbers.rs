//! Personal numbers by their shape: telephone, social security, card, IP address
//! and coordinates. Bare digits are not read as telephone numbers: clocks, click
//! ids and order numbers look the same.

use std::ops::Range;

use super::super::Identifier;
use super::super::IdentifierKind::{Card, Ip, Location, Phone, Ssn};
use super::identifier;

/// More groups than this in one run are a list of numbers, read in parts.
const MOST_GROUPS: usize = 32;

/// Digits without anything between them.
#[derive(Debug, Clone)]
struct Group {
    digits: String,
    span: Range<usize>,
    /// What stands between it and the group before, escapes undone.
    before: String,
    /// A plus stands before it.
    plus: bool,
}

/// Every personal number in a text.
pub(super) fn scan(text: &str) -> Vec<Identifier> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        // The digits of an escape are none of the number that follows it (`%224111`).
        if bytes[at] == b'%' && bytes.len() > at + 2 && is_escape(&bytes[at + 1..at + 3]) {
            at += 3;
            continue;
        }
        if !bytes[at].is_ascii_digit() || (at > 0 && is_word(bytes, at - 1)) {
            at += 1;
            continue;
        }
        let groups = run(text, at);
        let end = groups.last().map_or(at + 1, |group| group.span.end);
        judge(text, &groups, &mut found);
        at = end.max(at + 1);
    }
    found
}

fn is_escape(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_hexdigit)
}

/// A letter or digit before makes the digits part of a word, unless it ends an
/// escape (`%3A5551234567`).
fn is_word(bytes: &[u8], at: usize) -> bool {
    let escape = at >= 2 && bytes[at - 2] == b'%' && bytes[at].is_ascii_hexdigit();
    (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] == b'.') && !escape
}

/// The groups of digits from here on, with at most three separators between.
fn run(text: &str, from: usize) -> Vec<Group> {
    let bytes = text.as_bytes();
    let mut groups = Vec::new();
    let mut at = from;
    let mut before = opening(bytes, from);
    while groups.len() < MOST_GROUPS {
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if at == start || bytes.get(at).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
            break;
        }
        let plus = before.ends_with('+');
        groups.push(Group { digits: text[start..at].to_owned(), span: start..at, before, plus });
        before = String::new();
        while let Some((c, width)) = separator(&bytes[at..]) {
            if before.len() == 3 {
                break;
            }
            before.push(c);
            at += width;
        }
        if before.is_empty() || !bytes.get(at).is_some_and(u8::is_ascii_digit) {
            break;
        }
    }
    groups
}

/// A `(`, `+` or `-` right before the first group.
fn opening(bytes: &[u8], from: usize) -> String {
    let head = &bytes[..from];
    let opens =
        [(&b"("[..], "("), (b"+", "+"), (b"-", "-"), (b"%2B", "+"), (b"%2b", "+"), (b"%28", "(")];
    let open = opens.into_iter().find(|(raw, _)| head.ends_with(raw));
    open.map_or_else(String::new, |(_, c)| c.to_owned())
}

/// One separator, plain or escaped; `+` between groups is a space in a query.
fn separator(rest: &[u8]) -> Option<(char, usize)> {
    match rest {
        [b'-', ..] => Some(('-', 1)),
        [b'.', ..] => Some(('.', 1)),
        [b' ' | b'+', ..] => Some((' ', 1)),
        [b'(', ..] => Some(('(', 1)),
        [b')', ..] => Some((')', 1)),
        [b',', ..] => Some((',', 1)),
        [b'%', b'2', b'0', ..] => Some((' ', 3)),
        [b'%', b'2', b'8', ..] => Some(('(', 3)),
        [b'%', b'2', b'9', ..] => Some((')', 3)),
        [b'%', b'2', b'D' | b'd', ..] => Some(('-', 3)),
        [b'%', b'2', b'C' | b'c', ..] => Some((',', 3)),
        [0xc2, 0xa0, ..] => Some((' ', 2)),
        _ => None,
    }
}

fn judge(text: &str, groups: &[Group], found: &mut Vec<Identifier>) {
    let mut at = 0;
    while at < groups.len() {
        let rest = &groups[at..];
        let before = if at == 0 { "" } else { groups[at].before.as_str() };
        let hit = ssn(rest, before)
            .map(|count| (Ssn, count))
            .or_else(|| card(rest).map(|count| (Card, count)))
            .or_else(|| address(text, rest, before).map(|count| (Ip, count)))
            .or_else(|| coordinates(rest).map(|count| (Location, count)))
            .or_else(|| phone(text, rest, before).map(|count| (Phone, count)));
        let Some((kind, count)) = hit else {
            at += 1;
            continue;
        };
        found.push(identifier(kind, rest[0].span.start..rest[count - 1].span.end));
        at += count;
    }
}

fn lengths(groups: &[Group]) -> Vec<usize> {
    groups.iter().take(5).map(|group| group.digits.len()).collect()
}

/// `123-45-6789`, with the areas and groups that were never given out left out.
fn ssn(groups: &[Group], before: &str) -> Option<usize> {
    let [area, middle, serial, rest @ ..] = groups else { return None };
    let shape = lengths(groups).starts_with(&[3, 2, 4])
        && (middle.before == "-" && serial.before == "-"
            || middle.before == " " && serial.before == " ");
    let alone = before != "-" && rest.first().is_none_or(|next| next.before != "-");
    let given = !matches!(area.digits.as_str(), "000" | "666")
        && !area.digits.starts_with('9')
        && middle.digits != "00"
        && serial.digits != "0000";
    (shape && alone && given).then_some(3)
}

/// Four groups of four, Amex's 4-6-5, or one group of 15 or 16 digits.
fn card(groups: &[Group]) -> Option<usize> {
    let sizes = lengths(groups);
    let count = match sizes.as_slice() {
        [4, 4, 4, 4, ..] => 4,
        [4, 6, 5, ..] => 3,
        [15 | 16, ..] => 1,
        _ => return None,
    };
    let joined: String = groups[..count].iter().map(|group| group.digits.as_str()).collect();
    is_card(&joined).then_some(count)
}

/// 13 to 19 digits with a network's prefix and a valid check digit.
pub(super) fn is_card(value: &str) -> bool {
    let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if !(13..=19).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let head: u32 = digits[..4].parse().unwrap_or(0);
    let network = match head {
        4000..=4999 => matches!(digits.len(), 13 | 16 | 19),
        5100..=5599 | 2221..=2720 => digits.len() == 16,
        3400..=3499 | 3700..=3799 => digits.len() == 15,
        6011 | 6440..=6599 | 3528..=3589 => (16..=19).contains(&digits.len()),
        3000..=3059 | 3600..=3699 | 3800..=3999 => digits.len() == 14,
        _ => false,
    };
    network && luhn(digits.bytes())
}

/// The Luhn check over ASCII digits.
pub(super) fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let doubled = digit * 2;
            if at % 2 == 0 { digit } else { doubled / 10 + doubled % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An IPv4 address; not a version (`Chrome/112.0.0.0`, `v1.2.3.4`).
fn address(text: &str, groups: &[Group], before: &str) -> Option<usize> {
    let [a, b, c, d, rest @ ..] = groups else { return None };
    let dotted = [b, c, d].iter().all(|group| group.before == ".") && before != ".";
    let ends = rest.first().is_none_or(|next| next.before != ".");
    let in_range = [a, b, c, d]
        .iter()
        .all(|group| group.digits.len() <= 3 && group.digits.parse::<u8>().is_ok());
    let head = &text[..a.span.start];
    let versioned = head.ends_with('/') && !head.ends_with("//")
        || head.ends_with([';', '|'])
        || ends_with(head, "version=");
    let plain_version = a.digits.len() == 1 && b.digits.len() == 1 && c.digits.len() == 1;
    let tail_zero = c.digits == "0" && d.digits == "0";
    (dotted && ends && in_range && !versioned && !plain_version && !tail_zero).then_some(4)
}

fn ends_with(text: &str, ending: &str) -> bool {
    let from = text.len().saturating_sub(ending.len());
    text.get(from..).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}

/// `40.71278,-74.00594`: two numbers with four or more decimals each.
fn coordinates(groups: &[Group]) -> Option<usize> {
    let [a, b, c, d, ..] = groups else { return None };
    let shape = b.before == "."
        && d.before == "."
        && matches!(c.before.as_str(), "," | ", " | ",-" | ", -");
    let degrees = a.digits.len() <= 2 && c.digits.len() <= 3;
    (shape && degrees && b.digits.len() >= 4 && d.digits.len() >= 4).then_some(4)
}

/// A North American number with separators, or `+` and 8 to 15 digits.
fn phone(text: &str, groups: &[Group], before: &str) -> Option<usize> {
    if groups[0].plus {
        return international(groups);
    }
    if text[..groups[0].span.start].ends_with("tel:") && groups[0].digits.len() >= 7 {
        return Some(1);
    }
    let country = usize::from(groups[0].digits == "1" && groups.len() > 3);
    let [area, exchange, line, rest @ ..] = &groups[country..] else { return None };
    let shape = lengths(&groups[country..]).starts_with(&[3, 3, 4]);
    let given = area.digits.starts_with(['2', '3', '4', '5', '6', '7', '8', '9'])
        && exchange.digits.starts_with(['2', '3', '4', '5', '6', '7', '8', '9']);
    let joined = matches!(
        (exchange.before.as_str(), line.before.as_str()),
        ("-", "-")
            | (".", ".")
            | (" ", " ")
            | (" ", "-")
            | (")", "-" | " " | ".")
            | (") ", "-" | " " | ".")
    );
    let dots = |sep: &str| sep == "." || sep == "-";
    let alone =
        country == 1 || (!dots(before) && rest.first().is_none_or(|next| !dots(&next.before)));
    (shape && given && joined && alone).then_some(country + 3)
}

/// As many groups as make 8 to 15 digits.
fn international(groups: &[Group]) -> Option<usize> {
    let mut digits = 0;
    let mut count = 0;
    for (at, group) in groups.iter().enumerate() {
        let joins = at == 0 || !group.before.contains([',', '.']) && !group.plus;
        if !joins || digits + group.digits.len() > 15 {
            break;
        }
        digits += group.digits.len();
        count = at + 1;
    }
    (digits >= 8 && !groups[0].digits.starts_with('0')).then_some(count)
}

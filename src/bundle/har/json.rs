//! A pull reader for JSON that was written by anyone: it never builds a tree, lends
//! strings out of the file, skips what nobody asks for, and names the place of a fault.
//!
//! serde's derived types refuse what real exports contain (a key twice, half a
//! surrogate pair, `null` or a number for text) and cannot tell where an error lies.

use std::borrow::Cow;

/// Values nested deeper than this are refused: each level costs stack.
const DEEPEST: usize = 200;
/// What U+FFFD is in UTF-8.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// Offset in the file, in bytes.
    pub(super) at: usize,
    /// To be read after the place: `is missing`.
    pub(super) problem: Cow<'static, str>,
    /// Keys and indices that lead to it, innermost first.
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

/// The longest key that is told in an error.
const LONGEST_KEY: usize = 60;

impl Fault {
    /// The object at this offset lacks the member `key`.
    pub(super) fn missing(at: usize, key: &str) -> Box<Self> {
        let steps = vec![Step::Key(key.to_owned())];
        Box::new(Self { at, problem: Cow::Borrowed("is missing"), steps })
    }

    fn within(mut self: Box<Self>, step: Step) -> Box<Self> {
        self.steps.push(step);
        self
    }

    /// The same fault, in the member `key` of the value that has it.
    pub(super) fn within_key(self: Box<Self>, key: &[u8]) -> Box<Self> {
        let key = String::from_utf8_lossy(key).chars().take(LONGEST_KEY).collect();
        self.within(Step::Key(key))
    }

    /// The place as a path, `log.entries[12].request.url`; `the file` at the top.
    pub(super) fn place(&self) -> String {
        let mut place = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Key(key) if place.is_empty() => place.push_str(key),
                Step::Key(key) => place.extend([".", key]),
                Step::Index(index) => place.push_str(&format!("[{index}]")),
            }
        }
        if place.is_empty() { "the file".to_owned() } else { place }
    }
}

pub(super) type Read<T> = Result<T, Box<Fault>>;

/// Text out of the file, lent where it holds no escape. Usually UTF-8; a damaged
/// file or a body that was binary may hold any bytes.
pub(super) type Text<'a> = Cow<'a, [u8]>;

/// Text as a string, damage replaced.
pub(super) fn string(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Where reading stands.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from the beginning, after a byte order mark.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { bytes, at, depth: 0 }
    }

    /// How far reading has come, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// A fault at this offset.
    pub(super) fn fault<T>(&self, at: usize, problem: impl Into<Cow<'static, str>>) -> Read<T> {
        Err(Box::new(Fault { at, problem: problem.into(), steps: Vec::new() }))
    }

    /// An object: `member` reads each value, and must read or skip it. A key may come twice.
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &[u8]) -> Read<()>,
    ) -> Read<()> {
        self.open(b'{', "should be an object")?;
        if self.closes(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.syntax("should have a key here");
            }
            let key = self.text()?;
            if self.peek() != Some(b':') {
                return self.syntax("should have a colon here");
            }
            self.at += 1;
            member(self, &key).map_err(|fault| fault.within_key(&key))?;
            if !self.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    /// An array of at most `most` values: `item` must read or skip each.
    pub(super) fn array(
        &mut self,
        most: usize,
        mut item: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        self.open(b'[', "should be an array")?;
        if self.closes(b']') {
            return Ok(());
        }
        let mut index = 0;
        loop {
            if index == most {
                return self.fault(self.at, format!("has more than {most} items"));
            }
            item(self).map_err(|fault| fault.within(Step::Index(index)))?;
            index += 1;
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    /// Like [`Self::object`]; anything else than an object is skipped.
    pub(super) fn maybe_object(
        &mut self,
        member: impl FnMut(&mut Self, &[u8]) -> Read<()>,
    ) -> Read<()> {
        if self.peek() == Some(b'{') { self.object(member) } else { self.skip() }
    }

    /// Like [`Self::array`]; anything else than an array is skipped.
    pub(super) fn maybe_array(
        &mut self,
        most: usize,
        item: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<()> {
        if self.peek() == Some(b'[') { self.array(most, item) } else { self.skip() }
    }

    /// A text, or a number or truth value as it is written; `None` for anything else.
    pub(super) fn maybe_text(&mut self) -> Read<Option<Text<'a>>> {
        match self.peek() {
            Some(b'"') => self.text().map(Some),
            Some(b'{' | b'[') => self.skip().map(|()| None),
            _ => {
                let scalar = self.scalar()?;
                Ok((scalar != b"null").then_some(Cow::Borrowed(scalar)))
            }
        }
    }

    /// A finite number, also one written as a text; `None` for anything else.
    pub(super) fn maybe_number(&mut self) -> Read<Option<f64>> {
        let text = self.maybe_text()?;
        let number = text.and_then(|text| std::str::from_utf8(&text).ok()?.trim().parse().ok());
        Ok(number.filter(|number: &f64| number.is_finite()))
    }

    /// Whether the value is `true`.
    pub(super) fn flag(&mut self) -> Read<bool> {
        Ok(self.maybe_text()?.as_deref() == Some(b"true"))
    }

    /// Passes over a value, whatever it is, as fast as its end can be found.
    pub(super) fn skip(&mut self) -> Read<()> {
        match self.peek() {
            Some(b'"') => self.skip_text(),
            Some(b'{') => self.object(|reader, _| reader.skip()),
            Some(b'[') => self.array(usize::MAX, Self::skip),
            _ => self.scalar().map(drop),
        }
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault(self.at, "goes on after its end"),
        }
    }

    /// The first byte of the next token.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn open(&mut self, bracket: u8, problem: &'static str) -> Read<()> {
        if self.peek() != Some(bracket) {
            return self.syntax(problem);
        }
        if self.depth == DEEPEST {
            return self.fault(self.at, "is nested too deeply");
        }
        self.at += 1;
        self.depth += 1;
        Ok(())
    }

    fn closes(&mut self, bracket: u8) -> bool {
        let closes = self.peek() == Some(bracket);
        if closes {
            self.at += 1;
            self.depth -= 1;
        }
        closes
    }

    /// Whether another item follows, after a comma.
    fn goes_on(&mut self, bracket: u8) -> Read<bool> {
        if self.closes(bracket) {
            return Ok(false);
        }
        if self.peek() != Some(b',') {
            return self.syntax("should have a comma or its end here");
        }
        self.at += 1;
        Ok(true)
    }

    fn syntax<T>(&self, problem: &'static str) -> Read<T> {
        let cut = self.at >= self.bytes.len();
        self.fault(self.at, if cut { "ends in the middle" } else { problem })
    }

    /// A number, `true`, `false` or `null`, as written.
    fn scalar(&mut self) -> Read<&'a [u8]> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let is_end = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.');
        let token = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
        let is_number = matches!(token.first(), Some(b'-' | b'0'..=b'9'))
            && token.iter().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        if !is_number && !matches!(token, b"true" | b"false" | b"null") {
            return self.syntax("should be a value");
        }
        self.at += token.len();
        Ok(token)
    }

    /// The text at the quotation mark where reading stands.
    fn text(&mut self) -> Read<Text<'a>> {
        let start = self.at + 1;
        let Some(found) = memchr::memchr2(b'"', b'\\', &self.bytes[start..]) else {
            return self.fault(self.bytes.len(), "ends in the middle");
        };
        if self.bytes[start + found] == b'"' {
            self.at = start + found + 1;
            return Ok(Cow::Borrowed(&self.bytes[start..start + found]));
        }
        self.at = start;
        self.escaped_text().map(Cow::Owned)
    }

    fn escaped_text(&mut self) -> Read<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return self.fault(self.bytes.len(), "ends in the middle");
            };
            out.extend_from_slice(&rest[..found]);
            self.at += found + 1;
            if rest[found] == b'"' {
                return Ok(out);
            }
            self.escape(&mut out)?;
        }
    }

    /// What stands after a backslash.
    fn escape(&mut self, out: &mut Vec<u8>) -> Read<()> {
        let byte = match self.bytes.get(self.at) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(&byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'u') => {
                self.at += 1;
                return self.code_point(out);
            }
            _ => return self.syntax("has an escape that JSON does not know"),
        };
        out.push(byte);
        self.at += 1;
        Ok(())
    }

    /// The digits after `\u`, and the second half of a pair.
    ///
    /// Half a pair stands for itself in files of JavaScript's and Python's making.
    /// U+DC80 to U+DCFF alone is Python's way to write a byte that is no text (PEP 383),
    /// as mitmproxy does with binary bodies: the byte is given back. Other halves
    /// become U+FFFD, as they do when a browser sends them.
    fn code_point(&mut self, out: &mut Vec<u8>) -> Read<()> {
        let first = self.four_digits()?;
        if (0xD800..0xDC00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                push_char(out, code);
                return Ok(());
            }
            self.at = back;
        }
        match u8::try_from(first.wrapping_sub(0xDC00)) {
            Ok(byte @ 0x80..) => out.push(byte),
            _ => push_char(out, first),
        }
        Ok(())
    }

    fn four_digits(&mut self) -> Read<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for &digit in digits {
            let Some(value) = char::from(digit).to_digit(16) else {
                return self.syntax("has an escape that JSON does not know");
            };
            code = code << 4 | value;
        }
        if digits.is_empty() {
            return self.fault(self.bytes.len(), "ends in the middle");
        }
        self.at += 4;
        Ok(code)
    }

    fn skip_text(&mut self) -> Read<()> {
        let mut at = self.at + 1;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return self.fault(self.bytes.len(), "ends in the middle");
            };
            if rest[found] == b'"' {
                self.at = at + found + 1;
                return Ok(());
            }
            at += found + 2;
        }
    }
}

fn push_char(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(REPLACEMENT),
    }
}

#[cfg(test)]
mod tests;

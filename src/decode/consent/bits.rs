//! Reads bit fields of base64url text, most significant bit first, and never beyond the
//! end. Every character is six bits, so that an error can name the one at fault.

use super::ConsentError;

/// Longer texts are no consent strings.
const LONGEST: usize = 64 << 10;

/// A position in a string of bits.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    /// Six bits each.
    digits: Vec<u8>,
    at: usize,
    /// How many characters stand before these in the whole text.
    offset: usize,
}

impl Bits {
    /// The bits of base64url text that begins `offset` characters into a longer one.
    pub(super) fn of_base64(text: &str, offset: usize) -> Result<Self, ConsentError> {
        if text.len() > LONGEST {
            let what = format!("the text goes on for more than {} KiB", LONGEST >> 10);
            return Err(ConsentError::new(offset + LONGEST + 1, what));
        }
        let text = text.trim_end_matches('=');
        let digit = |(at, character)| {
            let what = || format!("`{character}` is not a base64url character");
            digit(character).ok_or_else(|| ConsentError::new(offset + at + 1, what()))
        };
        let digits = text.chars().enumerate().map(digit).collect::<Result<_, _>>()?;
        Ok(Self { digits, at: 0, offset })
    }

    /// How many bits are left.
    pub(super) fn left(&self) -> usize {
        self.digits.len() * 6 - self.at
    }

    /// Nothing is left but the padding of the last byte and character.
    pub(super) fn ends(mut self, field: &str) -> Result<(), ConsentError> {
        while self.left() > 0 {
            let far = self.left() >= 24;
            if far || self.flag(field)? {
                return Err(self.error(format!("the text goes on after its {field}")));
            }
        }
        Ok(())
    }

    /// An error at the bit that comes next.
    pub(super) fn error(&self, what: impl Into<String>) -> ConsentError {
        ConsentError::new(self.offset + self.at / 6 + 1, what)
    }

    /// The next `count` bits, at most 64, as a number; `field` is what they should hold.
    pub(super) fn number(&mut self, count: usize, field: &str) -> Result<u64, ConsentError> {
        if count > 64 || count > self.left() {
            self.at = self.digits.len() * 6;
            return Err(self.error(format!("the text ends within its {field}")));
        }
        let mut value = 0;
        for at in self.at..self.at + count {
            let bit = self.digits[at / 6] >> (5 - at % 6) & 1;
            value = value << 1 | u64::from(bit);
        }
        self.at += count;
        Ok(value)
    }

    /// The next `count` bits, at most 16.
    pub(super) fn small(&mut self, count: usize, field: &str) -> Result<u16, ConsentError> {
        let value = self.number(count, field)?;
        u16::try_from(value).map_err(|_| self.error(format!("the {field} is too large")))
    }

    pub(super) fn flag(&mut self, field: &str) -> Result<bool, ConsentError> {
        self.number(1, field).map(|bit| bit == 1)
    }

    /// The numbers from 1 whose bit is set in a field of `count` bits.
    pub(super) fn set(&mut self, count: u16, field: &str) -> Result<Vec<u16>, ConsentError> {
        let mut set = Vec::new();
        for number in 1..=count {
            if self.flag(field)? {
                set.push(number);
            }
        }
        Ok(set)
    }

    /// Letters of six bits each, `A` being 0.
    pub(super) fn letters(&mut self, count: usize, field: &str) -> Result<String, ConsentError> {
        let mut text = String::new();
        for _ in 0..count {
            let value = self.number(6, field)?;
            let letter = u8::try_from(value).ok().filter(|v| *v < 26).map(|v| b'A' + v);
            let letter = letter.ok_or_else(|| self.error(format!("the {field} is no letter")))?;
            text.push(char::from(letter));
        }
        Ok(text)
    }

    /// A Fibonacci-coded number: it ends with two set bits.
    pub(super) fn fibonacci(&mut self, field: &str) -> Result<u64, ConsentError> {
        let (mut value, mut before, mut here) = (0_u64, 1_u64, 1_u64);
        let mut last = false;
        for _ in 0..64 {
            let bit = self.flag(field)?;
            if bit && last {
                return Ok(value);
            }
            if bit {
                value += here;
            }
            (before, here) = (here, before + here);
            last = bit;
        }
        Err(self.error(format!("a number of the {field} does not end")))
    }
}

fn digit(character: char) -> Option<u8> {
    let byte = u8::try_from(character).ok()?;
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' | b'+' => Some(62),
        b'_' | b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_where_the_text_ends() {
        let mut bits = Bits::of_base64("_w", 10).unwrap();
        assert_eq!((bits.number(4, "a").unwrap(), bits.number(4, "b").unwrap()), (15, 15));
        assert_eq!(bits.number(5, "c").unwrap_err().at, 13, "after the second of 12 characters");
        assert_eq!(Bits::of_base64("_é", 10).unwrap_err().at, 12);
    }

    #[test]
    fn fibonacci_numbers_end_with_two_ones() {
        // 11 → 1, 011 → 2, 1011 → 4, then padding.
        let mut bits = Bits { digits: vec![0b11_0111, 0b01_1000], at: 0, offset: 0 };
        let mut next = || bits.fibonacci("numbers").ok();
        assert_eq!([next(), next(), next(), next()], [Some(1), Some(2), Some(4), None]);
    }
}

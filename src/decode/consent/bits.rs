//! Reads bit fields, most significant bit first, and never beyond the end.

use crate::decode::base64;

/// A position in a string of bits.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// The bits of base64url text of at most 64 KiB.
    pub(super) fn of_base64(text: &str) -> Option<Self> {
        (text.len() <= 64 << 10).then(|| Self::of_padded(text)).flatten()
    }

    fn of_padded(text: &str) -> Option<Self> {
        // Six bits a character: a length that base64 does not have is a spare `A`.
        let spare = if text.len() % 4 == 1 { "A" } else { "" };
        Some(Self { bytes: base64(&format!("{text}{spare}"))?, at: 0 })
    }

    /// The next `count` bits, at most 64, as a number.
    pub(super) fn number(&mut self, count: usize) -> Option<u64> {
        if count > 64 || self.at + count > self.bytes.len() * 8 {
            return None;
        }
        let mut value = 0;
        for at in self.at..self.at + count {
            let bit = self.bytes[at / 8] >> (7 - at % 8) & 1;
            value = value << 1 | u64::from(bit);
        }
        self.at += count;
        Some(value)
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        self.number(1).map(|bit| bit == 1)
    }

    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        let end = self.at.checked_add(count)?;
        (end <= self.bytes.len() * 8).then(|| self.at = end)
    }

    /// The numbers from 1 whose bit is set in a field of `count` bits.
    pub(super) fn set(&mut self, count: u16) -> Option<Vec<u16>> {
        let mut set = Vec::new();
        for number in 1..=count {
            if self.flag()? {
                set.push(number);
            }
        }
        Some(set)
    }

    /// A Fibonacci-coded number: it ends with two set bits.
    pub(super) fn fibonacci(&mut self) -> Option<u64> {
        let (mut value, mut before, mut here) = (0_u64, 1_u64, 1_u64);
        let mut last = false;
        for _ in 0..64 {
            let bit = self.flag()?;
            if bit && last {
                return Some(value);
            }
            if bit {
                value += here;
            }
            (before, here) = (here, before + here);
            last = bit;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_where_the_text_ends() {
        let mut bits = Bits::of_base64("_w").unwrap();
        assert_eq!((bits.number(4), bits.number(4), bits.number(1)), (Some(15), Some(15), None));
        assert_eq!(bits.skip(usize::MAX), None);
    }

    #[test]
    fn fibonacci_numbers_end_with_two_ones() {
        // 11 → 1, 011 → 2, 1011 → 4, then padding.
        let mut bits = Bits { bytes: vec![0b1101_1101, 0b1000_0000], at: 0 };
        let all = [bits.fibonacci(), bits.fibonacci(), bits.fibonacci(), bits.fibonacci()];
        assert_eq!(all, [Some(1), Some(2), Some(4), None]);
    }
}

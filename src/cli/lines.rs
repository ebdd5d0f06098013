//! Lines of a pipe, of which none may fill the memory.

use std::io::{self, BufRead, Read};

/// A longer line is a bad line, in bytes.
pub(super) const LONGEST: u64 = 64 << 20;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The end of the input.
    End,
    /// A whole line.
    Whole,
    /// A line beyond [`LONGEST`], of which the rest was passed over.
    TooLong,
}

/// Reads the next line into `line`.
///
/// # Errors
/// When the input cannot be read.
pub(super) fn next_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let read = (&mut *input).take(LONGEST).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if (read as u64) < LONGEST || line.ends_with(b"\n") {
        return Ok(Line::Whole);
    }
    match input.skip_until(b'\n')? {
        0 => Ok(Line::Whole),
        _ => Ok(Line::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_is_one_bad_line() {
        let long = usize::try_from(LONGEST).unwrap() + 5;
        let mut input = vec![b'x'; long];
        input.extend_from_slice(b"\nnext");
        let mut input = input.as_slice();
        let mut line = Vec::new();
        assert_eq!(next_line(&mut input, &mut line).unwrap(), Line::TooLong);
        assert_eq!(next_line(&mut input, &mut line).unwrap(), Line::Whole);
        assert_eq!(line, b"next");
        assert_eq!(next_line(&mut input, &mut line).unwrap(), Line::End);
    }
}

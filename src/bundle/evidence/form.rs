//! The one form that our archives have: files one after the other from the first byte on,
//! their directory, its end. A ZIP file can hold more than its readers agree on (two files
//! of one name, bytes between them, two names for one file, links); such a one is not ours.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

/// The largest directory.
const DIRECTORY_LIMIT: u64 = 64 << 20;
const END: usize = 22;
const LOCAL: usize = 30;
const CENTRAL: usize = 46;
/// The kind of a file in its Unix mode, and the one of an ordinary file.
const KIND: u32 = 0o170_000;
const ORDINARY: u32 = 0o100_000;
/// Encrypted, or with its sizes behind it.
const FLAGS: u16 = 1 | 8;

/// One file as the directory tells of it.
struct Listed {
    name: Vec<u8>,
    at: u64,
    packed: u64,
}

/// Says what is not as in an archive of ours, if anything is.
///
/// # Errors
/// When it cannot be read.
pub(super) fn objection(file: &mut (impl Read + Seek)) -> io::Result<Option<&'static str>> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(end_at) = length.checked_sub(END as u64) else {
        return Ok(Some("it is not a ZIP file, or is cut off"));
    };
    let end = read(file, end_at, END)?;
    if !end.starts_with(b"PK\x05\x06") || end[20..] != [0, 0] {
        return Ok(Some("it is not a ZIP file, is cut off, or has something behind it"));
    }
    let count = u16_at(&end, 10);
    let (size, start) = (u64::from(u32_at(&end, 12)), u64::from(u32_at(&end, 16)));
    if size > DIRECTORY_LIMIT || start + size != end_at || u16_at(&end, 8) != count {
        return Ok(Some("its directory is not where it should be"));
    }
    let directory = read(file, start, usize::try_from(size).unwrap_or(0))?;
    let Some(listed) = listed(&directory) else {
        return Ok(Some("its directory holds what is no ordinary file"));
    };
    let names: BTreeSet<&[u8]> = listed.iter().map(|file| &*file.name).collect();
    if names.len() != listed.len() || listed.len() != usize::from(count) {
        return Ok(Some("it has two files of one name"));
    }
    let one_by_one = one_by_one(file, listed, start)?;
    Ok((!one_by_one).then_some("its files do not stand one after the other as listed"))
}

/// The directory's files; `None` when it has something else in it.
fn listed(mut directory: &[u8]) -> Option<Vec<Listed>> {
    let mut files = Vec::new();
    while !directory.is_empty() {
        let (head, rest) = directory.split_at_checked(CENTRAL)?;
        let kind = (u32_at(head, 38) >> 16) & KIND;
        let plain = head.starts_with(b"PK\x01\x02") && u16_at(head, 8) & FLAGS == 0;
        if !plain || ![0, ORDINARY].contains(&kind) {
            return None;
        }
        let (name, rest) = rest.split_at_checked(u16_at(head, 28).into())?;
        let more = usize::from(u16_at(head, 30)) + usize::from(u16_at(head, 32));
        directory = rest.get(more..)?;
        let (at, packed) = (u32_at(head, 42).into(), u32_at(head, 20).into());
        files.push(Listed { name: name.to_vec(), at, packed });
    }
    Some(files)
}

/// Whether the files fill all that is before the directory, under the names that it gives.
fn one_by_one(
    file: &mut (impl Read + Seek),
    mut listed: Vec<Listed>,
    until: u64,
) -> io::Result<bool> {
    listed.sort_by_key(|file| file.at);
    let mut next = 0;
    for Listed { name, at, packed } in listed {
        if at != next || at + (LOCAL + name.len()) as u64 > until {
            return Ok(false);
        }
        let head = read(file, at, LOCAL + name.len())?;
        let same = u32::try_from(packed).is_ok_and(|packed| u32_at(&head, 18) == packed);
        let plain = head.starts_with(b"PK\x03\x04") && u16_at(&head, 6) & FLAGS == 0;
        let named = usize::from(u16_at(&head, 26)) == name.len() && head[LOCAL..] == name;
        if !(same && plain && named) {
            return Ok(false);
        }
        next = at + head.len() as u64 + u64::from(u16_at(&head, 28)) + packed;
    }
    Ok(next == until)
}

fn read(file: &mut (impl Read + Seek), at: u64, length: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

//! Evidence as its receiver meets it: whole, altered, signed by whoever.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::said;
use crate::stored::{bundle, tracked};

/// A capture's evidence, signed, with the key's public half beside it.
fn signed(dir: &Path) {
    bundle(&dir.join("run"), tracked());
    for name in ["key", "other"] {
        openssl(dir, &["genpkey", "-algorithm", "ed25519", "-out", &format!("{name}.pem")]);
        let (private, public) = (format!("{name}.pem"), format!("{name}.pub"));
        openssl(dir, &["pkey", "-in", &private, "-pubout", "-out", &public]);
    }
    let (code, _, err) = said(dir, &["evidence", "run", "-o", "e.zip", "--sign", "key.pem"]);
    assert_eq!(code, 0, "{err}");
}

fn openssl(dir: &Path, args: &[&str]) {
    let done = Command::new("openssl").current_dir(dir).args(args).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// The archive with each file as `edit` wants it; `None` leaves one out.
fn rewritten(dir: &Path, edit: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>, more: &[(&str, &[u8])]) {
    let bytes = fs::read(dir.join("e.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(fs::File::create(dir.join("x.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().to_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        if let Some(bytes) = edit(&name, bytes) {
            out.start_file(name, options).unwrap();
            out.write_all(&bytes).unwrap();
        }
    }
    for (name, bytes) in more {
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap();
}

#[test]
fn whole_evidence_is_shown_whole_and_by_whom() {
    let dir = TempDir::new().unwrap();
    signed(dir.path());
    let (code, out, err) = said(dir.path(), &["verify", "e.zip", "--key", "key.pub"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("files are as listed") && out.contains("signed by the given key"));
    let (code, out, _) = said(dir.path(), &["verify", "e.zip"]);
    assert!(code == 0 && out.contains("integrity, not origin"), "{out}");
    let (code, out, _) = said(dir.path(), &["verify", "e.zip", "--key", "other.pub"]);
    assert!(code == 1 && out.contains("signed by another key"), "{out}");

    said(dir.path(), &["evidence", "run", "-o", "plain.zip"]);
    let (code, out, _) = said(dir.path(), &["verify", "plain.zip"]);
    assert!(code == 0 && out.contains("not signed"), "{out}");
    let (code, out, _) = said(dir.path(), &["verify", "plain.zip", "--key", "key.pub"]);
    assert!(code == 1 && out.contains("not by the given key"), "{out}");
    said(dir.path(), &["evidence", "run", "-o", "again.zip"]);
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    assert!(read("plain.zip") == read("again.zip"), "the same capture gives the same bytes");
}

#[test]
fn every_altered_added_and_missing_file_is_named() {
    let dir = TempDir::new().unwrap();
    signed(dir.path());
    let verify = || said(dir.path(), &["verify", "x.zip", "--key", "key.pub"]);
    let edit = |name: &str, mut bytes: Vec<u8>| match name {
        "reports/report.html" => {
            bytes.push(b' ');
            Some(bytes)
        }
        "reports/report.json" => None,
        _ => Some(bytes),
    };
    rewritten(
        dir.path(),
        edit,
        &[("reports/extra\u{1b}[2J\nintegrity: all files are as listed", b"x")],
    );
    let (code, out, _) = verify();
    assert_eq!(code, 1, "{out}");
    for line in
        ["altered: reports/report.html", "missing: reports/report.json", "added: reports/extra"]
    {
        assert!(out.contains(line), "no `{line}` in\n{out}");
    }
    assert!(!out.contains('\u{1b}'));
    assert!(!out.lines().any(|line| line.starts_with("integrity")), "a name is no verdict\n{out}");

    // Who changes the list, too, breaks the signature.
    let forged = |name: &str, bytes: Vec<u8>| match name {
        "evidence.json" => {
            Some(String::from_utf8(bytes).unwrap().replace("northfield", "southfield").into_bytes())
        }
        _ => Some(bytes),
    };
    rewritten(dir.path(), forged, &[]);
    let (code, out, _) = verify();
    assert!(code == 1 && out.contains("the signature does not hold"), "{out}");

    let newer = |name: &str, bytes: Vec<u8>| match name {
        "evidence.json" => Some(
            String::from_utf8(bytes)
                .unwrap()
                .replace("\"format\": 1", "\"format\": 7")
                .into_bytes(),
        ),
        _ => Some(bytes),
    };
    rewritten(dir.path(), newer, &[]);
    let (code, _, err) = verify();
    assert!(code == 2 && err.contains("evidence format 7"), "{err}");

    let whole = fs::read(dir.path().join("e.zip")).unwrap();
    fs::write(dir.path().join("x.zip"), &whole[..whole.len() / 2]).unwrap();
    let (code, _, err) = verify();
    assert!(code == 2 && err.contains("is cut off"), "{err}");
}

/// Readers of ZIP files differ in what they make of these; each holds a page that is not
/// the one that was signed.
#[test]
fn what_two_readers_would_unpack_differently_is_refused() {
    let dir = TempDir::new().unwrap();
    signed(dir.path());
    let whole = fs::read(dir.path().join("e.zip")).unwrap();
    let end = whole[whole.len() - 22..].to_vec();
    let name = b"reports/report.html";
    let named = |which: usize, to: &[u8]| {
        let places = whole.windows(name.len()).enumerate();
        let (at, _) = places.filter(|(_, bytes)| bytes == name).nth(which).unwrap();
        [&whole[..at], to, &whole[at + name.len()..]].concat()
    };
    let mut comment = whole.clone();
    let length = comment.len();
    comment[length - 2] = 22;
    let central = whole.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut link = whole.clone();
    link[central + 41] = 0xa1;
    let forged: [(&str, Vec<u8>); 6] = [
        ("bytes before the first file", [b"PK\x03\x04".as_slice(), &whole].concat()),
        ("bytes behind the end", [&whole[..], b"x"].concat()),
        ("another end in a comment", [comment, end].concat()),
        ("another name before the file", named(0, b"reports/../../x.htm")),
        ("a file that is a link", link),
        ("more files than are told", {
            let mut fewer = whole.clone();
            fewer[length - 12] -= 1;
            fewer[length - 14] -= 1;
            fewer
        }),
    ];
    for (what, bytes) in forged {
        fs::write(dir.path().join("x.zip"), bytes).unwrap();
        let (code, out, err) = said(dir.path(), &["verify", "x.zip", "--key", "key.pub"]);
        assert_eq!(code, 2, "{what}: {out}{err}");
    }
}

#[test]
fn evidence_is_masked_unless_told_otherwise() {
    let dir = TempDir::new().unwrap();
    let [first, _] = tracked();
    let hit =
        "https://www.facebook.com/tr/?id=1234567890123456&ev=Lead&ud[em]=jane.roe%40mail.example";
    bundle(&dir.path().join("run"), [first.sends(hit)]);
    let names = |args: &[&str]| {
        let (code, _, err) = said(dir.path(), args);
        assert_eq!(code, 0, "{err}");
        let bytes = fs::read(dir.path().join("e.zip")).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut all = String::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            all.push_str(&format!("<{}>", file.name()));
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        all
    };
    let masked = names(&["evidence", "run", "-o", "e.zip"]);
    assert!(!masked.contains("jane.roe") && masked.contains("<capture.har>"));
    let kept = names(&["evidence", "run", "-o", "e.zip", "--keep-values"]);
    assert!(
        kept.contains("<capture/visits.jsonl.zst>") && kept.contains("<capture/manifest.json>")
    );
    let (code, _, err) =
        said(dir.path(), &["evidence", "run", "-o", "e.zip", "--sign", "run/manifest.json"]);
    assert!(code == 2 && err.contains("no private key"), "{err}");
}

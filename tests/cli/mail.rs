//! An e-mail that tells who opened it, and one that does not.

use std::fs;

use tempfile::TempDir;

use crate::said;

const HEAD: &str = "From: News <news@clinic.example>\r\nTo: jane.roe@mail.example\r\nSubject: Spring news\r\n\
    Message-ID: <1@clinic.example>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n\
    DKIM-Signature: v=1; a=rsa-sha256; d=bulk-sender.example; s=k1; b=abc\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";

fn findings(body: &str) -> (i32, Vec<String>) {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("mail.eml"), format!("{HEAD}{body}")).unwrap();
    let (code, out, err) = said(dir.path(), &["audit", "mail.eml", "--report", "json=-"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
    assert!(!out.contains("jane.roe"), "{out}");
    let found = report["findings"].as_array().unwrap().iter();
    let mine = found.filter(|finding| finding["audit"] == "mail-tracking");
    (code, mine.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn pixels_and_marked_links_of_a_mail_are_found() {
    let (_, found) = findings(
        "<img src='https://t.bulk-sender.example/o/8f3ac91d77b2.gif' width=1 height=1>\
         <img src='https://www.clinic.example/logo.png' width=200 height=50>\
         <a href='https://click.bulk-sender.example/c/8f3ac91d77b2e1'>Read on</a>\
         <a href='https://www.clinic.example/unsubscribe?m=jane.roe%40mail.example'>No more</a>",
    );
    assert_eq!(
        found,
        [
            "The message loads 1 picture that nobody sees, from bulk-sender.example, when it is opened (sent by bulk-sender.example).",
            "2 links of the message carry an identifier, through click.bulk-sender.example and www.clinic.example (sent by bulk-sender.example).",
        ]
    );
}

#[test]
fn a_plain_mail_is_quiet_and_never_cleared() {
    let (code, found) = findings(
        "<img src='https://www.clinic.example/logo.png' width='200'>\
         <a href='https://www.clinic.example/news/spring-opening-hours'>Read on</a>",
    );
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(code, 3, "nothing was loaded, so that silence proves nothing");
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("x.eml"), "no message at all").unwrap();
    let (code, _, err) = said(dir.path(), &["audit", "x.eml"]);
    assert!(
        code == 2 && err.contains("is not an e-mail message") && err.contains("hint:"),
        "{err}"
    );
}

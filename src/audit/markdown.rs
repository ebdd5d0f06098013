//! The audits as a page of documentation, made of what they say of themselves.

use std::fmt::Write;

use super::AUDITS;
use super::words::name;

/// `docs/audits.md`: every audit with its severity, meaning, remedies, limits and sources.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    for audit in AUDITS {
        let info = audit.info();
        let severity = name(&info.severity);
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} | {severity} |", info.id, info.title);
    }
    for audit in AUDITS {
        let info = audit.info();
        let _ = write!(page, "\n## {}\n\n**{}.** {}\n\n", info.id, info.title, info.means);
        page.push_str("How to mend it:\n\n");
        for fix in info.fix {
            let _ = writeln!(page, "- *{}*: {}", fix.product, fix.text);
        }
        let _ = write!(page, "\nWhat the tool cannot see: {}\n\nSources:\n\n", info.blind_spots);
        for law in info.citations {
            let _ = writeln!(page, "- [{}]({})", law.provision, law.url);
        }
    }
    page
}

const HEAD: &str = "\
# Audits

Each audit asks one question of a capture. A finding states what was observed and which
provision that may touch; whether it does is for a person to decide.

This page is generated from the audits themselves; `pixelwarden explain ID` shows the same.

| audit | what it looks for | gravest severity |
|---|---|---|
";

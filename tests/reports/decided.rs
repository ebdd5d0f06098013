//! What was decided about a finding stands in every report, and takes it out of none.

use pixelwarden::audit::{Standing, WaivedBy};
use pixelwarden::report::Format;

use crate::clinic::Clinic;
use crate::page::Page;
use crate::{summary, written};

fn by() -> WaivedBy {
    WaivedBy {
        reason: "replaced with the relaunch".to_owned(),
        owner: "Privacy Office".to_owned(),
        expires: "2026-12-31".parse().unwrap(),
    }
}

#[test]
fn an_accepted_finding_is_told_and_not_counted() {
    let mut clinic = Clinic::incomplete();
    clinic.findings[0].standing = Standing::Waived(by());
    let text = summary(&clinic);
    assert!(text.contains("2 things need review first") && text.contains("1 accepted"), "{text}");
    let html = Page::read(&written(&clinic, Format::Html)).text();
    assert!(html.contains("Accepted by Privacy Office until 2026-12-31: replaced"), "{html}");
    for format in [Format::Json, Format::Sarif, Format::Junit, Format::Markdown, Format::Findings] {
        let text = written(&clinic, format);
        assert!(text.contains("replaced with the relaunch"), "{format}");
    }
    for format in [Format::Github, Format::Gitlab] {
        assert!(!written(&clinic, format).contains("rejected"), "{format}");
    }
    let xml = written(&clinic, Format::Junit);
    assert_eq!(xml.matches("<failure").count(), 2, "{xml}");
}

#[test]
fn a_waiver_that_is_over_is_said_everywhere() {
    let mut clinic = Clinic::incomplete();
    clinic.findings.truncate(1);
    clinic.findings[0].standing = Standing::Expired(by());
    let said = "The waiver by Privacy Office ended on 2026-12-31";
    assert!(summary(&clinic).replace('\n', " ").contains(said), "{}", summary(&clinic));
    for format in [Format::Html, Format::Sarif, Format::Junit, Format::Markdown, Format::Github] {
        assert!(written(&clinic, format).contains(said), "{format}");
    }
}

#[test]
fn a_baseline_tells_new_from_known() {
    let mut clinic = Clinic::incomplete();
    let known = clinic.findings[0].fingerprint.clone();
    clinic.policy.baseline = Some([known].into());
    for (at, finding) in clinic.findings.iter_mut().enumerate() {
        finding.standing = if at == 0 { Standing::Known } else { Standing::New };
    }
    let text = summary(&clinic);
    assert!(text.contains("Against the baseline: 5 new, 1 known"), "{text}");
    let log: serde_json::Value = serde_json::from_str(&written(&clinic, Format::Sarif)).unwrap();
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["baselineState"], "unchanged");
    assert_eq!(results[1]["baselineState"], "new");
}

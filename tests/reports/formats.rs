//! Each format as its reader takes it: by schema, parser or the rules of who shows it.

use pixelwarden::audit::{Severity, Written};
use pixelwarden::model::Masked;
use pixelwarden::report::{FORMATS, Format};
use serde_json::Value;

use crate::clinic::Clinic;
use crate::{runs, written};

fn json(clinic: &Clinic, format: Format) -> Value {
    serde_json::from_str(&written(clinic, format)).unwrap()
}

/// The standard's schema, as `schemas/README.md` says where it is from.
#[test]
fn sarif_fits_the_schema_of_the_standard() {
    let schema = std::fs::read_to_string("tests/reports/schemas/sarif-2.1.0.json").unwrap();
    // The pattern of a language has a stray bracket, which other dialects let pass.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    for (name, mut clinic) in runs() {
        clinic.policy.baseline = Some(Default::default());
        let log = json(&clinic, Format::Sarif);
        let errors: Vec<String> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            let uri = uri.as_str().unwrap();
            assert!(!uri.contains(':') && !uri.starts_with('/') && !uri.contains(".."), "{uri}");
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn a_finding_points_to_the_line_of_its_site() {
    let mut clinic = Clinic::incomplete();
    let place = |clinic: &Clinic| {
        let log = json(clinic, Format::Sarif);
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"].clone()
    };
    assert_eq!(place(&clinic)["artifactLocation"]["uri"], "sites/harborview.example");
    clinic.policy.written = Written {
        file: Some("web/pixelwarden.toml".to_owned()),
        sites: [("harborview.example".to_owned(), 7)].into(),
        ..Written::default()
    };
    assert_eq!(place(&clinic)["artifactLocation"]["uri"], "web/pixelwarden.toml");
    assert_eq!(place(&clinic)["region"]["startLine"], 7);
    let annotations = written(&clinic, Format::Github);
    assert!(annotations.starts_with("::error file=web/pixelwarden.toml,line=7,"), "{annotations}");
    let entry = &json(&clinic, Format::Gitlab)[0];
    assert_eq!(entry["location"]["path"], "web/pixelwarden.toml");
    assert_eq!(entry["location"]["lines"]["begin"], 7);
}

#[test]
fn junit_fails_what_fails_the_run_and_counts_right() {
    for (name, clinic) in runs() {
        let xml = written(&clinic, Format::Junit);
        let mut reader = quick_xml::Reader::from_str(&xml);
        let (mut cases, mut failures, mut errors, mut told) = (0, 0, 0, Vec::new());
        loop {
            use quick_xml::events::Event;
            match reader.read_event().unwrap() {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                    "testsuites" => {
                        let value = |key: &str| -> u64 {
                            let found = tag.try_get_attribute(key).unwrap().unwrap();
                            found.value.parse().unwrap()
                        };
                        told = ["tests", "failures", "errors"].map(value).to_vec();
                    }
                    "testcase" => cases += 1,
                    "failure" => failures += 1,
                    "error" => errors += 1,
                    _ => {}
                },
                _ => {}
            }
        }
        assert_eq!(told, [cases, failures, errors], "{name}");
        assert_eq!(errors > 0, !clinic.completeness.complete, "{name}");
    }
    let xml = written(&Clinic::incomplete(), Format::Junit);
    assert_eq!(xml.matches("<failure").count(), 3, "three audits have a high finding");
}

#[test]
fn a_markdown_summary_fits_a_comment_and_is_text() {
    let mut huge = Clinic::large(20);
    let long = "Ünïcode <b> @someone #12 https://evil.example | `x` ".repeat(20);
    huge.findings.iter_mut().for_each(|f| f.message = Masked::own(long.clone()));
    let text = written(&huge, Format::Markdown);
    assert!(text.len() <= 65_536, "{} bytes", text.len());
    assert!(text.contains("more in the report"), "what is left out is told");
    let hostile = written(&Clinic::hostile(), Format::Markdown);
    for text in [&text, &hostile] {
        for live in ["<b>", "<script", "<img", "@someone", "#12", "https://evil"] {
            assert!(!text.contains(live), "`{live}` is live in\n{text}");
        }
    }
}

#[test]
fn annotations_are_one_line_each_and_escaped() {
    let mut clinic = Clinic::incomplete();
    clinic.findings[0].message = Masked::own("100% of, pages: two\n::error::forged");
    let text = written(&clinic, Format::Github);
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    assert!(text.contains("100%25 of, pages: two") && !text.contains("\n::error::forged"));
    let kinds: Vec<&str> = text.lines().filter_map(|l| l.split([' ', ':']).nth(2)).collect();
    assert_eq!(kinds, ["error", "error", "error", "warning", "warning", "notice", "warning"]);
}

#[test]
fn tables_are_read_back_whole_and_run_nothing() {
    let mut clinic = Clinic::incomplete();
    clinic.findings[0].message = Masked::own("=HYPERLINK(\"https://evil.example\"),x\n2");
    let read = |format| {
        let text = written(&clinic, format);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        for cell in rows.iter().flat_map(csv::StringRecord::iter) {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
        rows
    };
    let findings = read(Format::Findings);
    assert_eq!(findings.len(), clinic.findings.len());
    assert_eq!(&findings[0][7], "'=HYPERLINK(\"https://evil.example\"),x 2");
    let requests: usize = clinic.capture.visits.iter().map(|v| v.requests.len()).sum();
    let rows = read(Format::Requests);
    assert_eq!(rows.len(), requests);
    assert!(rows.iter().any(|row| &row[13] == "Meta Pixel"));
    read(Format::Cookies);
}

#[test]
fn gitlab_gets_what_it_asks_for() {
    let entries = json(&Clinic::incomplete(), Format::Gitlab);
    for entry in entries.as_array().unwrap() {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(!entry[key].as_str().unwrap().is_empty(), "{key}");
        }
        let severity = entry["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
    }
}

#[test]
fn every_format_as_a_whole() {
    let mut clinic = Clinic::small();
    clinic.findings[0].severity = Severity::High;
    // The page has sections of its own, and `json-v1` its own snapshot.
    for format in FORMATS.iter().filter(|f| !matches!(f, Format::Html | Format::Json)) {
        let text = written(&clinic, *format);
        // Rules repeat what the audits say of themselves, which has a page of its own.
        let text = match format {
            Format::Sarif => {
                let mut log: Value = serde_json::from_str(&text).unwrap();
                log["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
                log["runs"][0]["results"][0]["ruleIndex"] = Value::Null;
                serde_json::to_string_pretty(&log).unwrap()
            }
            Format::Junit => text
                .lines()
                .filter(|line| !line.ends_with("time=\"0\"/>"))
                .collect::<Vec<_>>()
                .join("\n")
                .replace(
                    &format!("tests=\"{}\"", pixelwarden::audit::AUDITS.len() + 1),
                    "tests=\"n\"",
                ),
            _ => text,
        };
        insta::assert_snapshot!(format!("{format}_as_a_whole"), text);
    }
}

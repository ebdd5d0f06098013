//! What readers of a report notice: what it says first, that nothing captured can
//! act in it, that it can be read by everyone, and that it stays small.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod clinic;
mod decided;
mod diff;
mod findings;
mod formats;
mod hostile;
mod page;
mod site;
mod traffic;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clinic::Clinic;
use page::Page;
use pixelwarden::audit::Severity;
use pixelwarden::detect::{Source, Stored};
use pixelwarden::model::{Masked, Vantage};
use pixelwarden::report::{FORMATS, Format, Logo, Look, Report, json, render, terminal};
use sha2::{Digest, Sha256};

fn written(clinic: &Clinic, format: Format) -> String {
    let bytes = clinic.with_report(|report| render(format, report)).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn summary(clinic: &Clinic) -> String {
    clinic.with_report(|report| terminal::summary(report, terminal::Style::plain()))
}

fn runs() -> [(&'static str, Clinic); 4] {
    [
        ("incomplete", Clinic::incomplete()),
        ("clean", Clinic::clean()),
        ("empty", Clinic::empty()),
        ("hostile", Clinic::hostile()),
    ]
}

#[test]
fn an_incomplete_run_says_so_before_anything_else() {
    let html = written(&Clinic::incomplete(), Format::Html);
    let warning = html.find("This audit is incomplete").unwrap();
    assert!(warning < html.find("<h1>").unwrap());
    assert!(html.contains("<h1>3 things need review first.</h1>"));
    assert!(html.contains("could not be verified"));
    let text = summary(&Clinic::incomplete());
    assert!(text.find("INCOMPLETE").unwrap() < text.find("3 things need review first").unwrap());
}

#[test]
fn only_a_complete_run_without_findings_looks_clean() {
    let clean = "Nothing needs review";
    assert!(written(&Clinic::clean(), Format::Html).contains(clean));
    let mut silent = Clinic::clean();
    silent.completeness.complete = false;
    for clinic in [silent, Clinic::empty()] {
        assert!(!written(&clinic, Format::Html).contains(clean));
        assert!(!summary(&clinic).contains(clean));
    }
}

#[test]
fn a_finding_to_know_of_is_not_called_nothing() {
    let mut clinic = Clinic::incomplete();
    clinic.findings.retain(|finding| finding.severity == Severity::Info);
    let text = summary(&clinic);
    assert!(text.contains("1 thing is worth knowing"), "{text}");
    assert!(!text.contains("Nothing needs review"), "{text}");
}

#[test]
fn where_no_page_loaded_no_tracker_is_cleared() {
    let clinic = Clinic::empty();
    assert!(!summary(&clinic).contains("No known tracker"), "{}", summary(&clinic));
    assert!(!written(&clinic, Format::Html).contains("No known tracker"));
}

#[test]
fn recorded_traffic_is_not_said_to_block_cookies() {
    let mut clinic = Clinic::clean();
    clinic.capture.manifest.browser = None;
    clinic.capture.manifest.vantage = Vantage::default();
    let text = summary(&clinic);
    assert!(text.contains("Seen from  not known") && !text.contains("third-party"), "{text}");
}

#[test]
fn a_cookie_on_many_pages_is_one_cookie() {
    let mut clinic = Clinic::incomplete();
    for detection in &mut clinic.detected.detections {
        detection.source = Source::Cookie;
        detection.stored = Some(Stored {
            name: Masked::own("_fbp"),
            place: Masked::own("harborview.example"),
            ..Stored::default()
        });
    }
    let text = summary(&clinic);
    assert!(text.contains("1 cookie or key") && !text.contains("cookies or keys"), "{text}");
}

#[test]
fn the_matrix_tells_what_was_not_seen_from_what_was_not_there() {
    let mut clinic = Clinic::incomplete();
    let text = summary(&clinic);
    assert!(text.contains("nothing seen") && text.contains("15 sent, not"), "{text}");
    clinic.capture.visits.retain(|visit| visit.choice.is_none());
    clinic.capture.manifest.states.truncate(1);
    assert!(summary(&clinic).contains("not run"));
}

#[test]
fn no_report_calls_anything_illegal() {
    for (name, clinic) in runs() {
        for format in FORMATS {
            let text = written(&clinic, *format).to_lowercase();
            for word in ["illegal", "violat", "unlawful"] {
                assert!(!text.contains(word), "{name} as {format} says `{word}`");
            }
        }
    }
}

#[test]
fn nothing_captured_can_act_in_the_page() {
    let html = written(&Clinic::hostile(), Format::Html);
    let page = Page::read(&html);
    assert_eq!(page.count("iframe, object, embed, form, base, link"), 0);
    // One script, ours, and the page's policy lets no other run.
    let script = std::fs::read_to_string("reports/html/script.js").unwrap();
    assert_eq!(page.count("script"), 1);
    assert!(html.contains(&format!("<script>{script}</script>")));
    let digest = BASE64_STANDARD.encode(Sha256::digest(&script));
    let allowed = format!("script-src 'sha256-{digest}';");
    assert!(page.values("meta[http-equiv]", "content").any(|policy| policy.contains(&allowed)));
    assert_eq!(page.count("svg :not(g, path, rect, text, tspan, title)"), 0);
    assert!(page.attributes().all(|(name, _)| !name.starts_with("on")));
    let links: Vec<&str> = page.values("a[href]", "href").collect();
    assert!(links.iter().all(|link| link.starts_with('#') || link.starts_with("https://")));
    assert!(page.values("img", "src").all(|src| src.starts_with("data:image/jpeg;base64,")));
    let text = page.text();
    assert!(text.contains("<script>alert"), "hostile text is shown as text");
    assert!(text.contains("⟨U+202E⟩") && !text.contains('\u{202e}'));
}

#[test]
fn no_report_repeats_a_personal_value() {
    let mut clinic = Clinic::incomplete();
    let personal = "jane.roe@mail.example";
    for visit in &mut clinic.capture.visits {
        visit.page = format!("https://www.harborview.example/book?email={personal}");
        visit.title = format!("Hello {personal}");
        visit.requests[4].url = format!("https://px.example/{personal}/p.gif");
    }
    clinic.capture.visits[33].coverage.missing[0].url = format!("https://px.example/?e={personal}");
    clinic.detected.detections[0].event = Some(personal.to_owned());
    for format in FORMATS {
        let text = written(&clinic, *format);
        assert!(!text.contains(personal) && !text.contains("jane"), "{format}");
    }
    assert!(!summary(&clinic).contains(personal));
}

#[test]
fn terminal_text_holds_no_control_characters() {
    let text = summary(&Clinic::hostile());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn a_terminal_gets_colour_unless_it_declines() {
    let clinic = Clinic::incomplete();
    let text = |style| clinic.with_report(|report| terminal::summary(report, style));
    assert!(text(terminal::Style::detect(true, false, Some(100))).contains("\u{1b}["));
    assert!(!text(terminal::Style::detect(true, true, Some(100))).contains('\u{1b}'));
    assert_eq!(text(terminal::Style::detect(false, false, None)), summary(&clinic));
}

#[test]
fn everyone_can_read_the_page() {
    for (name, clinic) in runs() {
        let page = Page::read(&written(&clinic, Format::Html));
        assert_eq!(page.count("html[lang=en]"), 1, "{name}");
        assert_eq!(page.count("h1"), 1, "{name}");
        assert_eq!(page.count("th:not([scope])"), 0, "{name}");
        assert_eq!(page.count("table:not(:has(caption))"), 0, "{name}");
        assert_eq!(page.count("img:not([alt])"), 0, "{name}");
        page.assert_headings_do_not_skip_levels(name);
        page.assert_anchors_resolve(name);
    }
}

#[test]
fn colours_have_enough_contrast() {
    let css = std::fs::read_to_string("reports/html/style.css").unwrap();
    let themes = page::themes(&css);
    assert_eq!(themes.len(), 2, "light and dark");
    for theme in themes {
        let inks = ["ink", "soft", "link", "high", "medium", "low", "info", "good"];
        let plain = inks.iter().flat_map(|ink| [(*ink, "paper"), (*ink, "card")]);
        let tinted = [
            ("high", "high-tint"),
            ("medium", "medium-tint"),
            ("low", "low-tint"),
            ("info", "info-tint"),
            ("ink", "high-tint"),
            ("ink", "medium-tint"),
        ];
        for (ink, paper) in plain.chain(tinted) {
            let contrast = page::contrast(&theme[ink], &theme[paper]);
            assert!(contrast >= 4.5, "{ink} on {paper}: {contrast:.2}");
        }
    }
}

#[test]
fn a_huge_capture_stays_a_page() {
    let clinic = Clinic::large(1_700);
    let html = written(&clinic, Format::Html);
    assert!(html.len() < 4 * 1024 * 1024, "{} bytes", html.len());
    assert!(html.contains("5,100"), "the total is told");
}

#[test]
fn a_hundred_pages_take_less_than_a_megabyte() {
    let mut clinic = Clinic::large(100);
    clinic.pictures.clear();
    clinic.findings.truncate(100);
    let html = written(&clinic, Format::Html);
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
}

#[test]
fn what_flowed_is_drawn_and_said_in_a_table() {
    let clinic = Clinic::incomplete();
    let page = Page::read(&written(&clinic, Format::Html));
    assert_eq!(page.count("#flow svg[role=img][aria-label]"), 1);
    assert!(page.count("#flow .bands path title") > 4);
    assert!(page.count("#flow tbody tr") > 4);
    // In each state a visit, with its vendors on lanes and in a table.
    assert_eq!(page.count("#timeline svg"), 3);
    assert_eq!(page.count("#timeline table"), 3);
    let nothing = Page::read(&written(&Clinic::clean(), Format::Html));
    assert_eq!(nothing.count("svg"), 0);
    assert!(nothing.text().contains("No event was seen that told a vendor something."));
}

#[test]
fn a_brand_stands_at_the_head_of_the_page() {
    let logo = Logo::read(b"<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    let brand = "Acme & <b>Privacy</b>".to_owned();
    let look = Look { brand, logo: Some(logo), ..Look::default() };
    let html = Clinic::clean()
        .with_report(|report| render(Format::Html, &Report { look: &look, ..*report }).unwrap());
    let page = Page::read(&String::from_utf8(html).unwrap());
    assert_eq!(page.count(".brand img[alt='Acme & <b>Privacy</b>']"), 1);
    assert!(
        page.values(".brand img", "src").all(|src| src.starts_with("data:image/svg+xml;base64,"))
    );
    assert!(page.text().contains("Acme & <b>Privacy</b>"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in FORMATS {
        let once = written(&Clinic::incomplete(), *format);
        assert_eq!(once, written(&Clinic::incomplete(), *format));
    }
}

/// `UPDATE_SCHEMA=1 cargo test --test reports` writes it anew.
#[test]
fn the_published_schema_is_current_and_fits() {
    let path = "docs/report.schema.json";
    let schema = json::schema().unwrap();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == schema, "{path} is out of date");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (name, clinic) in runs() {
        let report = serde_json::from_str(&written(&clinic, Format::Json)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"format": "json-v1"})));
}

#[test]
fn json_v1_as_a_whole() {
    insta::assert_snapshot!(written(&Clinic::small(), Format::Json));
}

#[test]
fn the_terminal_summary_as_a_whole() {
    insta::assert_snapshot!(summary(&Clinic::incomplete()));
}

/// With `PIXELWARDEN_WRITE_REPORTS=DIR` the reports are written there, to be looked at.
#[test]
fn reports_can_be_written_to_be_looked_at() {
    let Some(dir) = std::env::var_os("PIXELWARDEN_WRITE_REPORTS") else { return };
    let dir = std::path::PathBuf::from(dir);
    for (name, clinic) in runs() {
        for format in FORMATS {
            let file = dir.join(format!("{name}-{format}.{}", format.extension()));
            std::fs::write(file, written(&clinic, *format)).unwrap();
        }
        std::fs::write(dir.join(format!("{name}.txt")), summary(&clinic)).unwrap();
    }
}

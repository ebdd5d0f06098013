//! A user's own lists below the signatures: what only they know is named as theirs, and
//! reports say which of them would have stopped what was seen.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use captures::{before, capture, meta};
use pixelwarden::audit::{self, Confidence, Finding, Policy, Severity};
use pixelwarden::detect::{Detected, detect};
use pixelwarden::health::Lexicon;
use pixelwarden::model::{Capture, Cookie, ResourceKind};
use pixelwarden::report::{Format, Look, Report, SignatureStamp, html, json, render, terminal};
use pixelwarden::signature::{Database, List};
use pixelwarden::upkeep::{self, ListFormat, ListSource, import};

const UNKNOWN: &str = "https://px.acme-metrics.example/c?u=https%3A%2F%2Fwww.northfield-clinic.example%2Fconditions%2Fbreast-cancer&gdpr=1";
const LOADER: &str = "https://connect.facebook.net/en_US/fbevents.js";

fn list(format: ListFormat, name: &str, text: &str) -> List {
    let source = ListSource { name: name.to_owned(), text: text.to_owned() };
    List::of(import(format, &[source], None).unwrap().list)
}

fn lists() -> Vec<List> {
    let filters = "! Title: EasyPrivacy\n! Version: 202611240600\n||acme-metrics.example^\n||connect.facebook.net^*/fbevents.js\n";
    let tds = r#"{"trackers": {"facebook.com": {"owner": {"name": "Meta"}, "default": "ignore"}}}"#;
    let services = r#"{"categories": {"Advertising": [{"Acme": {"https://acme-metrics.example/": ["acme-metrics.example"]}}]}}"#;
    vec![
        list(ListFormat::Disconnect, "services.json", services),
        list(ListFormat::Abp, "easyprivacy.txt", filters),
        list(ListFormat::TrackerRadar, "tds.json", tds),
    ]
}

fn site() -> Capture {
    let page = before("/conditions/breast-cancer")
        .titled("Breast cancer treatment")
        .loads(LOADER, ResourceKind::Script)
        .sends(&meta("PageView", "/conditions/breast-cancer", ""))
        .by(LOADER)
        .sends(UNKNOWN)
        .sends("https://cdn.styles.example/x.png?id=1");
    capture([page])
}

fn detected(capture: &Capture, lists: Vec<List>) -> Detected {
    let database = Database::builtin().unwrap().with_lists(lists);
    detect(capture, &database, &Lexicon::builtin().unwrap())
}

fn findings(capture: &Capture, detected: &Detected) -> Vec<Finding> {
    audit::run(capture, detected, &Policy::on("2026-11-24".parse().unwrap()))
}

#[test]
fn what_only_a_list_knows_is_named_as_its_word_and_less_certain() {
    let capture = site();
    let detected = detected(&capture, lists());
    let of_list: Vec<_> = detected.detections.iter().filter(|d| d.list.is_some()).collect();
    let [hit] = of_list.as_slice() else { panic!("{of_list:#?}") };
    assert_eq!((hit.vendor.as_str(), hit.product.as_str()), ("Acme", "Acme (Disconnect)"));
    assert_eq!(hit.list.as_deref(), Some("Disconnect"));
    assert_eq!(hit.categories, ["advertising"]);
    assert!(hit.params.contains_key("u"), "{hit:#?}");
    assert!(!hit.flags.is_empty(), "what it carried is read all the same");
    assert!(detected.unknown_pixels.iter().all(|pixel| pixel.domain != "acme-metrics.example"));
    let findings = findings(&capture, &detected);
    let mine: Vec<_> = findings.iter().filter(|f| f.product == "Acme (Disconnect)").collect();
    assert!(mine.iter().any(|finding| finding.audit == "ep-preconsent"), "{findings:#?}");
    for finding in mine {
        assert_eq!(finding.confidence, Confidence::Low, "{}", finding.message);
        assert!(finding.severity <= Severity::Medium, "{}", finding.message);
        assert!(finding.caveats.iter().any(|caveat| caveat.contains("what Disconnect says")));
    }
    let signed: Vec<_> = findings.iter().filter(|f| f.product == "Meta Pixel").collect();
    assert!(signed.iter().any(|finding| finding.confidence == Confidence::High));
}

#[test]
fn a_list_without_a_name_for_it_gives_its_own_and_the_domain() {
    let capture = site();
    let easyprivacy = lists().remove(1);
    let detected = detected(&capture, vec![easyprivacy]);
    let hit = detected.detections.iter().find(|d| d.list.is_some()).unwrap();
    assert_eq!(hit.vendor, "acme-metrics.example");
    assert_eq!(hit.product, "acme-metrics.example (EasyPrivacy)");
}

#[test]
fn without_lists_nothing_is_said_of_them() {
    let capture = site();
    let detected = detected(&capture, Vec::new());
    assert!(detected.detections.iter().all(|d| d.list.is_none() && d.stopped_by.is_empty()));
    let [html, json, terminal] = reports(&capture, &detected);
    assert!(!html.contains("lists would have stopped") && !terminal.contains("would have stopped"));
    assert!(!json.contains("stopped_by"));
}

#[test]
fn reports_say_which_list_would_have_stopped_it_itself_or_by_its_script() {
    let capture = site();
    let detected = detected(&capture, lists());
    let stopped = |product: &str| {
        let of = detected.detections.iter().filter(|d| d.product == product);
        of.map(|d| d.stopped_by.join("+")).collect::<Vec<_>>()
    };
    // The hit itself is in no list: the script that sends it is.
    assert_eq!(stopped("Meta Pixel"), ["EasyPrivacy", "EasyPrivacy"]);
    assert_eq!(stopped("Acme (Disconnect)"), ["Disconnect+EasyPrivacy"]);
    let [html, json, terminal] = reports(&capture, &detected);
    assert!(html.contains("Which lists would have stopped it"), "{html}");
    assert!(html.contains("EasyPrivacy 202611240600") && html.contains("all 2"), "{html}");
    let line = "EasyPrivacy 202611240600: 3 of 3 requests";
    assert!(terminal.contains(line), "{terminal}");
    assert!(terminal.contains("Tracker Radar: 0 of 3 requests; not all of"), "{terminal}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["signatures"]["lists"][1]["name"], "EasyPrivacy");
    let hit = json["detections"].as_array().unwrap().iter().find(|d| d["list"] == "Disconnect");
    let stopped = &hit.unwrap()["stopped_by"];
    assert_eq!(stopped, &serde_json::json!(["Disconnect", "EasyPrivacy"]));
}

#[test]
fn the_maintainers_table_says_what_lists_know() {
    let database = Database::builtin().unwrap().with_lists(lists());
    let rows = upkeep::unmatched(&site(), &database, &Lexicon::builtin().unwrap());
    let of = |domain: &str| rows.iter().find(|row| row.domain == domain).unwrap();
    assert_eq!(of("acme-metrics.example").listed_by, ["Disconnect", "EasyPrivacy"]);
    assert!(of("styles.example").listed_by.is_empty());
}

#[test]
fn cookies_that_only_a_list_describes_are_named_in_its_words() {
    let text = "Platform,Category,Cookie / Data Key name,Domain,Wildcard match,Data Controller\n\
        Acme Stats,Analytics,_acme,Advertiser's website domain,0,=Acme\n\
        Not so,Marketing,_fbp,Advertiser's website domain,0,Nobody\n";
    let list = list(ListFormat::OpenCookieDatabase, "ocd.csv", text);
    let mut capture = site();
    let cookie = |name: &str| Cookie {
        name: name.to_owned(),
        domain: ".northfield-clinic.example".to_owned(),
        ..Cookie::default()
    };
    let jar = ["_acme", "_fbp", "other"].map(cookie);
    capture.visits[0].collected.cookies = Some(jar.to_vec());
    let detected = detected(&capture, vec![list]);
    let [named] = detected.listed_cookies.as_slice() else { panic!("{detected:#?}") };
    assert_eq!((named.product.as_str(), named.purpose.as_str()), ("Acme Stats", "analytics"));
    let table = with_report(&capture, &detected, |r| render(Format::Cookies, r).unwrap());
    let table = String::from_utf8(table).unwrap();
    let row = |name: &str| table.lines().find(|line| line.contains(name)).unwrap();
    assert!(row(",_acme,").contains(",'=Acme,Acme Stats,"), "{table}");
    assert!(row(",_acme,").ends_with(",analytics,Open Cookie Database"), "{table}");
    assert!(row(",_fbp,").contains("Meta") && row(",_fbp,").ends_with(",signatures"), "{table}");
    assert!(row(",other,").ends_with(",,"), "{table}");
}

fn reports(capture: &Capture, detected: &Detected) -> [String; 3] {
    with_report(capture, detected, |report| {
        let [html, json] = [html::render(report), json::render(report)].map(Result::unwrap);
        let plain = terminal::summary(report, terminal::Style::plain());
        [String::from_utf8(html).unwrap(), String::from_utf8(json).unwrap(), plain]
    })
}

fn with_report<T>(capture: &Capture, detected: &Detected, render: impl Fn(&Report<'_>) -> T) -> T {
    let findings = findings(capture, detected);
    let policy = Policy::on("2026-11-24".parse().unwrap());
    render(&Report {
        capture,
        detected,
        findings: &findings,
        review: &audit::review(capture, detected, &policy),
        completeness: &audit::completeness(capture),
        policy: &policy,
        look: &Look::default(),
        signatures: SignatureStamp { version: "1", hash: "00" },
        screenshots: &|_| None,
    })
}

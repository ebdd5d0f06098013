//! Hosts that are another name of a vendor's: asked of a name server, found in a capture,
//! told in every report; and ordinary hosting, which is none of that.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod captures;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use captures::{Page, before, capture};
use pixelwarden::audit::{self, Policy};
use pixelwarden::detect::{self, Detected, Detection, Party, Source};
use pixelwarden::health::Lexicon;
use pixelwarden::lab::{Lab, LabOptions, dns, hosts};
use pixelwarden::model::{Capture, Header, NameLookup, NameLookups, ResourceKind};
use pixelwarden::net::{Names, look_up};
use pixelwarden::report::{Format, Look, Report, SignatureStamp, render, terminal};
use pixelwarden::signature::Database;

const OWN: &str = "info.northfield-clinic.example";

fn known(pairs: &[(&str, &[&str])]) -> Option<NameLookups> {
    let known = |aliases: &[&str]| {
        let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
        NameLookup::Known { aliases }
    };
    let hosts = pairs.iter().map(|(host, aliases)| ((*host).to_owned(), known(aliases)));
    Some(NameLookups { server: "system".into(), hosts: hosts.collect(), left_out: 0 })
}

fn sends(url: &str) -> Page {
    before("/").sends(url).with(|request| {
        request.headers =
            vec![Header { name: "cookie".into(), value: "session=s1; _ga=GA1".into() }];
    })
}

fn with(page: Page, names: Option<NameLookups>) -> (Capture, Detected) {
    let mut capture = capture([page]);
    capture.manifest.names = names;
    let database = Database::builtin().unwrap();
    let detected = detect::detect(&capture, &database, &Lexicon::builtin().unwrap());
    (capture, detected)
}

fn found(url: &str, host: &str, aliases: &[&str]) -> Vec<Detection> {
    with(sends(url), known(&[(host, aliases)])).1.detections
}

const HIT: &str = "https://info.northfield-clinic.example/analytics?account_id=7&title=Asthma";

#[test]
fn a_hit_on_an_alias_is_read_as_the_vendors_own() {
    let hit = found(HIT, OWN, &["go.pardot.com", "edge.hoster.example"]).remove(0);
    assert_eq!((hit.signature.as_str(), hit.party), ("salesforce/pardot", Party::Cloaked));
    assert_eq!((hit.source, hit.account.as_deref()), (Source::Request, Some("7")));
    let alias = hit.alias.unwrap();
    assert_eq!((alias.host.as_str(), alias.target.as_str()), (OWN, "go.pardot.com"));
    let sent: Vec<&str> = alias.cookies_sent.iter().map(|name| name.as_str()).collect();
    assert_eq!(sent, ["_ga", "session"]);
    assert_eq!(found(HIT, OWN, &[]), [], "without the alias nobody knows it");
}

#[test]
fn a_protocol_that_sits_on_any_host_is_cloaked_where_the_alias_says_so() {
    let host = "metrics.northfield-clinic.example";
    let url = format!("https://{host}/b/ss/clinicprod/1/JS-2.22/s1?AQB=1&pageName=Asthma&AQE=1");
    let cloaked = found(&url, host, &["clinic.data.adobedc.net"]).remove(0);
    assert_eq!((cloaked.party, cloaked.own_host), (Party::Cloaked, false));
    let own = found(&url, host, &["d111.cloudfront.net"]).remove(0);
    assert_eq!((own.party, own.own_host, own.alias), (Party::Proxied, true, None));
}

#[test]
fn a_host_that_only_serves_tracking_is_told_even_if_nobody_can_read_what_it_got() {
    let hits = found(&format!("https://{OWN}/x/y?z=1"), OWN, &["clinic.sc.omtrdc.net"]);
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].party, Party::Cloaked);
    assert!(hits[0].signature.starts_with("adobe/"), "{hits:#?}");
}

#[test]
fn ordinary_hosting_is_no_alarm() {
    let hosting = [
        "d111111abcdef8.cloudfront.net",
        "prod.fastly-edge.example",
        "www.northfield-clinic.example.edgekey.net",
        "e1234.a.akamaiedge.net",
        "shops.myshopify.com",
        "northfield.github.io",
        "ghs.googlehosted.com",
        "northfield.azurewebsites.net",
        "1234567.group7.sites.hubspot.net",
        "cname.vercel-dns.com",
        "omtrdc.net.evil.example",
    ];
    for target in hosting {
        for path in ["/", "/app.js", "/pixel.gif?id=1", "/analytics?account_id=7", "/g/x", "/tr"] {
            let found = found(&format!("https://{OWN}{path}"), OWN, &[target]);
            assert_eq!(found, [], "{target} {path}");
        }
    }
    // A protocol on the site's own host stays the vendor that speaks it, not the hoster.
    let ga4 = captures::ga4("page_view", "/", "").replace("region1.google-analytics.com", OWN);
    let hit = found(&ga4, OWN, &["shops.myshopify.com"]).remove(0);
    assert_eq!((hit.vendor.as_str(), hit.party), ("Google", Party::Proxied));
    // A vendor's host hides nothing, whoever serves it.
    let open =
        found("https://go.pardot.com/analytics?account_id=7", "go.pardot.com", &["x.omtrdc.net"]);
    assert_eq!((open[0].party, &open[0].alias), (Party::ThirdParty, &None));
}

/// Every report of a capture, by name.
fn reports(capture: &Capture, detected: &Detected) -> BTreeMap<&'static str, String> {
    let policy = Policy::on("2026-11-24".parse().unwrap());
    let findings = audit::run(capture, detected, &policy);
    let review = audit::review(capture, detected, &policy);
    let completeness = audit::completeness(capture);
    let report = Report {
        capture,
        detected,
        findings: &findings,
        review: &review,
        completeness: &completeness,
        policy: &policy,
        look: &Look::default(),
        signatures: SignatureStamp { version: "1", hash: "abc" },
        screenshots: &|_: &str| None,
    };
    let written = |format| String::from_utf8(render(format, &report).unwrap()).unwrap();
    BTreeMap::from([
        ("terminal", terminal::summary(&report, terminal::Style { color: false, width: 400 })),
        ("html", written(Format::Html)),
        ("json", written(Format::Json)),
    ])
}

#[test]
fn every_report_names_the_host_and_what_it_points_to() {
    let names = known(&[(OWN, &["go.pardot.com"]), ("cdn.example", &[])]);
    let (capture, detected) = with(sends(HIT), names);
    let written = reports(&capture, &detected);
    assert!(written["terminal"].contains(&format!("{OWN} is an alias of go.pardot.com")));
    assert!(written["terminal"].contains("cookies sent along: _ga and session"));
    let evidence = format!("{OWN} is an alias of go.pardot.com");
    for format in ["html", "json"] {
        assert!(written[format].contains(&evidence), "the evidence in {format}");
    }
    let json: serde_json::Value = serde_json::from_str(&written["json"]).unwrap();
    assert_eq!(json["run"]["names"]["asked"], 2);
    assert_eq!(json["run"]["names"]["hosts"][0]["aliases"][0], "go.pardot.com");
    assert_eq!(json["detections"][0]["alias"]["target"], "go.pardot.com");
}

#[test]
fn what_was_not_looked_up_is_said() {
    let (capture, detected) = with(sends(HIT), None);
    let written = reports(&capture, &detected);
    for format in ["terminal", "html"] {
        assert!(written[format].contains("CNAMEs were not looked up"), "{format}");
    }
    assert!(!written["json"].contains("\"names\""), "absent means not collected");
    let mut names = known(&[]).unwrap();
    names.hosts.insert(OWN.into(), NameLookup::unknown("no answer in time"));
    let (capture, detected) = with(sends(HIT), Some(names));
    let written = reports(&capture, &detected);
    assert!(written["terminal"].contains(&format!("not known of 1: {OWN}")));
    assert!(written["json"].contains("no answer in time"));
}

#[test]
fn hostile_names_end_in_no_report_unescaped() {
    let names = known(&[(OWN, &["<script>alert(1)</script>.omtrdc.net"])]);
    let (capture, detected) = with(sends(HIT).sends(&format!("https://{OWN}/")), names);
    assert!(!reports(&capture, &detected)["html"].contains("<script>alert"));
}

#[tokio::test]
async fn a_name_server_is_asked_and_its_silence_is_an_answer() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let hosts = [
        hosts::CLINIC_INFO,
        hosts::CLINIC,
        "circle-a.example",
        dns::FAILING,
        dns::SILENT,
        "nobody.example",
        "bad_.-name.example",
        hosts::HARD,
        "10.0.0.1",
        "[::1]",
        "intranet",
    ];
    let began = Instant::now();
    let asked = look_up(Names::Server(lab.name_server()), hosts.map(str::to_owned), &[]);
    let names = asked.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!(names.aliases(hosts::CLINIC_INFO), ["go.pardot.com", "alb.pardot-edge.example"]);
    assert_eq!(names.hosts[hosts::CLINIC], NameLookup::Known { aliases: vec![] });
    let why = |host: &str| match &names.hosts[host] {
        NameLookup::Unknown { message, .. } => message.clone(),
        known => panic!("{host} is known: {known:?}"),
    };
    assert_eq!(why("circle-a.example"), "its aliases go in a circle");
    assert_eq!(why(dns::FAILING), "the name server failed");
    assert_eq!(why(dns::SILENT), "no answer in time");
    assert_eq!(why("nobody.example"), "there is no such name");
    for never in [hosts::HARD, "10.0.0.1", "[::1]", "intranet"] {
        assert!(!names.hosts.contains_key(never), "{never} was asked for");
    }
    assert_eq!(names.server, lab.name_server().to_string());
}

#[tokio::test]
async fn nobody_is_asked_where_nobody_is_to_be() {
    assert_eq!(look_up(Names::Off, ["a.example".to_owned()], &[]).await, None);
    let mapped = [("*.example".to_owned(), "127.0.0.1".to_owned())];
    let names = look_up(Names::System, ["a.example".to_owned()], &mapped).await;
    assert!(names.is_none_or(|names| names.hosts.is_empty()), "the user's own hosts stay here");
}

#[test]
fn a_document_of_the_site_itself_may_be_an_alias() {
    let page = before("/").loads(HIT, ResourceKind::Document);
    let (_, detected) = with(page, known(&[("www.northfield-clinic.example", &["x.github.io"])]));
    assert_eq!(detected.detections, []);
}

//! What the formats become, and that nothing in them panics.

use proptest::prelude::*;

use super::*;
use crate::model::ResourceKind;
use crate::signature::List;
use crate::signature::list::{Asked, Listed};

const PAGE: &str = "https://www.clinic.example/";

fn one(format: ListFormat, name: &str, text: &str) -> Imported {
    let source = ListSource { name: name.to_owned(), text: text.to_owned() };
    import(format, &[source], None).unwrap()
}

/// Who a request is, and whether it tracks: `Acme tracks by ||acme.example^`.
fn answer(list: &List, url: &str, page: &str, kind: ResourceKind) -> String {
    match list.ask(&Asked { url, page, method: "GET", kind }) {
        None => "unknown".to_owned(),
        Some(Listed { tracker, tracks, rule }) => {
            let name = tracker.map_or("nobody", |tracker| tracker.name.as_str());
            let verb = if tracks { "tracks" } else { "is known" };
            format!("{name} {verb} by {rule}")
        }
    }
}

#[test]
fn filters_are_asked_with_their_options_and_exceptions() {
    let text = "[Adblock Plus 2.0]\n! Title: My Privacy\n! Version: 202611240600\n\
        ||acme.example^$third-party\n@@||acme.example/fonts/\n/pixel.gif?$image\n\
        shop.example##.ad\n0.0.0.0 hosts.example\n||only.example^$domain=other.example\n";
    let Imported { list, left_out } = one(ListFormat::Abp, "x.txt", text);
    assert_eq!((list.name.as_str(), list.version.as_str()), ("My Privacy", "202611240600"));
    assert_eq!(left_out, [("filters that hide elements", 1)]);
    let list = List::of(list);
    let image = |url: &str| answer(&list, url, PAGE, ResourceKind::Image);
    let tracks = "nobody tracks by ||acme.example^$third-party";
    assert_eq!(image("https://px.acme.example/c?x=1"), tracks);
    assert_eq!(image("https://acme.example/fonts/a.woff"), "unknown");
    assert_eq!(image("https://cdn.example/pixel.gif?x"), "nobody tracks by /pixel.gif?$image");
    assert_eq!(image("https://hosts.example/"), "nobody tracks by ||hosts.example^");
    assert_eq!(image("https://only.example/"), "unknown");
    let script = "https://cdn.example/pixel.gif?x";
    assert_eq!(answer(&list, script, PAGE, ResourceKind::Script), "unknown");
    let own =
        answer(&list, "https://px.acme.example/c", "https://acme.example/", ResourceKind::Image);
    assert_eq!(own, "unknown");
}

#[test]
fn trackerdb_is_read_compiled_and_as_a_folder() {
    let json = r#"{"organizations": {"acme": {"name": "Acme Inc."}}, "patterns": {
        "acme_px": {"name": "Acme Pixel", "category": "advertising", "organization": "acme",
            "domains": ["acme.example"], "filters": ["||px.acme.example^$3p"]},
        "cdn": {"name": "Some CDN", "category": "cdn", "domains": ["cdn.example"],
            "filters": ["||cdn.example^$3p"]}}}"#;
    let compiled = one(ListFormat::TrackerDb, "trackerdb.json", json);
    let file = |name: &str, text: &str| ListSource { name: name.to_owned(), text: text.to_owned() };
    let folder = [
        file("db/organizations/acme.eno", "name: Acme Inc.\nwebsite_url: https://acme.example/\n"),
        file(
            "db/patterns/acme_px.eno",
            "name: Acme Pixel\ncategory: advertising\norganization: acme\n\n--- domains\nacme.example\n--- domains\n\n--- filters\n||px.acme.example^$3p\n! no\n--- filters\n",
        ),
        file(
            "db/patterns/cdn.eno",
            "name: Some CDN\ncategory: cdn\n--- domains\ncdn.example\n--- domains\n--- filters\n||cdn.example^$3p\n--- filters\n",
        ),
        file("db/categories/cdn.eno", "name: CDN\n"),
    ];
    let folder = import(ListFormat::TrackerDb, &folder, None).unwrap();
    assert_eq!(compiled.list.trackers, folder.list.trackers);
    let list = List::of(compiled.list);
    let image = |url: &str| answer(&list, url, PAGE, ResourceKind::Image);
    assert_eq!(image("https://px.acme.example/c"), "Acme Pixel tracks by ||px.acme.example^$3p");
    assert_eq!(image("https://www.acme.example/c"), "Acme Pixel is known by acme.example");
    assert_eq!(image("https://cdn.example/a.js"), "Some CDN is known by cdn.example");
    assert_eq!(list.facts().trackers[0].owner, "Acme Inc.");
}

#[test]
fn duckduckgos_rules_decide_in_their_order() {
    let json = r#"{"trackers": {
        "block.example": {"owner": {"name": "Block Ltd.", "displayName": "Block"},
            "categories": ["Audience Measurement"], "default": "block", "rules": [
            {"rule": "block\\.example\\/lib\\/", "action": "ignore"},
            {"rule": "block\\.example\\/ddm\\/", "exceptions": {"types": ["image"]}}]},
        "ignore.example": {"owner": {"name": "Ignore Ltd."}, "default": "ignore", "rules": [
            {"rule": "ignore\\.example\\/signals\\/"},
            {"rule": "ignore\\.example\\/(?=x)"},
            {"rule": "ignore\\.example\\/vpaid", "options": {"domains": ["videos.site.example"]},
             "exceptions": {"domains": ["site.example"], "types": ["image"]}}]}},
        "entities": {"Block Ltd.": {"domains": ["block.example", "block-shop.example"]}}}"#;
    let Imported { list, left_out } = one(ListFormat::TrackerRadar, "tds.json", json);
    assert_eq!(left_out, [("rules whose pattern has look-around", 1)]);
    let list = List::of(list);
    let said = |url: &str, page: &str, kind| answer(&list, url, page, kind);
    let (image, script) = (ResourceKind::Image, ResourceKind::Script);
    for (url, page, kind, expected) in [
        ("https://a.block.example/x.png", PAGE, image, "Block tracks"),
        ("https://block.example/lib/x.js", PAGE, script, "Block is known"),
        ("https://block.example/DDM/", PAGE, script, "Block tracks"),
        ("https://block.example/ddm/", PAGE, image, "Block is known"),
        ("https://block.example/x", "https://www.block-shop.example/", image, "Block is known"),
        ("https://ignore.example/a.js", PAGE, script, "Ignore Ltd. is known"),
        ("https://ignore.example/signals/", PAGE, script, "Ignore Ltd. tracks"),
        ("https://ignore.example/vpaid.js", PAGE, script, "Ignore Ltd. is known"),
        (
            "https://ignore.example/vpaid.js",
            "https://videos.site.example/",
            script,
            "Ignore Ltd. tracks",
        ),
        (
            "https://ignore.example/vpaid.png",
            "https://videos.site.example/",
            image,
            "Ignore Ltd. is known",
        ),
        ("https://other.example/", PAGE, image, "unknown"),
    ] {
        let answer = said(url, page, kind);
        assert!(answer.starts_with(expected), "{url} on {page}: {answer}");
    }
}

#[test]
fn tracker_radars_own_files_describe_and_stop_nothing() {
    let file = |domain: &str, category: &str| ListSource {
        name: format!("domains/US/{domain}.json"),
        text: format!(
            r#"{{"domain": "{domain}", "owner": {{"displayName": "{domain} Inc"}},
            "categories": ["{category}"], "resources": []}}"#
        ),
    };
    let files = [file("acme.example", "Ad Motivated Tracking"), file("fonts.example", "CDN")];
    let list = List::of(import(ListFormat::TrackerRadar, &files, None).unwrap().list);
    assert_eq!(list.facts().blocker, "");
    let image = |url: &str| answer(&list, url, PAGE, ResourceKind::Image);
    assert_eq!(image("https://a.acme.example/"), "acme.example Inc tracks by acme.example");
    assert_eq!(image("https://fonts.example/"), "fonts.example Inc is known by fonts.example");
}

#[test]
fn disconnects_content_is_known_and_let_through() {
    let json = r#"{"license": "x", "categories": {
        "Advertising": [{"Acme": {"http://acme.example/": ["acme.example", "acme.test"], "dnt": "eff"}}],
        "Content": [{"Acme": {"http://acme.example/": ["acme.test", "cdn.example"]}}]}}"#;
    let list = List::of(one(ListFormat::Disconnect, "services.json", json).list);
    let image = |url: &str| answer(&list, url, PAGE, ResourceKind::Image);
    assert_eq!(image("https://x.acme.example/"), "Acme tracks by acme.example");
    assert_eq!(image("https://acme.test/"), "Acme tracks by acme.test");
    assert_eq!(image("https://cdn.example/"), "Acme is known by cdn.example");
    let own = answer(&list, "https://acme.test/", "https://acme.example/", ResourceKind::Image);
    assert_eq!(own, "Acme is known by acme.test");
}

fn refusal(format: ListFormat, text: &str) -> String {
    let source = ListSource { name: "saved.txt".to_owned(), text: text.to_owned() };
    import(format, &[source], None).unwrap_err().to_string()
}

#[test]
fn what_was_saved_in_place_of_a_list_is_refused() {
    let all = [
        ListFormat::Abp,
        ListFormat::Disconnect,
        ListFormat::OpenCookieDatabase,
        ListFormat::TrackerDb,
        ListFormat::TrackerRadar,
    ];
    for format in all {
        let page = refusal(format, "\u{feff}\n<!DOCTYPE html><html><body>||acme.example^</body>");
        assert_eq!(
            page,
            "saved.txt: this is an HTML or XML page, not a list: save the list itself"
        );
        let archive = refusal(format, "\u{1f}\u{fffd}\u{8}\0\0");
        assert!(archive.contains("this is an archive"), "{archive}");
    }
    for text in [
        "404: Not Found",
        "# Acme lists\nThese are our lists.\nPlease read the licence.\n",
        "{\n  \"trackers\": {\n    \"acme.example\": {}\n  }\n}\n",
        "forbidden",
    ] {
        let refused = refusal(ListFormat::Abp, text);
        assert!(refused.contains("of its lines are no filters in adblock syntax"), "{refused}");
    }
    let other = refusal(ListFormat::OpenCookieDatabase, "name,vendor\n_fbp,Meta\n");
    assert!(other.contains("does not name the columns"), "{other}");
}

#[test]
fn filters_that_nothing_is_held_against_are_counted() {
    let wide = format!("/{}x/", "a*".repeat(30));
    let text = format!(
        "||acme.example^\n{wide}\n||b.example^$no-such-option\nsome prose here\n\
        ||c.example^$csp=script-src 'self'\n/^https:\\/\\/[a-z ]+\\.d\\.example/\n"
    );
    let Imported { list, left_out } = one(ListFormat::Abp, "x.txt", &text);
    assert_eq!(list.filters.len(), 3, "{:?}", list.filters);
    let expected = [
        ("lines that are no filters", 1),
        ("filters that are too long or have too many wildcards", 1),
        ("filters with options that the engine does not know", 1),
    ];
    assert_eq!(left_out, expected);
    let of_tracker = format!(
        r#"{{"patterns": {{"acme": {{"name": "Acme", "category": "advertising",
            "domains": ["acme.example"], "filters": ["||acme.example^", "{wide}"]}}}}}}"#
    );
    let Imported { list, left_out } = one(ListFormat::TrackerDb, "trackerdb.json", &of_tracker);
    assert_eq!(list.trackers[0].filters, ["||acme.example^"]);
    assert_eq!(left_out, expected[1..2]);
}

#[test]
fn the_open_cookie_database_names_cookies_where_they_may_lie() {
    let text = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,\
        Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n\
        1,Acme Stats,Analytics,_acme,acme.example (3rd party) or advertiser's website domain (1st party),\"Counts, and knows again\",2 years,Acme,https://acme.example/,0\n\
        2,Acme Stats,Marketing,_acme_,Advertiser's website domain (1st party),,1 day,Acme,,1\n\
        3,Acme Ads,Marketing,uid,ads.acme.example (3rd party),,60 days,Acme,,0\n\
        4,Other,Functional,SR<RotatorID>,,,1 day,Other,,0\n\
        5,Other,Functional,two words,,,1 day,Other,,0\n";
    let Imported { list, left_out } = one(ListFormat::OpenCookieDatabase, "ocd.csv", text);
    assert_eq!(left_out, [("rows that name no cookie", 1)]);
    let list = List::of(list);
    let who = |name: &str, domain: &str| {
        list.cookie(name, domain).map(|c| format!("{} {} {}", c.product, c.purpose, c.lifetime))
    };
    let stats = Some("Acme Stats analytics 2 years".to_owned());
    assert_eq!(who("_acme", ".www.clinic.example"), stats);
    assert_eq!(who("_acme_77", "clinic.example"), Some("Acme Stats marketing 1 day".to_owned()));
    assert_eq!(who("uid", ".ads.acme.example"), Some("Acme Ads marketing 60 days".to_owned()));
    assert_eq!(who("uid", "clinic.example"), None);
    assert_eq!(who("SR15", "a.example"), Some("Other functional 1 day".to_owned()));
    assert_eq!((who("_acm", "clinic.example"), who("é", "x")), (None, None));
}

#[test]
fn what_is_in_another_format_is_told() {
    for format in [ListFormat::Disconnect, ListFormat::TrackerDb, ListFormat::TrackerRadar] {
        let source =
            ListSource { name: "list.json".to_owned(), text: "||acme.example^".to_owned() };
        let error = import(format, &[source], None).unwrap_err().to_string();
        assert!(error.starts_with("list.json: "), "{error}");
    }
    let empty = ListSource { name: "empty.txt".to_owned(), text: "! nothing\n".to_owned() };
    let error = import(ListFormat::Abp, &[empty], None).unwrap_err().to_string();
    assert!(error.contains("nothing in it"), "{error}");
}

proptest! {
    #[test]
    fn any_filter_and_any_address_is_survived(
        filters in proptest::collection::vec("[ -~éあ]{0,40}", 1..8),
        url in "https?://[a-z.]{0,12}/[ -~é]{0,40}",
        page in "[ -~]{0,30}",
    ) {
        let source = ListSource { name: "x.txt".to_owned(), text: filters.join("\n") };
        if let Ok(imported) = import(ListFormat::Abp, std::slice::from_ref(&source), None) {
            let list = List::of(imported.list);
            let _ = list.ask(&Asked { url: &url, page: &page, method: "GET", kind: ResourceKind::Image });
        }
        drop(import(ListFormat::TrackerDb, &[source], None));
    }
}

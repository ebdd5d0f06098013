//! How fast requests are recognised and decoded, with ten times the signatures, too, and
//! beside the crate `adblock` with a list of the same size and asking every expression in
//! turn. `CORPUS=DIR` measures `DIR/requests.jsonl` instead of requests that are made up.

#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;
use pixelwarden::signature::{Database, Observation};
use regex::Regex;
use toml::Value;

fn main() {
    divan::main();
}

/// A request as it is asked about.
struct Sent {
    url: String,
    page: String,
    method: String,
    body: String,
}

/// The requests of a folder of labelled cases, or a mix as pages have it: some four of ten
/// requests go to vendors.
fn requests() -> Vec<Sent> {
    let corpus = std::env::var_os("CORPUS").map(|dir| Path::new(&dir).join("requests.jsonl"));
    match corpus.filter(|file| file.is_file()) {
        Some(file) => std::fs::read_to_string(file).unwrap().lines().map(labelled).collect(),
        None => (0..2000).map(made_up).collect(),
    }
}

fn labelled(line: &str) -> Sent {
    let row: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    Sent {
        url: text("url"),
        page: text("page_url"),
        method: text("method"),
        body: text("post_data"),
    }
}

fn made_up(n: usize) -> Sent {
    let url = match n % 20 {
        0 => format!(
            "https://www.facebook.com/tr/?id=1234567890&ev=PageView&dl=https%3A%2F%2Fclinic.example%2F{n}&rl=&if=false&ts={n}&sw=1280&sh=720&v=2.9.179&r=stable&ec=0&o=4126&fbp=fb.1.1700000000000.{n}&cs_est=true&it=1700000000000&coo=false&rqm=GET"
        ),
        1 => format!(
            "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC123&gtm=45je4b0v9&_p=170000&gcs=G111&gcd=13r3r3r3r5l1&npa=0&dma=1&cid=1.{n}&ul=en-us&sr=1280x720&uaa=x86&uab=64&uam=&uamb=0&uap=Linux&_s=1&sid=17{n}&sct=1&seg=0&dl=https%3A%2F%2Fclinic.example%2F{n}&dt=Clinic&en=page_view&_fv=1&_ss=1&tfd=1{n}"
        ),
        2 => format!("https://connect.facebook.net/en_US/fbevents.js?v={n}"),
        3 => format!("https://www.googletagmanager.com/gtm.js?id=GTM-ABC{n}"),
        4 => format!(
            "https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=11111&time={n}&url=https%3A%2F%2Fclinic.example%2F{n}"
        ),
        5 => format!(
            "https://bat.bing.com/action/0?ti=123&Ver=2&mid={n}&evt=pageLoad&p=https%3A%2F%2Fclinic.example%2F"
        ),
        6 => format!("https://script.hotjar.com/modules.{n}abc.js"),
        7 => format!("https://sync.crwdcntrl.net/map/c=1/tp=AAAA?gdpr=1&d={n}"),
        8..=10 => format!("https://www.clinic.example/api/doctors?page={n}&sort=name&lang=en"),
        11..=13 => format!("https://cdn.clinic.example/images/{n}/team-photo.webp?w=640&q=75"),
        14 => format!("https://fonts.gstatic.com/s/roboto/v30/{n}.woff2"),
        _ => format!("https://static{n}.clinic.example/assets/{n}/app.bundle.min.js"),
    };
    let page = "https://www.clinic.example/".to_owned();
    Sent { url, page, method: "GET".to_owned(), body: String::new() }
}

fn observation(sent: &Sent) -> Observation<'_> {
    Observation::Request {
        url: &sent.url,
        method: &sent.method,
        body: sent.body.as_bytes(),
        content_encoding: "",
        content_type: "",
        kind: None,
    }
}

/// The built-in database, and one with its files so many times: that many vendors of the same
/// kind, with hosts and protocols of their own.
fn database(times: usize) -> Database {
    let builtin = Database::builtin().unwrap();
    let mut files = builtin.files().clone();
    for copy in 1..times {
        for (name, text) in builtin.files() {
            let name = name.replace(".toml", &format!("-{copy}.toml"));
            files.insert(name, with_own_hosts(text, copy));
        }
    }
    if times == 1 { builtin } else { Database::of(files, "").unwrap() }
}

/// The file as another vendor's: hosts below a domain that nobody has; where any host will do,
/// paths and parameters that nobody has.
fn with_own_hosts(text: &str, copy: usize) -> String {
    let mut file: toml::Table = text.parse().unwrap();
    let signatures = file.get_mut("signature").and_then(Value::as_table_mut).into_iter().flatten();
    let rules = signatures.filter_map(|(_, one)| one.get_mut("request")?.as_array_mut()).flatten();
    for rule in rules.filter_map(Value::as_table_mut) {
        let hosts = rule.get_mut("host").and_then(Value::as_array_mut).unwrap();
        let any = hosts.iter().any(|host| host.as_str() == Some("*"));
        for host in hosts.iter_mut().filter(|_| !any) {
            let name = host.as_str().unwrap();
            let own = match name.strip_suffix(".*") {
                Some(stem) => format!("{stem}-copy{copy}.*"),
                None => format!("{name}.copy{copy}.example"),
            };
            *host = Value::String(own);
        }
        if any {
            with_own_protocol(rule, copy);
        }
    }
    file.to_string()
}

fn with_own_protocol(rule: &mut toml::Table, copy: usize) {
    if let Some(Value::String(path)) = rule.get_mut("path") {
        let at = if path.starts_with('^') { 1 } else { 0 };
        path.insert_str(at, &format!("/copy{copy}"));
    }
    for conditions in ["query", "param"] {
        let Some(Value::Table(names)) = rule.get_mut(conditions) else { continue };
        let own = |(name, value): (String, Value)| match name.as_str() {
            "*" => (name, value),
            _ => (format!("{name}_copy{copy}"), value),
        };
        *names = std::mem::take(names).into_iter().map(own).collect();
    }
}

#[divan::bench(args = [1, 10])]
fn recognise(bencher: Bencher<'_, '_>, times: usize) {
    let (db, requests) = (database(times), requests());
    bencher.counter(ItemsCount::new(requests.len())).bench_local(|| {
        let known =
            |sent: &&Sent| !db.recognise(&sent.url, &sent.method, sent.body.as_bytes()).is_empty();
        requests.iter().filter(known).count()
    });
}

#[divan::bench(args = [1, 10])]
fn decode(bencher: Bencher<'_, '_>, times: usize) {
    let (db, requests) = (database(times), requests());
    bencher.counter(ItemsCount::new(requests.len())).bench_local(|| {
        requests.iter().map(|sent| db.matches(&observation(sent)).len()).sum::<usize>()
    });
}

/// The crate `adblock`, asked as its users ask it, with one filter for each host of each
/// rule. It decodes nothing.
#[divan::bench]
fn adblock_of_the_same_size(bencher: Bencher<'_, '_>) {
    let (db, requests) = (database(1), requests());
    let signatures = db.vendors().iter().flat_map(|vendor| &vendor.signatures);
    let hosts = signatures.flat_map(|signature| signature.request_hosts());
    let filters: Vec<String> = hosts.map(|host| format!("||{host}^")).collect();
    let engine = engine(&filters.join("\n"));
    bencher
        .counter(ItemsCount::new(requests.len()))
        .bench_local(|| requests.iter().filter(|sent| is_blocked(&engine, sent)).count());
}

/// The same with a list of the user's: `FILTERS=easyprivacy.txt`.
#[divan::bench]
fn adblock_with_a_list_of_yours(bencher: Bencher<'_, '_>) {
    let Some(file) = std::env::var_os("FILTERS") else { return };
    let (engine, requests) = (engine(&std::fs::read_to_string(file).unwrap()), requests());
    bencher
        .counter(ItemsCount::new(requests.len()))
        .bench_local(|| requests.iter().filter(|sent| is_blocked(&engine, sent)).count());
}

fn engine(filters: &str) -> adblock::Engine {
    let mut set = adblock::FilterSet::new(false);
    set.add_filter_list(filters.to_owned(), adblock::lists::ParseOptions::default());
    adblock::Engine::new_with_filter_set(set)
}

/// The hosts are cut out by hand, which spares the engine its own parser.
fn is_blocked(engine: &adblock::Engine, sent: &Sent) -> bool {
    let host = |url: &str| {
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        rest[..rest.find(['/', '?', ':']).unwrap_or(rest.len())].to_owned()
    };
    let (own, page) = (host(&sent.url), host(&sent.page));
    let request =
        adblock::request::Request::preparsed(&sent.url, &own, &page, "image", own != page, "GET");
    engine.check_network_request(&request).should_block()
}

/// The baseline: the host and path of every request rule of every signature, as one
/// expression each, asked of each address in turn. It decodes nothing.
#[divan::bench(sample_count = 3)]
fn every_expression_in_turn(bencher: Bencher<'_, '_>) {
    let (db, mut requests) = (database(1), requests());
    requests.truncate(200);
    let all: Vec<Regex> = db.files().values().flat_map(|file| expressions(file)).collect();
    assert!(all.len() > 200, "{} rules", all.len());
    bencher.counter(ItemsCount::new(requests.len())).bench_local(|| {
        let known = |sent: &Sent| all.iter().filter(|one| one.is_match(&sent.url)).count();
        requests.iter().map(known).sum::<usize>()
    });
}

/// One expression for each request rule of a file.
fn expressions(file: &str) -> Vec<Regex> {
    let file: toml::Table = file.parse().unwrap();
    let signatures = file.get("signature").and_then(Value::as_table).into_iter().flatten();
    let rules = signatures.filter_map(|(_, one)| one.get("request")?.as_array()).flatten();
    rules.map(|rule| Regex::new(&expression(rule)).unwrap()).collect()
}

fn expression(rule: &Value) -> String {
    let listed = |key: &str| rule.get(key).and_then(Value::as_array).into_iter().flatten();
    let host = |host: &Value| regex::escape(host.as_str().unwrap()).replace("\\*", "[^/:?]+");
    let hosts: Vec<String> = listed("host").map(host).collect();
    let hosts = if hosts.is_empty() { "[^/:?]+".to_owned() } else { hosts.join("|") };
    let path = rule.get("path").and_then(Value::as_str).unwrap_or_default();
    // A rule's path ends where the query begins.
    let path = path.trim_start_matches('^').replace('$', r"(?:$|\?)");
    format!(r"^https?://(?:[^/:?]+\.)?(?:{hosts})(?::\d+)?(?:{path})")
}

#[divan::bench]
fn load() -> Database {
    Database::builtin().unwrap()
}

/// What the first page costs beyond that: patterns are compiled when they are first asked.
#[divan::bench]
fn first_page(bencher: Bencher<'_, '_>) {
    let requests: Vec<Sent> = (0..20).map(made_up).collect();
    bencher.with_inputs(|| Database::builtin().unwrap()).bench_local_refs(|db| {
        requests.iter().map(|sent| db.matches(&observation(sent)).len()).sum::<usize>()
    });
}

/// What the first cookie costs: all their names are one set.
#[divan::bench]
fn first_cookie(bencher: Bencher<'_, '_>) {
    let cookie = Observation::Cookie { name: "_fbp", domain: "clinic.example" };
    bencher
        .with_inputs(|| Database::builtin().unwrap())
        .bench_local_refs(|db| db.matches(&cookie).len());
}

#[divan::bench]
fn load_files_of_the_user(bencher: Bencher<'_, '_>) {
    let files: BTreeMap<String, String> = Database::builtin().unwrap().files().clone();
    bencher.bench_local(|| Database::of(files.clone(), "").unwrap());
}

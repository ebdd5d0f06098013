//! Real consent managers in a real browser: each is accepted and refused, verified, and
//! told from a site that does not keep to the answer. `make test` installs them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::print_stderr, reason = "the table of banners, for `--nocapture`")]

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream;
use pixelwarden::browser::{Browser, LaunchOptions, Profile};
use pixelwarden::consent::{Confirmation, ReloadCheck, Rules, choose, confirm, find, read_back};
use pixelwarden::model::{Choice, ChoiceOutcome, Cmp, ConsentReading, Decision, Signals, Via};
use tokio::net::TcpListener;

const LOAD: Duration = Duration::from_secs(60);
/// A page without a banner takes as long.
const LATE: Duration = Duration::from_secs(10);
/// Banners side by side.
const SIDE_BY_SIDE: usize = 4;

use ChoiceOutcome::{NoticeOnly, Verified};

/// Page, platform, clicks to accept, how a refusal ends and its clicks.
const BANNERS: &[(&str, &str, u32, ChoiceOutcome, u32)] = &[
    ("vanilla-3", "vanilla-cookieconsent", 1, Verified, 1),
    ("vanilla-3-two-layers", "vanilla-cookieconsent", 1, Verified, 4),
    ("vanilla-2", "vanilla-cookieconsent-2", 1, Verified, 1),
    ("vanilla-2-two-layers", "vanilla-cookieconsent-2", 1, Verified, 3),
    ("klaro", "klaro", 4, Verified, 1),
    ("klaro-accept-all", "klaro", 1, Verified, 1),
    ("klaro-must", "klaro", 1, Verified, 1),
    ("klaro-no-decline", "klaro", 1, Verified, 4),
    ("tarteaucitron", "tarteaucitron", 1, Verified, 1),
    ("tarteaucitron-middle", "tarteaucitron", 1, Verified, 1),
    ("tarteaucitron-no-deny", "tarteaucitron", 1, Verified, 3),
    ("osano-opt-in", "osano-cookieconsent", 1, Verified, 1),
    ("osano-opt-out", "osano-cookieconsent", 1, Verified, 1),
    ("osano-info", "osano-cookieconsent", 1, NoticeOnly, 0),
    ("orejime-en", "orejime", 1, Verified, 1),
    ("orejime-de", "orejime", 1, Verified, 1),
    ("orejime-fi", "orejime", 1, Verified, 1),
    ("orejime-hu", "orejime", 1, Verified, 1),
    ("cookies-eu-banner", "generic", 1, Verified, 1),
    ("cookie-consent-js", "generic", 1, Verified, 1),
    ("cookie-notice", "generic", 1, NoticeOnly, 0),
    ("cookiecraft", "generic", 1, Verified, 1),
    ("stormid", "generic", 1, Verified, 1),
    ("closed-shadow", "generic", 1, Verified, 1),
    ("other-site-frame", "generic", 1, Verified, 1),
    ("tcf", "generic", 1, Verified, 1),
];

/// How the site's pixel keeps to the answer, and whether it is sent: before any answer,
/// after a refusal, after an acceptance.
const GATES: &[(&str, [bool; 3])] = &[
    ("right", [false, false, true]),
    ("wrong", [true, true, true]),
    ("ignores", [false, true, true]),
];

/// Serves the pages by host, `<page>.<gate>.localhost`, and counts the pixels.
#[derive(Clone, Default)]
struct Site {
    pixels: Arc<Mutex<Vec<String>>>,
}

impl Site {
    async fn start(&self) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = Router::new().fallback(serve).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        port
    }

    fn pixels(&self, host: &str) -> usize {
        self.pixels.lock().unwrap().iter().filter(|from| *from == host).count()
    }
}

async fn serve(State(site): State<Site>, request: Request) -> Response {
    let host = request.headers()[header::HOST].to_str().unwrap();
    let host = host.split(':').next().unwrap();
    let path = request.uri().path();
    let folder = folder();
    let file = match path {
        "/pixel" => {
            site.pixels.lock().unwrap().push(host.to_owned());
            return StatusCode::NO_CONTENT.into_response();
        }
        "/gate.js" => folder.join("gate.js"),
        "/" | "/second" => {
            folder.join("pages").join(format!("{}.html", host.split('.').next().unwrap()))
        }
        _ => folder.join("node_modules").join(path.trim_start_matches("/npm/")),
    };
    let Ok(bytes) = tokio::fs::read(&file).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html",
        Some("js" | "mjs") => "text/javascript",
        Some("css") => "text/css",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/banners")
}

struct Visitor {
    browser: Browser,
    rules: Rules,
    site: Site,
    port: u16,
}

/// One banner, answered once.
struct Answered {
    platform: String,
    choice: Choice,
    /// The tool's own time for finding and choosing.
    took: Duration,
    /// Whether the pixel was sent before the answer, and after it.
    pixels: (bool, bool),
}

impl Visitor {
    async fn answer(
        &self,
        host: &str,
        decision: Decision,
        other: Option<&[ConsentReading]>,
    ) -> Answered {
        let start = self.site.pixels(host);
        let profile = self.browser.profile(Signals::default(), &[]).await.unwrap();
        let tab = profile.open().await.unwrap();
        tab.navigate(&format!("http://{host}:{}/", self.port), LOAD).await.unwrap();
        tab.settle(Duration::from_millis(500), LOAD).await.unwrap();
        let before = self.site.pixels(host);
        let clock = Instant::now();
        let banner = find(&tab, &self.rules, LATE).await.unwrap();
        let banner = banner.unwrap_or_else(|| panic!("{host}: no banner"));
        let choice = choose(&tab, &self.rules, &banner, decision).await;
        let took = clock.elapsed();
        tab.settle(Duration::from_millis(300), LOAD).await.unwrap();
        tab.leave().await.unwrap();
        let reload = self.again(&profile, host, "/", &banner.cmp).await;
        let second_page = Some(self.again(&profile, host, "/second", &banner.cmp).await);
        profile.close().await.unwrap();
        let pixels = (before > start, self.site.pixels(host) > before);
        let seen = Confirmation { reload, second_page, signals: Vec::new(), other };
        Answered { platform: banner.cmp.id, choice: confirm(choice, seen), took, pixels }
    }

    async fn again(&self, profile: &Profile, host: &str, path: &str, cmp: &Cmp) -> ReloadCheck {
        let tab = profile.open().await.unwrap();
        tab.navigate(&format!("http://{host}:{}{path}", self.port), LOAD).await.unwrap();
        tab.settle(Duration::from_millis(300), LOAD).await.unwrap();
        let found = find(&tab, &self.rules, Duration::from_secs(1)).await.unwrap();
        let readings = read_back(&tab, &self.rules, cmp, true).await;
        tab.leave().await.unwrap();
        let banner_visible = found.is_some_and(|b| b.cmp.banner_visible);
        ReloadCheck { banner_visible, readings, ways_back: None }
    }

    /// Accepts and refuses one banner, and refuses it under each gate; what went wrong.
    async fn judge(
        &self,
        (page, platform, accept, refusal, refuse): (&str, &str, u32, ChoiceOutcome, u32),
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        for (gate, [at_first, refused, accepted]) in GATES {
            let host = format!("{page}.{gate}.localhost");
            let mut other: Option<Vec<ConsentReading>> = None;
            for (decision, outcome, clicks, sent) in [
                (Decision::Accept, Verified, accept, *accepted),
                (Decision::Reject, refusal, refuse, *refused),
            ] {
                // One acceptance says how the platform takes it; refusals tell the gates apart.
                if decision == Decision::Accept && *gate != "right" {
                    continue;
                }
                let answered = self.answer(&host, decision.clone(), other.as_deref()).await;
                let choice = &answered.choice;
                let via = (clicks > 0).then_some(Via::Click);
                if (choice.outcome, choice.clicks, choice.via) != (outcome, clicks, via)
                    || answered.platform != platform
                {
                    wrong.push(format!("{host} {decision:?} {}: {choice:#?}", answered.platform));
                }
                // A site that tracks until it is told not to, or only tells, has no gate.
                let has_gate = page != "osano-opt-out" && refusal == Verified;
                if has_gate && answered.pixels != (*at_first, sent) {
                    wrong.push(format!("{host} {decision:?}: pixels {:?}", answered.pixels));
                }
                eprintln!(
                    "| {page} | {gate} | {decision:?} | {:?} | {} | {:?} | {} ms |",
                    choice.outcome,
                    choice.clicks,
                    choice.sources,
                    answered.took.as_millis()
                );
                other = Some(answered.choice.readings);
            }
        }
        wrong
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_banners_are_operated_and_what_they_stored_is_proved() {
    assert!(
        folder().join("node_modules").is_dir(),
        "the consent managers are not installed; run `make banners` (npm is needed)"
    );
    let site = Site::default();
    let port = site.start().await;
    let browser = Browser::launch(LaunchOptions::default()).await.unwrap();
    let visitor = Visitor { browser, rules: Rules::builtin().unwrap(), site, port };
    // `BANNER=klaro` for one family while a rule is being written.
    let only = std::env::var("BANNER").unwrap_or_default();
    let banners = BANNERS.iter().filter(|(page, ..)| page.starts_with(&only));
    let judged = stream::iter(banners).map(|banner| visitor.judge(*banner));
    let wrong: Vec<String> =
        judged.buffer_unordered(SIDE_BY_SIDE).collect::<Vec<_>>().await.concat();
    visitor.browser.close().await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

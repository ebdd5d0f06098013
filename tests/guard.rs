//! The guard against a page that tries to reach this machine by every way it knows. The
//! proof is what listens here: a port for connections and one for datagrams, which the
//! same page does reach without a guard.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{Html, Redirect};
use axum::routing::get;
use pixelwarden::browser::{Browser, BrowserKind, LaunchOptions};
use pixelwarden::bundle::{self, Bundle};
use pixelwarden::crawl::{self, CrawlError, Done, Options, Quiet, Stop};
use pixelwarden::dom::Dom;
use pixelwarden::lab::{Lab, LabOptions, dns, hard, hosts};
use pixelwarden::model::{Capture, ConsentState, Coverage, Outcome, Signals, Visit};
use pixelwarden::net::{Client, ClientOptions, Guard, Names, Reach, fetch_robots, fetch_sitemaps};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

const PATIENCE: Duration = Duration::from_secs(60);
/// The attacker's public site. The user names its address, so that it may be visited.
const ATTACKER: &str = "attacker.example";

/// What must not be reached: how often it was.
#[derive(Clone, Default)]
struct Victim {
    connections: Arc<AtomicUsize>,
    datagrams: Arc<AtomicUsize>,
    tcp: u16,
    udp: u16,
}

impl Victim {
    async fn start() -> Self {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let victim = Self {
            tcp: tcp.local_addr().unwrap().port(),
            udp: udp.local_addr().unwrap().port(),
            ..Self::default()
        };
        let (connections, datagrams) = (victim.connections.clone(), victim.datagrams.clone());
        // The same port of IPv6's loopback, where this machine has one.
        let v6 = TcpListener::bind(("::1", victim.tcp)).await.ok();
        for listener in [Some(tcp), v6].into_iter().flatten() {
            let connections = connections.clone();
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    connections.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        tokio::spawn(async move {
            let mut buffer = [0; 2048];
            while udp.recv_from(&mut buffer).await.is_ok() {
                datagrams.fetch_add(1, Ordering::SeqCst);
            }
        });
        victim
    }

    fn reached(&self) -> (usize, usize) {
        (self.connections.load(Ordering::SeqCst), self.datagrams.load(Ordering::SeqCst))
    }
}

/// The attack: `T` stands for the victim's port, `U` for that of its datagrams.
const ATTACK: &str = r#"<!doctype html><title>attack</title>
<link rel="dns-prefetch" href="//prefetched.example"><link rel="preconnect" href="http://127.0.0.1:T">
<link rel="prefetch" href="http://127.0.0.1:T/prefetch"><link rel="stylesheet" href="http://127.0.0.1:T/style">
<img src="http://127.0.0.1:T/image"><img src="http://127.1:T/short"><img src="http://2130706433:T/number">
<img src="http://0x7f000001:T/hex"><img src="http://0177.0.0.1:T/octal"><img src="http://127.0.0.1.:T/dot">
<img src="http://127。0。0。1:T/ideographic"><img src="http://[::1]:T/six"><img src="http://[::ffff:127.0.0.1]:T/mapped">
<img src="http://localhost:T/name"><img src="http://localhost.:T/named-dot"><img src="http://a.b.localhost:T/below">
<img src="http://0.0.0.0:T/zero"><img src="http://www.lakeside-clinic.example:T/answered-private">
<img src="http://intranet.example:T/intranet"><img src="http://169.254.169.254/latest/meta-data/">
<img src="/redirect?http://127.0.0.1:T/redirected"><script src="http://127.0.0.1:T/script"></script>
<iframe src="http://127.0.0.1:T/frame"></iframe><iframe src="file:///etc/hostname"></iframe>
<iframe src="chrome://version"></iframe><iframe src="/redirect?file:///etc/hostname"></iframe>
<video src="http://127.0.0.1:T/video"></video><object data="http://127.0.0.1:T/object"></object>
<script>
const ended = (start) => new Promise((done) => { try { start(done); } catch { done(); } setTimeout(done, 8000); });
const gathered = (server) => ended((done) => {
  const peer = new RTCPeerConnection({ iceServers: [server], iceCandidatePoolSize: 2 });
  peer.createDataChannel('x');
  peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && done();
  peer.createOffer().then((offer) => peer.setLocalDescription(offer)).catch(done);
});
const worker = new Blob(["fetch('http://127.0.0.1:T/worker', { mode: 'no-cors' }).catch(() => 0).finally(() => postMessage(1))"]);
navigator.sendBeacon('http://127.0.0.1:T/beacon', 'x');
Promise.all([
  fetch('http://127.0.0.1:T/fetch', { mode: 'no-cors' }).catch(() => 0),
  fetch('https://127.0.0.1:T/tls', { mode: 'no-cors' }).catch(() => 0),
  fetch('/redirect?http://localhost:T/fetched', { mode: 'no-cors' }).catch(() => 0),
  ended((done) => { const socket = new WebSocket('ws://127.0.0.1:T/socket'); socket.onerror = socket.onclose = done; }),
  ended((done) => { const events = new EventSource('http://127.0.0.1:T/events'); events.onerror = () => { events.close(); done(); }; }),
  ended((done) => { new Worker(URL.createObjectURL(worker)).onmessage = done; }),
  ended((done) => { new WebTransport('https://127.0.0.1:U/transport').ready.then(done, done); }),
  gathered({ urls: 'stun:127.0.0.1:U' }),
  gathered({ urls: 'stun:localhost:U' }),
  gathered({ urls: 'turn:127.0.0.1:U?transport=udp', username: 'a', credential: 'b' }),
  gathered({ urls: 'turn:127.0.0.1:T?transport=tcp', username: 'a', credential: 'b' }),
]).then(() => { document.documentElement.dataset.done = 'yes'; });
</script>"#;

async fn redirect(RawQuery(to): RawQuery) -> Redirect {
    Redirect::temporary(&to.unwrap_or_default())
}

async fn attack(State(victim): State<Victim>) -> Html<String> {
    let (tcp, udp) = (format!(":{}", victim.tcp), format!(":{}", victim.udp));
    Html(ATTACK.replace(":T", &tcp).replace(":U", &udp))
}

/// The attacker's site, and the address of it.
async fn attacker(victim: &Victim) -> SocketAddr {
    let private = format!("http://127.0.0.1:{}", victim.tcp);
    let robots = format!("Sitemap: {private}/sitemap.xml\nSitemap: /redirect?{private}/map");
    let router = Router::new()
        .route("/", get(attack))
        .route("/redirect", get(redirect))
        .route("/robots.txt", get(|| async { robots }))
        .with_state(victim.clone());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn rules(lab: &Lab, attacker: SocketAddr) -> ClientOptions {
    ClientOptions {
        resolve: vec![(ATTACKER.to_owned(), attacker.to_string())],
        reach: Reach::Public,
        names: Names::Server(lab.name_server()),
        ..ClientOptions::default()
    }
}

/// Loads a page to its end and says what it sent.
async fn load(options: LaunchOptions, url: &str) -> (Visit, Coverage) {
    let browser = Browser::launch(options).await.unwrap();
    let profile = browser.profile(Signals::default(), &[]).await.unwrap();
    let tab = profile.open().await.unwrap();
    let id = tab.id();
    let arrival = tab.navigate(url, PATIENCE).await.unwrap();
    let done = tab.wait_for("document.documentElement.dataset.done === 'yes'", PATIENCE).await;
    assert!(done.unwrap(), "the page did not end: {arrival:?}");
    let recording = tab.leave().await.unwrap();
    profile.close().await.unwrap();
    let report = browser.close().await.unwrap();
    assert_eq!(report.gaps, Vec::<String>::new());
    let visit = Visit { requests: recording.requests, ..Visit::default() };
    (visit, report.coverage[&id].clone())
}

/// One attack on a browser with a guard; the capture says what was refused.
async fn attacked(kind: BrowserKind) {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let victim = Victim::start().await;
    let guard = Guard::start(&rules(&lab, attacker(&victim).await)).await.unwrap();
    let launch = LaunchOptions { kind, guard: Some(guard.address()), ..LaunchOptions::default() };
    let (mut visit, coverage) = load(launch, &format!("http://{ATTACKER}/")).await;
    assert_eq!(victim.reached(), (0, 0), "connections and datagrams");
    assert_eq!(lab.log(), [], "nor the example site");
    assert_eq!(lab.asked_for("prefetched.example"), 0);
    assert_eq!(coverage.missing, []);
    guard.explain(&mut visit);
    let reason = |path: &str| {
        let mut found = visit.requests.iter().filter(|request| request.url.ends_with(path));
        let request = found.next_back().unwrap_or_else(|| panic!("{path} was not recorded"));
        assert_eq!(request.response, None, "{path}");
        request.blocked.clone().map(|blocked| blocked.reason).unwrap_or_default()
    };
    let loopback = "refused by the guard: 127.0.0.1 is a loopback address";
    let paths = [
        "/image",
        "/short",
        "/number",
        "/hex",
        "/octal",
        "/ideographic",
        "/name",
        "/below",
        "/redirected",
        "/script",
        "/frame",
        "/fetch",
        "/tls",
        "/fetched",
        "/socket",
        "/events",
        "/worker",
        "/beacon",
        "/style",
        "/answered-private",
    ];
    for path in paths {
        assert_eq!(reason(path), loopback, "{path}");
    }
    assert!(reason("/intranet").ends_with("10.1.2.3 is a private address"));
    assert!(reason("/meta-data/").ends_with("169.254.169.254 is a link-local address"));
    let page = visit.requests.iter().find(|r| r.url.ends_with(".example/")).unwrap();
    assert!(page.response.is_some() && page.blocked.is_none(), "{page:?}");
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_leads_from_a_page_to_this_machine() {
    attacked(BrowserKind::HeadlessShell).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_in_a_full_browser() {
    attacked(BrowserKind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_guard_the_same_page_does_reach_it() {
    let victim = Victim::start().await;
    let resolve = vec![(ATTACKER.to_owned(), attacker(&victim).await.to_string())];
    let launch = LaunchOptions { resolve, ..LaunchOptions::default() };
    load(launch, &format!("http://{ATTACKER}/")).await;
    let (connections, datagrams) = victim.reached();
    assert!(connections > 0 && datagrams > 0, "{connections} and {datagrams}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hard_page_is_complete_through_the_guard() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let mut resolve = lab.resolve();
    let local = [hosts::HARD, hosts::OTHER, hosts::THIRD];
    resolve.extend(local.map(|host| (host.to_owned(), "127.0.0.1".to_owned())));
    let rules = ClientOptions { resolve, reach: Reach::Public, ..ClientOptions::default() };
    let guard = Guard::start(&rules).await.unwrap();
    let launch = LaunchOptions { guard: Some(guard.address()), ..LaunchOptions::default() };
    let (mut visit, coverage) = load(launch, &lab.url(hosts::HARD, "/")).await;
    assert_eq!(hard::differences(&lab.log()), Vec::<String>::new());
    assert_eq!(coverage.missing, []);
    assert!(coverage.is_complete() && coverage.tap > 60, "{coverage:?}");
    guard.explain(&mut visit);
    let remotes = visit.requests.iter().filter_map(|r| r.response.as_ref()?.remote.as_deref());
    let lab_at = lab.address(pixelwarden::lab::Scheme::Http).to_string();
    let others: Vec<&str> = remotes.clone().filter(|remote| *remote != lab_at).collect();
    assert_eq!((others, remotes.count() > 40), (vec![], true));
    lab.stop().await;
}

/// Speaks to the guard as a browser does; `Ok` with the first byte of what answered.
async fn through(guard: &Guard, host: &str, port: u16) -> Result<u8, u8> {
    let mut stream = TcpStream::connect(guard.address()).await.unwrap();
    let length = u8::try_from(host.len()).unwrap();
    let port = port.to_be_bytes();
    let ask = [&[5, 1, 0, 5, 1, 0, 3, length], host.as_bytes(), &port].concat();
    stream.write_all(&ask).await.unwrap();
    let mut reply = [0; 12];
    stream.read_exact(&mut reply).await.unwrap();
    match reply[3] {
        0 => Ok(stream.read_u8().await.unwrap()),
        code => Err(code),
    }
}

#[tokio::test]
async fn a_name_that_changes_its_answer_gains_nothing() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let victim = Victim::start().await;
    // It stands for a public server, on the very port that the victim has.
    let public = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let server = TcpListener::bind((public, victim.tcp)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = server.accept().await {
            stream.write_all(b"!").await.unwrap();
        }
    });
    let names = Names::Server(lab.name_server());
    let rules =
        ClientOptions { reach: Reach::PublicAnd(public), names, ..ClientOptions::default() };
    let guard = Guard::start(&rules).await.unwrap();
    assert_eq!(through(&guard, dns::REBINDING, victim.tcp).await, Ok(b'!'));
    assert_eq!(lab.asked_for(dns::REBINDING), 1, "one look-up for one connection");
    assert_eq!(through(&guard, dns::REBINDING, victim.tcp).await, Err(2), "not allowed");
    assert_eq!(through(&guard, "REBINDING.example.", victim.tcp).await, Err(2));
    assert_eq!(victim.reached(), (0, 0));
    lab.stop().await;
}

#[tokio::test]
async fn robots_and_sitemaps_lead_nowhere_private() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let victim = Victim::start().await;
    let client = Client::new(rules(&lab, attacker(&victim).await)).unwrap();
    let site = format!("http://{ATTACKER}/").parse().unwrap();
    let robots = fetch_robots(&client, &site).await;
    assert_eq!(robots.sitemaps.len(), 2);
    let found = fetch_sitemaps(&client, &site, &robots, PATIENCE).await;
    assert_eq!((found.pages.len(), found.problems.len()), (0, 2), "{:?}", found.problems);
    let redirected = format!("http://{ATTACKER}/redirect?http://a.localhost:{}/", victim.tcp);
    client.get(&redirected.parse().unwrap(), 10).await.unwrap_err();
    assert_eq!(victim.reached(), (0, 0));
    lab.stop().await;
}

/// A guarded crawl of one page in one state.
async fn crawled(url: &str, change: impl FnOnce(&mut Options)) -> Result<Capture, CrawlError> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("capture");
    let mut options = Options::new(vec![url.parse().unwrap()]);
    options.states = vec![ConsentState::BeforeChoice.into()];
    options.max_pages = 1;
    options.names = Names::Off;
    options.deny_private = true;
    change(&mut options);
    let mut bundle = Bundle::create(&place).unwrap();
    crawl::run(&options, &mut bundle, &Quiet, &Stop::default(), Done::default()).await?;
    Ok(bundle::open(&place).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_site_is_not_visited_and_the_reason_said() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let server = Names::Server(lab.name_server());
    let hosts = ["127.0.0.1", "[::1]:8080", "x.localhost", "2130706433", dns::PRIVATE];
    for host in hosts {
        let url = format!("http://{host}/");
        let error = crawled(&url, |options| options.names = server).await.unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, CrawlError::Guard(_)), "{host}: {said}");
        assert!(said.contains("cannot be visited") && said.contains("address"), "{said}");
    }
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_around_the_guard_is_refused() {
    let public = "http://93.184.215.14/";
    let proxy = "http://proxy.example:3128".parse().unwrap();
    let error = crawled(public, |options| options.launch.proxy = Some(proxy)).await.unwrap_err();
    assert!(error.to_string().contains("proxy"), "{error}");
    let grid = Some("http://grid.example:4444".to_owned());
    crawled(public, |options| options.launch.webdriver = grid).await.unwrap_err();
    for argument in ["--proxy-server=http://a", "--host-resolver-rules=MAP * 127.0.0.1"] {
        let arguments = vec![argument.to_owned()];
        let error = crawled(public, |options| options.launch.arguments = arguments);
        assert!(error.await.unwrap_err().to_string().contains(argument));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_redirects_to_this_machine_is_a_failed_visit_that_says_so() {
    let victim = Victim::start().await;
    let resolve = vec![(ATTACKER.to_owned(), attacker(&victim).await.to_string())];
    let url = format!("http://{ATTACKER}/redirect?http://127.0.0.1:{}/", victim.tcp);
    let capture = crawled(&url, |options| options.launch.resolve = resolve).await.unwrap();
    let Outcome::Failed { message } = &capture.visits[0].outcome else {
        panic!("{:?}", capture.visits[0].outcome)
    };
    assert_eq!(message, "refused by the guard: 127.0.0.1 is a loopback address");
    assert_eq!(victim.reached(), (0, 0));
}

//! Through a proxy: everything goes there, the browser's requests and the tool's own.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::time::Duration;

use pixelwarden::browser::{Browser, LaunchOptions};
use pixelwarden::lab::proxy::Proxy;
use pixelwarden::lab::signals::{PLACES, Told};
use pixelwarden::lab::{Lab, LabOptions, Received, hosts};
use pixelwarden::model::{Secret, Signals};
use pixelwarden::net::{Client, ClientOptions, NetError, ProxyFault};

/// How long a page may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_the_browser_goes_through_a_proxy_with_a_login() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let proxy = Proxy::start(lab.resolve(), Some(("jane", "p@ss"))).await.unwrap();
    let options = LaunchOptions {
        proxy: Some(format!("http://jane:p%40ss@{}", proxy.address()).parse().unwrap()),
        trusted_keys: lab.trusted_keys(),
        ..LaunchOptions::default()
    };
    let browser = Browser::launch(options).await.unwrap();
    let profile = browser.profile(Signals::default(), &[]).await.unwrap();
    let tab = profile.open().await.unwrap();
    let id = tab.id();
    let page = lab.url(hosts::SIGNALS, "/");
    assert!(tab.navigate(&page, PATIENCE).await.unwrap().outcome.is_loaded());
    let all = |log: &[Received]| Told::of(log).len() >= PLACES.len();
    assert!(lab.wait_for(PATIENCE, all).await, "{:?}", Told::of(&lab.log()).len());
    let recording = tab.leave().await.unwrap();
    let secure = profile.open().await.unwrap();
    let arrival = secure.navigate(&lab.url(hosts::CLINIC, "/about"), PATIENCE).await.unwrap();
    assert_eq!(arrival.status, Some(200), "{arrival:?}");
    drop(secure.leave().await.unwrap());
    let report = browser.close().await.unwrap();

    let mut missing = report.coverage[&id].missing.clone();
    // A window without an opener begins to load before it can be listened to, proxy or not.
    missing.retain(|request| {
        !request.url.contains("popup-no-opener") && !request.url.ends_with("/report.js")
    });
    assert_eq!(missing, []);
    let shown = format!("{:?}", recording.requests);
    assert!(!shown.contains("p@ss") && !shown.contains("proxy-authorization"));
    let seen = proxy.seen();
    let passed = |method: &str| {
        let asked = seen.iter().filter(|asked| asked.passed && asked.method == method);
        asked.map(|asked| asked.target.clone()).collect::<BTreeSet<_>>()
    };
    let fetched = passed("GET");
    for row in lab.log().iter().filter(|row| row.host.ends_with("localhost")) {
        let url = lab.url(&row.host, &row.path_and_query);
        assert!(fetched.contains(&url), "went past the proxy: {url}");
    }
    assert!(passed("CONNECT").contains(&format!("{}:443", hosts::CLINIC)));
}

async fn fault(proxy: &str) -> Option<ProxyFault> {
    let options = ClientOptions { proxy: Some(proxy.parse().unwrap()), ..Default::default() };
    let client = Client::new(options).unwrap();
    match client.check_proxy(&"http://signals.localhost/".parse().unwrap()).await {
        Err(NetError::Proxy { source, .. }) => Some(source),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_of_no_use_is_named() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let proxy = Proxy::start(lab.resolve(), Some(("jane", "p@ss"))).await.unwrap();
    let wants_login = format!("http://{}", proxy.address());
    assert!(matches!(fault(&wants_login).await, Some(ProxyFault::Login)));
    let nobody = format!("http://127.0.0.1:{}", lab.closed_port());
    assert!(matches!(fault(&nobody).await, Some(ProxyFault::Reach(_))));
    let no_socks = format!("socks5://127.0.0.1:{}", lab.closed_port());
    assert!(matches!(fault(&no_socks).await, Some(ProxyFault::Reach(_))));
}

/// The tool's own requests are given what opens the site, and take the same way.
#[tokio::test(flavor = "multi_thread")]
async fn the_tools_own_requests_go_where_the_browsers_go() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let proxy = Proxy::start(lab.resolve(), None).await.unwrap();
    let mut options = ClientOptions {
        proxy: Some(format!("http://{}", proxy.address()).parse().unwrap()),
        trusted_keys: lab.trusted_keys(),
        ..ClientOptions::default()
    };
    options.access.site = hosts::SIGNALS.to_owned();
    options.access.headers = vec![Secret::new("X-Key", "open sesame")];
    let client = Client::new(options).unwrap();
    for host in [hosts::SIGNALS, hosts::SIGNALS_SISTER, hosts::SIGNALS_OTHER, hosts::CLINIC] {
        let url = lab.url(host, "/robots.txt").parse().unwrap();
        client.get(&url, 1000).await.unwrap();
        let row = lab.log().pop().unwrap();
        let own = host.ends_with(hosts::SIGNALS);
        assert_eq!(row.header("x-key"), own.then_some("open sesame"), "{host}");
    }
    assert_eq!(proxy.seen().len(), 4);
}

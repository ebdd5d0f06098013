//! The example site without a browser: hosts are routed, the log is exact.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use pixelwarden::lab::{Lab, LabError, LabOptions, Received, Scheme, bad, hosts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends one request on a connection of its own and returns the whole answer.
async fn ask(lab: &Lab, method: &str, host: &str, path: &str, extra: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(lab.address(Scheme::Http)).await.unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{extra}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_log_keeps_requests_exactly_and_in_order() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let binary = [0, 1, 2, 0, 255];
    ask(&lab, "POST", "hard.localhost", "/k/post-nul.txt?a=%20b", "X-Lab: yes\r\n", &binary).await;
    ask(&lab, "GET", "other.localhost:80", "/k/fetch.txt", "", b"").await;

    let log = lab.log();
    assert_eq!(log.len(), 2);
    let Received { number, method, host, path_and_query, body, complete, .. } = &log[0];
    assert_eq!((*number, method.as_str(), host.as_str()), (1, "POST", "hard.localhost"));
    assert_eq!(path_and_query, "/k/post-nul.txt?a=%20b");
    assert_eq!((body.as_slice(), *complete), (binary.as_slice(), true));
    assert_eq!(log[0].header("x-lab"), Some("yes"));
    assert_eq!((log[1].number, log[1].host.as_str()), (2, "other.localhost"));

    lab.clear_log();
    assert!(lab.log().is_empty());
    ask(&lab, "GET", "hard.localhost", "/", "", b"").await;
    assert_eq!(lab.log()[0].number, 3, "numbers go on after clearing");
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_logged_as_incomplete() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let mut stream = TcpStream::connect(lab.address(Scheme::Http)).await.unwrap();
    let head =
        "POST /k/post-text.txt HTTP/1.1\r\nHost: hard.localhost\r\nContent-Length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"half").await.unwrap();
    drop(stream);
    let cut = |rows: &[Received]| rows.iter().any(|row| row.body == b"half" && !row.complete);
    assert!(lab.wait_for(Duration::from_secs(10), cut).await, "{:?}", lab.log());
}

#[tokio::test]
async fn hosts_are_served_apart() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let hard = ask(&lab, "GET", hosts::HARD, "/", "", b"").await;
    assert!(hard.contains("Every kind of request"), "{hard}");
    let closed = lab.closed_port().to_string();
    assert!(hard.contains(&closed) && !hard.contains("CLOSED_PORT"), "ports are filled in");
    let nobody = ask(&lab, "GET", "nobody.localhost", "/", "", b"").await;
    assert!(nobody.starts_with("HTTP/1.1 404"), "{nobody}");
}

#[tokio::test]
async fn the_closed_port_refuses() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let refused = TcpStream::connect(("127.0.0.1", lab.closed_port())).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_port_in_use_is_a_clear_error_and_stop_frees_it() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let port = lab.address(Scheme::Http).port();
    let again = Lab::start(LabOptions { http_port: port, ..LabOptions::default() }).await;
    let error = again.unwrap_err();
    assert!(matches!(error, LabError::PortInUse { port: p } if p == port));
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}: the port is in use")));
    lab.stop().await;
    Lab::start(LabOptions { http_port: port, ..LabOptions::default() }).await.unwrap();
}

#[tokio::test]
async fn addresses_name_the_right_port() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let (http, https) = (lab.address(Scheme::Http), lab.address(Scheme::Https));
    assert_eq!(lab.url(hosts::HARD, "/x"), format!("http://hard.localhost:{}/x", http.port()));
    assert_eq!(lab.url(hosts::CLINIC, "/x"), "https://www.lakeside-clinic.example/x");
    let rules = lab.resolve();
    let of = |host: &str| rules.iter().find(|(h, _)| h == host).map(|(_, to)| to.clone());
    assert_eq!(of("www.facebook.com"), Some(https.to_string()));
    assert_eq!(of(hosts::INSECURE_PIXEL), Some(http.to_string()));
    assert_eq!(of(hosts::HARD), None, "hosts below localhost need no rule");
}

#[tokio::test]
async fn every_page_of_the_clinic_is_there_and_in_its_layout() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let map = ask(&lab, "GET", hosts::CLINIC, "/sitemap.xml", "", b"").await;
    let prefix = format!("https://{}", hosts::CLINIC);
    let pages: Vec<&str> = map
        .split("<loc>")
        .skip(1)
        .map(|part| part.split('<').next().unwrap().strip_prefix(&prefix).unwrap())
        .collect();
    assert!(pages.len() >= 15, "{pages:?}");
    for page in pages {
        let answer = ask(&lab, "GET", hosts::CLINIC, page, "", b"").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{page}: {answer}");
        assert!(answer.contains("<title>") && answer.contains("<main id=\"main\">"), "{page}");
        assert!(!answer.contains("<!-- main -->") && answer.contains("</footer>"), "{page}");
    }
    let none = ask(&lab, "GET", hosts::CLINIC, "/nothing", "", b"").await;
    assert!(none.starts_with("HTTP/1.1 404"), "{none}");
}

#[tokio::test]
async fn the_clinics_forms_lead_on_and_visitors_get_one_session() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let sent = ask(&lab, "POST", hosts::CLINIC, "/appointments", "", b"email=a%40b.example").await;
    assert!(sent.starts_with("HTTP/1.1 303"), "{sent}");
    assert!(sent.contains("location: /appointments/thank-you\r\n"), "{sent}");
    assert!(sent.contains("set-cookie: lakeside_session="), "{sent}");
    let known = "Cookie: lakeside_session=s1\r\n";
    let again = ask(&lab, "GET", hosts::CLINIC, "/", known, b"").await;
    assert!(!again.contains("set-cookie"), "{again}");
}

#[tokio::test]
async fn vendors_answer_in_their_own_ways() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let script = ask(&lab, "GET", "connect.facebook.net", "/en_US/fbevents.js", "", b"").await;
    assert!(script.contains("content-type: text/javascript"), "{script}");
    let pixel = ask(&lab, "GET", "www.facebook.com", "/tr/?id=1&ev=PageView", "", b"").await;
    assert!(pixel.contains("image/gif") && pixel.contains("set-cookie: fr="), "{pixel}");
    let path = "/pagead/viewthroughconversion/10409117/?en=page_view";
    let hop = ask(&lab, "GET", "googleads.g.doubleclick.net", path, "", b"").await;
    assert!(hop.starts_with("HTTP/1.1 302") && hop.contains("set-cookie: IDE="), "{hop}");
    assert!(hop.contains("location: https://www.google.com/pagead/1p-user-list/"), "{hop}");
    let origin = "Origin: https://www.lakeside-clinic.example\r\n";
    let hit =
        ask(&lab, "POST", "www.google-analytics.com", "/g/collect?v=2", origin, b"en=a").await;
    assert!(hit.starts_with("HTTP/1.1 204"), "{hit}");
    assert!(hit.contains("access-control-allow-origin: https://www.lakeside-clinic.example"));
}

#[tokio::test]
async fn every_consent_page_has_a_second_page_and_its_pixels() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    for host in hosts::cmp::ALL {
        for path in ["/", "/page2"] {
            let page = ask(&lab, "GET", host, path, "", b"").await;
            assert!(page.starts_with("HTTP/1.1 200") && page.contains("tracker."), "{host}{path}");
        }
    }
    let real = "/third-party/klaro/klaro-no-css.js";
    let script = ask(&lab, "GET", hosts::cmp::KLARO, real, "", b"").await;
    assert!(script.starts_with("HTTP/1.1 200") && script.contains("text/javascript"));
}

#[tokio::test]
async fn bad_pages_misbehave_as_told() {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let of = async |path| ask(&lab, "GET", hosts::BAD, path, "", b"").await;
    assert!(of(bad::BOT_WALL).await.starts_with("HTTP/1.1 403"));
    assert!(of(bad::SERVER_ERROR).await.starts_with("HTTP/1.1 500"));
    assert!(of(bad::REDIRECT_LOOP).await.contains("location: /redirect-loop\r\n"));
    assert!(of(bad::DOWNLOAD).await.contains("content-disposition: attachment"));
    assert!(of(bad::ALERTS).await.contains("alert("));
}

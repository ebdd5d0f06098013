//! The client against a server on this machine, over HTTP and TLS.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::Digest;
use url::Url;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// The site's answers: path to response.
async fn site(uri: Uri) -> Response {
    let index = "<sitemapindex><sitemap><loc>http://site.test/one.xml.gz</loc></sitemap>\
        <sitemap><loc>http://site.test/gone.xml</loc></sitemap>\
        <sitemap><loc>http://site.test/index.xml</loc></sitemap></sitemapindex>";
    let pages = "<urlset><url><loc>http://site.test/a</loc></url><url><loc>http://site.test/a</loc></url>\
        <url><loc>http://site.test/b</loc></url></urlset>";
    match uri.path() {
        "/robots.txt" => {
            "User-agent: pixelwarden\nDisallow: /private\nSitemap: /index.xml".into_response()
        }
        "/index.xml" => index.into_response(),
        "/one.xml.gz" => packed(pages.as_bytes()).into_response(),
        "/hop" => Redirect::temporary("/text").into_response(),
        "/loop" => Redirect::permanent("/loop").into_response(),
        "/text" => "hello".into_response(),
        "/packed" => ([(header::CONTENT_ENCODING, "gzip")], packed(b"plain")).into_response(),
        "/bomb" => {
            ([(header::CONTENT_ENCODING, "gzip")], packed(&vec![0; 1 << 20])).into_response()
        }
        "/never" => std::future::pending().await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

async fn served(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn options(address: SocketAddr) -> ClientOptions {
    let resolve = vec![("*.test".to_owned(), address.to_string())];
    ClientOptions { resolve, ..ClientOptions::default() }
}

async fn client() -> Client {
    Client::new(options(served(Router::new().fallback(site)).await)).unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[tokio::test]
async fn hosts_are_mapped_redirects_followed_and_bodies_unpacked() {
    let client = client().await;
    let answer = client.get(&url("http://site.test/hop"), 100).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.url.path()), (200, &b"hello"[..], "/text"));
    let answer = client.get(&url("http://other.test/packed"), 100).await.unwrap();
    assert_eq!((&answer.body[..], answer.cut), (&b"plain"[..], false));
    assert_eq!(client.get(&url("http://site.test/none"), 100).await.unwrap().status, 404);
}

#[tokio::test]
async fn bytes_redirects_and_time_are_bounded() {
    let client = client().await;
    let answer = client.get(&url("http://site.test/bomb"), 1000).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (1000, true));
    let error = client.get(&url("http://site.test/loop"), 100).await.unwrap_err();
    assert!(matches!(error, NetError::Redirects(_)), "{error}");
    let error = client.get(&url("ftp://site.test/"), 100).await.unwrap_err();
    assert!(matches!(error, NetError::Address(_)), "{error}");
    let address = served(Router::new().fallback(site)).await;
    let hasty = ClientOptions { timeout: Duration::from_millis(50), ..options(address) };
    let hasty = Client::new(hasty).unwrap();
    let error = hasty.get(&url("http://site.test/never"), 100).await.unwrap_err();
    assert!(matches!(error, NetError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn a_certificate_is_trusted_only_when_its_key_was_named() {
    let made = rcgen::generate_simple_self_signed(vec!["site.test".to_owned()]).unwrap();
    let key = made.signing_key;
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.serialize_der().try_into().unwrap())
        .unwrap();
    let config = axum_server::tls_rustls::RustlsConfig::from_config(std::sync::Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let server = axum_server::from_tcp_rustls(listener, config).unwrap();
    tokio::spawn(server.serve(Router::new().fallback(site).into_make_service()));

    let pin = base64::engine::general_purpose::STANDARD
        .encode(sha2::Sha256::digest(rcgen::PublicKeyData::subject_public_key_info(&key)));
    let text = url("https://site.test/text");
    let named = ClientOptions { trusted_keys: vec![pin], ..options(address) };
    let insecure = ClientOptions { insecure: true, ..options(address) };
    for trusting in [named, insecure] {
        let answer = Client::new(trusting).unwrap().get(&text, 100).await.unwrap();
        assert_eq!(answer.body, b"hello");
    }
    let error = Client::new(options(address)).unwrap().get(&text, 100).await.unwrap_err();
    assert!(matches!(error, NetError::Connect { .. }), "{error}");
}

#[tokio::test]
async fn robots_and_sitemaps_are_found_from_the_site() {
    let client = client().await;
    let site = url("http://site.test/somewhere?x");
    let robots = fetch_robots(&client, &site).await;
    assert_eq!(robots.state, RobotsState::Read);
    assert!(!robots.allows("/private/x") && robots.allows("/public"));
    let found = fetch_sitemaps(&client, &site, &robots, MINUTE).await;
    assert_eq!(found.pages, [url("http://site.test/a"), url("http://site.test/b")]);
    assert_eq!(found.problems, ["http://site.test/gone.xml: the server answered 404"]);
    let found = fetch_sitemaps(&client, &site, &robots, Duration::ZERO).await;
    assert_eq!(found.problems, ["only 0 sitemaps were read in 0 s"]);
}

#[tokio::test]
async fn a_site_without_robots_allows_and_a_broken_one_forbids() {
    let silent = Client::new(options(served(Router::new()).await)).unwrap();
    let site = url("http://site.test/");
    let robots = fetch_robots(&silent, &site).await;
    assert_eq!(robots.state, RobotsState::Unavailable);
    assert_eq!(fetch_sitemaps(&silent, &site, &robots, MINUTE).await, SitemapPages::default());

    let failing = Router::new().fallback(|| async { StatusCode::SERVICE_UNAVAILABLE });
    let failing = Client::new(options(served(failing).await)).unwrap();
    assert!(!fetch_robots(&failing, &site).await.allows("/"));

    let nobody = "127.0.0.1:1".parse().unwrap();
    let robots = fetch_robots(&Client::new(options(nobody)).unwrap(), &site).await;
    assert!(
        matches!(&robots.state, RobotsState::Unreachable { message } if message.contains("site.test:80"))
    );
}

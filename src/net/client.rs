//! The tool's own HTTP: one GET at a time, with the browser's rules on where a host
//! lies and whom to trust, and a bound on bytes, time and redirects.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, COOKIE, HOST, LOCATION,
    PROXY_AUTHORIZATION, USER_AGENT, WWW_AUTHENTICATE,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio_rustls::TlsConnector;
use url::Url;

use super::dns::Names;
use super::proxy::{self, ProxyFault, Stream};
use super::resolve::{Reach, Resolver};
use super::trust;
use crate::model::{Access, Proxy, ProxyScheme};

/// How the tool asks for something itself. The same values start the browser.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Host (`*` allowed) to address with optional port, as for `--resolve`.
    pub resolve: Vec<(String, String)>,
    /// Which addresses may be reached, also after redirects.
    pub reach: Reach,
    /// Who is asked for addresses, if it is a name server of its own.
    pub names: Names,
    /// Accept any certificate.
    pub insecure: bool,
    /// Certificates with these keys are accepted (SHA-256 of the key, base64).
    pub trusted_keys: Vec<String>,
    /// The proxy that everything goes through.
    pub proxy: Option<Proxy>,
    /// What the site under audit is given, and nobody else.
    pub access: Access,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The `Accept-Language` header.
    pub language: Option<String>,
    /// The longest that one answer may take, redirects included.
    pub timeout: Duration,
    /// The most redirects that are followed.
    pub redirects: usize,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            resolve: Vec::new(),
            reach: Reach::default(),
            names: Names::default(),
            insecure: false,
            trusted_keys: Vec::new(),
            proxy: None,
            access: Access::default(),
            user_agent: concat!("pixelwarden/", env!("CARGO_PKG_VERSION")).to_owned(),
            language: None,
            timeout: Duration::from_secs(15),
            redirects: 5,
        }
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The address that answered, after redirects.
    pub url: Url,
    /// HTTP status code.
    pub status: u16,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// The body was longer than asked for, and is cut.
    pub cut: bool,
}

/// No answer came.
#[derive(Debug, Error)]
pub enum NetError {
    /// The address cannot be asked by HTTP.
    #[error("{0} is not an http or https address")]
    Address(String),
    /// The host could not be reached.
    #[error("cannot reach {host}")]
    Connect {
        /// Host and port.
        host: String,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// The proxy was of no use.
    #[error("cannot use the proxy {proxy}")]
    Proxy {
        /// Its address, without credentials.
        proxy: String,
        /// What went wrong.
        #[source]
        source: ProxyFault,
    },
    /// The host answered, but not as HTTP should.
    #[error("{host} gave no proper answer")]
    Http {
        /// The host.
        host: String,
        /// What went wrong.
        #[source]
        source: hyper::Error,
    },
    /// The rules for TLS could not be set up.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
    /// Too many redirects, or one to nowhere.
    #[error("{0} redirects without end")]
    Redirects(Url),
    /// The time was up.
    #[error("{url} did not answer within {seconds} s")]
    TimedOut {
        /// The address.
        url: Url,
        /// How long was waited.
        seconds: u64,
    },
}

/// Asks for what the tool itself needs.
#[derive(Clone)]
pub struct Client {
    options: ClientOptions,
    resolver: Resolver,
    tls: TlsConnector,
}

impl Client {
    /// A client with these rules.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(options: ClientOptions) -> Result<Self, NetError> {
        let config = trust::config(options.insecure, &options.trusted_keys)?;
        let resolver = Resolver::new(&options.resolve, options.reach, options.names);
        Ok(Self { options, resolver, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// The answer to a GET, at most `most` bytes of its body, redirects followed.
    ///
    /// # Errors
    /// When no answer came in time. An answer of any status is no error.
    pub async fn get(&self, url: &Url, most: u64) -> Result<Answer, NetError> {
        let seconds = self.options.timeout.as_secs();
        let late = || NetError::TimedOut { url: url.clone(), seconds };
        tokio::time::timeout(self.options.timeout, self.follow(url, most))
            .await
            .map_err(|_| late())?
    }

    /// Whether the proxy, if there is one, lets itself be used for `url`. A site that
    /// does not answer is none of its faults.
    ///
    /// # Errors
    /// When it cannot be reached, or wants a login that it was not given.
    pub async fn check_proxy(&self, url: &Url) -> Result<(), NetError> {
        if self.options.proxy.is_none() {
            return Ok(());
        }
        match self.get(url, 0).await {
            Err(
                error @ NetError::Proxy { source: ProxyFault::Reach(_) | ProxyFault::Login, .. },
            ) => Err(error),
            _ => Ok(()),
        }
    }

    async fn follow(&self, url: &Url, most: u64) -> Result<Answer, NetError> {
        let mut at = url.clone();
        for _ in 0..=self.options.redirects {
            let mut response = self.ask(&at, false).await?;
            if response.status() == 401 && self.may_say_who(&at, &response) {
                response = self.ask(&at, true).await?;
            }
            if let Some(proxy) = self.options.proxy.as_ref().filter(|_| response.status() == 407) {
                return Err(NetError::Proxy {
                    proxy: proxy.to_string(),
                    source: ProxyFault::Login,
                });
            }
            match redirect(&at, &response) {
                Some(next) => at = next,
                None => return read(at, response, most).await,
            }
        }
        Err(NetError::Redirects(url.clone()))
    }

    /// One request on a connection of its own: the tool asks too seldom to keep one.
    async fn ask(&self, url: &Url, say_who: bool) -> Result<Response<Incoming>, NetError> {
        let address = || NetError::Address(url.to_string());
        let host = url.host_str().ok_or_else(address)?.to_owned();
        let port = url.port_or_known_default().ok_or_else(address)?;
        let connect = |source| NetError::Connect { host: format!("{host}:{port}"), source };
        let is_secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(address()),
        };
        let mut stream: Box<dyn Stream> = match &self.options.proxy {
            Some(proxy) => proxy::connect(proxy, &self.tls, &host, port, is_secure)
                .await
                .map_err(|source| NetError::Proxy { proxy: proxy.to_string(), source })?,
            None => Box::new(self.resolver.connect(&host, port).await.map_err(connect)?),
        };
        if is_secure {
            let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let name = ServerName::try_from(bare).map_err(|_| address())?;
            stream = Box::new(self.tls.connect(name, stream).await.map_err(connect)?);
        }
        self.send(url, stream, say_who).await
    }

    /// Whether an answer asks for a login that we have, and that is for this site.
    fn may_say_who(&self, url: &Url, response: &Response<Incoming>) -> bool {
        let access = &self.options.access;
        let asked = response.headers().get_all(WWW_AUTHENTICATE).iter();
        let asked = asked.filter_map(|question| question.to_str().ok());
        access.login.is_some()
            && access.opens(url.as_str())
            && asked.into_iter().any(|question| question.to_ascii_lowercase().starts_with("basic"))
    }

    async fn send(
        &self,
        url: &Url,
        stream: Box<dyn Stream>,
        say_who: bool,
    ) -> Result<Response<Incoming>, NetError> {
        let host = url.host_str().unwrap_or_default();
        let failed = |source| NetError::Http { host: host.to_owned(), source };
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        // The connection ends with its answer, or when the answer is dropped.
        tokio::spawn(connection);
        let request = self.request(url, say_who);
        let request = request.map_err(|_| NetError::Address(url.to_string()))?;
        sender.send_request(request).await.map_err(failed)
    }

    fn request(
        &self,
        url: &Url,
        say_who: bool,
    ) -> Result<Request<Empty<Bytes>>, hyper::http::Error> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let proxy = self.options.proxy.as_ref();
        // An HTTP proxy is told the whole address of what it is to fetch itself.
        let forwards =
            proxy.filter(|proxy| proxy.scheme != ProxyScheme::Socks5 && url.scheme() == "http");
        let target = match forwards {
            Some(_) => &url[..url::Position::AfterQuery],
            None => &url[url::Position::BeforePath..url::Position::AfterQuery],
        };
        let mut request = Request::get(target)
            .header(HOST, format!("{host}{port}"))
            .header(USER_AGENT, &self.options.user_agent)
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(language) = &self.options.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        if let Some(login) = forwards.and_then(proxy::authorization) {
            request = request.header(PROXY_AUTHORIZATION, login);
        }
        let access = &self.options.access;
        if access.opens(url.as_str()) {
            for header in &access.headers {
                request = request.header(header.name(), header.expose());
            }
            let cookies: Vec<String> =
                access.cookies.iter().map(|c| format!("{}={}", c.name(), c.expose())).collect();
            if !cookies.is_empty() {
                request = request.header(COOKIE, cookies.join("; "));
            }
            if let Some(login) = access.login.as_ref().filter(|_| say_who) {
                request = request.header(AUTHORIZATION, proxy::basic(login));
            }
        }
        request.body(Empty::new())
    }
}

/// Where an answer sends us; `None` if it is the answer.
fn redirect(at: &Url, response: &Response<Incoming>) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    at.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

async fn read(url: Url, response: Response<Incoming>, most: u64) -> Result<Answer, NetError> {
    let status = response.status().as_u16();
    let packed = response.headers().get(CONTENT_ENCODING).is_some_and(|name| name == "gzip");
    let host = url.host_str().unwrap_or_default().to_owned();
    let mut incoming = response.into_body();
    let mut body = Vec::new();
    while body.len() as u64 <= most {
        let Some(frame) = incoming.frame().await else { break };
        let frame = frame.map_err(|source| NetError::Http { host: host.clone(), source })?;
        body.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
    }
    if packed {
        let mut plain = Vec::new();
        // What can be unpacked counts: the rest may be cut, or no gzip.
        let _ = MultiGzDecoder::new(&body[..]).take(most + 1).read_to_end(&mut plain);
        body = plain;
    }
    let cut = body.len() as u64 > most;
    body.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Answer { url, status, body, cut })
}

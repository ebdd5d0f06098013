//! How an error is shown: `error:`, `caused by:`, `hint:`.

use std::io::{self, Write};

use thiserror::Error;

use crate::browser::BrowserError;
use crate::bundle::BundleError;
use crate::bundle::har::HarError;
use crate::config::ConfigError;
use crate::crawl::CrawlError;
use crate::net::{NetError, ProxyFault};
use crate::report::visible;

/// An error of the command line itself, with what the user can do.
#[derive(Debug, Error)]
#[error("{message}")]
pub(super) struct Hinted {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Hinted {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Writes the error, its causes and the first hint that one of them has.
pub(super) fn show(error: &anyhow::Error, err: &mut dyn Write) -> io::Result<()> {
    let mut said = error.to_string();
    writeln!(err, "error: {}", shown(&said))?;
    for cause in error.chain().skip(1) {
        let text = cause.to_string();
        // Transparent errors repeat what they wrap.
        if !said.ends_with(&text) {
            writeln!(err, "caused by: {}", shown(&text))?;
        }
        said = text;
    }
    // A context hides its type from the chain, and shows it to the error as a whole.
    let outer = error.downcast_ref::<Hinted>().map(|hinted| hinted.hint.clone());
    match outer.or_else(|| error.chain().find_map(hint)) {
        Some(hint) => writeln!(err, "hint: {}", shown(&hint)),
        None => Ok(()),
    }
}

/// Errors name what stood in a file or on a page, which may hold a terminal's commands.
pub(super) fn shown(text: &str) -> String {
    text.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// Nobody reads our output any more: no error, as for `| head`.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn hint(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<CrawlError>() {
        return match error {
            CrawlError::Browser(error) => error.hint.clone(),
            CrawlError::State(_) => {
                let states = "before-choice, after-reject, after-accept, after-accept:<category>";
                Some(format!("it can scan {states} and gpc"))
            }
            CrawlError::Guard(_) => Some(
                "if this site is yours, name its address: --resolve HOST:ADDR is trusted"
                    .to_owned(),
            ),
            CrawlError::Net(NetError::Proxy { source, .. }) => Some(proxy_hint(source).to_owned()),
            CrawlError::Net(_) | CrawlError::Sink(_) | CrawlError::Setup(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref::<Hinted>() {
        return Some(error.hint.clone());
    }
    if let Some(ConfigError::Wrong { hint, .. }) = error.downcast_ref() {
        return hint.clone();
    }
    if let Some(error) = error.downcast_ref::<BrowserError>() {
        return error.hint.clone();
    }
    let bundle = error.downcast_ref::<BundleError>().and_then(BundleError::hint);
    let har = error.downcast_ref::<HarError>().and_then(HarError::hint);
    bundle.or(har).map(str::to_owned)
}

fn proxy_hint(fault: &ProxyFault) -> &'static str {
    match fault {
        ProxyFault::Reach(_) => {
            "check the address of --proxy, and that it can be reached from here"
        }
        ProxyFault::Login => {
            "name the user in --proxy, as in http://USER@proxy.example:3128, and put the \
             password into the environment variable PIXELWARDEN_PROXY_PASSWORD"
        }
        ProxyFault::Refused(_) => "ask whoever runs the proxy whether it may reach the site",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_gives_the_terminal_no_commands() {
        let error = anyhow::anyhow!("unknown field `\u{1b}[31mx\u{202e}`\nin line 2");
        let mut out = Vec::new();
        show(&error, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "error: unknown field `⟨U+001B⟩[31mx⟨U+202E⟩`\nin line 2\n");
    }
}

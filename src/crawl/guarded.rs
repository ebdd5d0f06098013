//! A crawl that may reach public addresses only: the guard before it, and what does not
//! go with a guard.

use super::{CrawlError, Options};
use crate::net::Guard;

/// Arguments of a browser that would lead around the guard.
const AROUND: &[&str] = &[
    "--proxy-",
    "--no-proxy-server",
    "--winhttp-proxy",
    "--host-resolver-rules",
    "--host-rules",
    "--webrtc-ip-handling-policy",
    "--force-webrtc-ip-handling-policy",
    "--enable-quic",
    "--origin-to-force-quic-on",
    "--allow-file-access",
    "--enable-features",
    "--load-extension",
];

/// The guard that the options ask for, once every start address has passed it.
///
/// # Errors
/// When a start address is not public, the options contradict each other, or no guard
/// can be had.
pub(super) async fn guard(options: &Options) -> Result<Option<Guard>, CrawlError> {
    if !options.deny_private {
        return Ok(None);
    }
    let refuse = |message: String| Err(CrawlError::Setup(message));
    let launch = &options.launch;
    if launch.proxy.is_some() {
        return refuse(
            "private addresses cannot be refused through a proxy: it, not this tool, looks \
             names up and connects"
                .to_owned(),
        );
    }
    if launch.webdriver.is_some() {
        return refuse(
            "private addresses cannot be refused to a browser that runs elsewhere".to_owned(),
        );
    }
    let around = |argument: &&String| AROUND.iter().any(|start| argument.starts_with(start));
    if let Some(argument) = launch.arguments.iter().find(around) {
        return refuse(format!("private addresses cannot be refused to a browser with {argument}"));
    }
    let guard = Guard::start(&options.client()).await?;
    for site in &options.start {
        guard.admit(site).await?;
    }
    Ok(Some(guard))
}

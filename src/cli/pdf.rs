//! The HTML report on paper: the browser prints it.

use anyhow::{Context, Result};

use super::interrupt;
use crate::browser::{Browser, LaunchOptions};
use crate::model::Signals;

/// Prints a page of ours.
///
/// # Errors
/// When no browser can be started, or it cannot print.
pub(super) fn print(html: &[u8], launch: LaunchOptions) -> Result<Vec<u8>> {
    let html = std::str::from_utf8(html).context("the page is not UTF-8")?;
    let printed = interrupt::run(|stop| async move {
        tokio::select! {
            printed = in_browser(html, launch) => printed,
            () = stop.pressed() => Err(anyhow::anyhow!("stopped")),
        }
    })?;
    printed.unwrap_or_else(|| Err(anyhow::anyhow!("stopped")))
}

async fn in_browser(html: &str, launch: LaunchOptions) -> Result<Vec<u8>> {
    let browser = Browser::launch(launch).await?;
    let profile = browser.profile(Signals::default(), &[]).await?;
    let tab = profile.open().await?;
    let printed = tab.print(html).await;
    drop(tab.leave().await);
    drop(browser.close().await);
    Ok(printed?)
}

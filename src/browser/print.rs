//! Prints a page that the tool itself has made: tagged for readers with a screen reader,
//! with its headings as bookmarks. Its style sheet says size, margins and page numbers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::cdp::SessionId;
use super::error::BrowserError;
use super::tab::Tab;

impl Tab {
    /// The page as PDF. It is given as text, so that nothing is asked of the network.
    ///
    /// # Errors
    /// When the browser cannot print it.
    pub async fn print(&self, html: &str) -> Result<Vec<u8>, BrowserError> {
        let frame = self.top();
        self.told("Page.setDocumentContent", json!({ "frameId": frame.0, "html": html })).await?;
        let options = json!({
            "printBackground": true,
            "preferCSSPageSize": true,
            "generateTaggedPDF": true,
            "generateDocumentOutline": true,
        });
        let printed = self.told("Page.printToPDF", options).await?;
        let data = printed["data"].as_str().map(|data| STANDARD.decode(data));
        let empty = || BrowserError::new("cannot print the report", "the browser sent nothing");
        data.and_then(Result::ok).ok_or_else(empty)
    }

    async fn told(&self, method: &'static str, params: Value) -> Result<Value, BrowserError> {
        let session: &SessionId = &self.session;
        let answer = self.command(session, method, params).await;
        answer.map_err(|error| BrowserError::new("cannot print the report", error))
    }
}

//! Collectors: what is read from a page beside its requests. One a file; each yields
//! one field of [`Collected`], and one that fails never ends a visit.

mod cookies;
mod forms;
mod globals;
mod links;
mod page;
mod policy;
mod storage;
mod text;
mod videos;
mod watch;

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use crate::browser::ScriptMessage;
use crate::dom::{Dom, DomError, FrameId};
use crate::model::{Collected, CollectorFailure, PrivacyPolicy};

pub(super) use policy::policy_link;

/// How long all collectors of a visit may take: a page that hangs is left.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long one of them may take.
const PATIENCE_EACH: Duration = Duration::from_secs(6);

/// The scripts that run before any of the page's.
pub(super) fn document_scripts() -> Vec<String> {
    vec![watch::SCRIPT.to_owned()]
}

/// What signatures ask a page for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// JavaScript names.
    pub(super) globals: &'a [String],
    /// Selectors of elements.
    pub(super) selectors: &'a [String],
}

/// Runs every collector on a page; `is_policy` tells that it is the site's privacy policy.
pub(super) async fn collect<D: Dom>(dom: &D, wanted: Wanted<'_>, is_policy: bool) -> Collected {
    let mut run = Run { end: Instant::now() + PATIENCE, failures: Vec::new() };
    let mut collected = Collected::default();
    if let Some((read, policy)) = run.one("page", read(dom, wanted.selectors, is_policy)).await {
        collected.privacy_policy = policy;
        collected.text = Some(read.text);
        collected.links = Some(read.links);
        collected.forms = Some(read.forms);
        collected.videos = Some(read.videos);
        collected.elements = Some(read.elements);
    }
    collected.cookies = run.one("cookies", cookies::collect(dom)).await;
    collected.storage = run.one("storage", storage::collect(dom)).await;
    collected.globals = run.one("globals", globals::collect(dom, wanted.globals)).await;
    collected.failures = run.failures;
    collected
}

/// Reads the page's markup. Parsing megabytes takes its time, and other visits go on.
async fn read<D: Dom>(
    dom: &D,
    selectors: &[String],
    is_policy: bool,
) -> Result<(page::PageRead, Option<PrivacyPolicy>), DomError> {
    let page = page::collect(dom).await?;
    let selectors = selectors.to_vec();
    let reading = spawn_blocking(move || {
        let policy = is_policy.then(|| policy::collect(&page));
        (page.read(&selectors), policy)
    });
    reading.await.map_err(|error| DomError::Script { message: error.to_string() })
}

/// Adds what the document-start scripts reported.
pub(super) fn add_messages(collected: &mut Collected, messages: &[ScriptMessage]) {
    let watched = watch::collect(messages);
    collected.writes = Some(watched.writes);
    collected.fingerprinting = Some(watched.fingerprinting);
}

/// One round of collectors, with one deadline.
struct Run {
    end: Instant,
    failures: Vec<CollectorFailure>,
}

impl Run {
    async fn one<T>(
        &mut self,
        name: &str,
        work: impl Future<Output = Result<T, DomError>>,
    ) -> Option<T> {
        let left = self.end.saturating_duration_since(Instant::now()).min(PATIENCE_EACH);
        let message = match timeout(left, work).await {
            Ok(Ok(yielded)) => return Some(yielded),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the page did not answer in time".to_owned(),
        };
        self.failures.push(CollectorFailure { collector: name.to_owned(), message });
        None
    }
}

/// The page's top frame.
pub(super) async fn top<D: Dom>(dom: &D) -> Result<FrameId, DomError> {
    let frames = dom.frames().await?;
    let top = frames.into_iter().next().map(|frame| frame.id);
    top.ok_or_else(|| DomError::Gone { what: "the page".to_owned() })
}

/// At most `limit` characters of a text.
fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// A text with its white space collapsed, at most `limit` characters.
fn collapsed<'a>(parts: impl Iterator<Item = &'a str>, limit: usize) -> String {
    let mut out = String::new();
    for word in parts.flat_map(str::split_whitespace) {
        if out.len() > limit * 4 {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    cut(&out, limit)
}

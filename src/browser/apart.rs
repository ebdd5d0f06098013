//! The pages of one tab, kept apart: a journey goes over several in one window, and
//! what each of them sent is a recording, and an account for the ledger, of its own.

use std::collections::HashMap;

use super::cdp::lock;
use super::ledger::TabAccount;
use super::state::{State, TabState};
use super::{PageRecording, Recording, TabId};
use crate::model::{Request, RequestId, ResourceKind};

/// A tab that goes to more pages than this is no longer cut: the last one has the rest.
const MOST_PAGES: usize = 200;

/// Where in a tab's recording a page begins.
#[derive(Debug)]
pub(super) struct PageStart {
    pub(super) url: String,
    /// The number of requests and of script reports that had come before.
    pub(super) row: usize,
    pub(super) message: usize,
}

impl TabState {
    /// The top frame shows another page now: another document, or another route of one
    /// that changes its address by script.
    pub(super) fn turn_to(&mut self, url: &str) {
        let same = self.pages.last().is_some_and(|page| page.url == url);
        if !url.starts_with("http") || self.pages.len() >= MOST_PAGES {
            return;
        }
        let (row, message) = (self.recorder.requests().len(), self.messages.len());
        match self.pages.last_mut() {
            // A document that was loaded again at the same place is another page only
            // when it was asked for again.
            Some(last) if same && last.row == row => {}
            _ => self.pages.push(PageStart { url: url.to_owned(), row, message }),
        }
    }

    /// The same document has another address: a page of its own when more than the
    /// place to scroll to has changed.
    pub(super) fn route_to(&mut self, url: &str) {
        let before = self.pages.last().map(|page| route(&page.url).to_owned());
        self.route = Some(url.to_owned());
        if before.is_some_and(|before| before != route(url)) {
            self.turn_to(url);
        }
    }
}

/// An address without a fragment that only scrolls.
fn route(url: &str) -> &str {
    match url.split_once('#') {
        Some((page, fragment)) if !fragment.starts_with(['/', '!']) => page,
        _ => url,
    }
}

impl State {
    /// Ends a tab, page by page, each with an account for the ledger. There is at least
    /// one, without an address when the tab never got anywhere.
    pub(super) fn end_by_page(&mut self, id: TabId) -> Option<Vec<PageRecording>> {
        let mut tab = self.tabs.remove(&id)?;
        let (since_s, origin_s) = (tab.since_s, tab.recorder.origin_s());
        let end_ms = tab.recorder.elapsed_ms();
        let gaps = super::tab::gaps_of(&tab);
        let starts = std::mem::take(&mut tab.pages);
        let requests = cut(tab.recorder.into_requests(), &starts);
        let mut messages = tab.messages.into_iter().enumerate().peekable();
        let mut pages = Vec::new();
        for (at, requests) in requests.into_iter().enumerate() {
            let base = requests.first().map_or(0.0, |request| request.time_ms);
            let until = starts.get(at + 1).map_or(usize::MAX, |next| next.message);
            let tab = if at == 0 { id } else { self.new_tab_id() };
            let mut recording = Recording { requests, ..Recording::default() };
            while let Some((_, mut message)) = messages.next_if(|(number, _)| *number < until) {
                message.time_ms = (message.time_ms - base).max(0.0);
                recording.messages.push(message);
            }
            renumber(&mut recording.requests, base);
            let origin_s = origin_s.map(|origin| origin + base / 1000.0);
            let lasted_s = (end_ms - base).max(0.0) / 1000.0;
            let account = TabAccount::new(tab, since_s, origin_s, lasted_s, &recording.requests);
            lock(&self.ledger).ended(account);
            let url = starts.get(at).map(|start| start.url.clone()).unwrap_or_default();
            pages.push(PageRecording { tab, url, began_ms: base, recording });
        }
        if let Some(first) = pages.first_mut() {
            first.recording.gaps = gaps;
        }
        Some(pages)
    }

    fn new_tab_id(&mut self) -> TabId {
        self.next_tab += 1;
        TabId(self.next_tab)
    }
}

/// The requests of each page. A page's own document was asked for before it began, when
/// the one before it still stood there.
fn cut(requests: Vec<Request>, starts: &[PageStart]) -> Vec<Vec<Request>> {
    let mut owners: Vec<usize> = Vec::with_capacity(requests.len());
    let mut page = 0;
    for row in 0..requests.len() {
        while starts.get(page + 1).is_some_and(|next| next.row <= row) {
            page += 1;
        }
        owners.push(page);
    }
    let places: HashMap<&RequestId, usize> =
        requests.iter().enumerate().map(|(row, request)| (&request.id, row)).collect();
    for (page, start) in starts.iter().enumerate().skip(1) {
        let from = starts[page - 1].row.min(requests.len());
        let before = &requests[from..start.row.clamp(from, requests.len())];
        let address = start.url.split('#').next().unwrap_or_default();
        let document = before.iter().rposition(|request| {
            request.kind == ResourceKind::Document && request.frame.top && request.url == address
        });
        let mut hop = document.map(|row| from + row);
        while let Some(row) = hop {
            owners[row] = page;
            let earlier = requests[row].redirected_from.as_ref();
            hop = earlier.and_then(|id| places.get(id).copied()).filter(|earlier| *earlier < row);
        }
    }
    let mut pages: Vec<Vec<Request>> = Vec::new();
    pages.resize_with(starts.len().max(1), Vec::new);
    for (request, owner) in requests.into_iter().zip(owners) {
        pages[owner].push(request);
    }
    pages
}

/// Ids and times count anew in every page.
fn renumber(requests: &mut [Request], base_ms: f64) {
    let ids = requests.iter().enumerate();
    let ids: HashMap<RequestId, RequestId> =
        ids.map(|(row, request)| (request.id.clone(), RequestId::numbered(row + 1))).collect();
    for request in requests {
        request.time_ms = ((request.time_ms - base_ms).max(0.0) * 1e3).round() / 1e3;
        request.redirected_from =
            request.redirected_from.as_ref().and_then(|id| ids.get(id).cloned());
        if let Some(id) = ids.get(&request.id) {
            request.id.clone_from(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Frame;

    fn request(number: usize, url: &str, document: bool, from: Option<usize>) -> Request {
        Request {
            id: RequestId::numbered(number),
            url: url.into(),
            kind: if document { ResourceKind::Document } else { ResourceKind::Image },
            frame: Frame { top: true, ..Frame::default() },
            time_ms: number as f64,
            redirected_from: from.map(RequestId::numbered),
            ..Request::default()
        }
    }

    fn start(url: &str, row: usize) -> PageStart {
        PageStart { url: url.into(), row, message: 0 }
    }

    #[test]
    fn a_document_and_its_redirects_belong_to_the_page_that_they_bring() {
        let requests = vec![
            request(1, "https://a/login", true, None),
            request(2, "https://a/logo", false, None),
            request(3, "https://a/login", true, None),
            request(4, "https://a/home", true, Some(3)),
            request(5, "https://a/beacon-of-login", false, None),
            request(6, "https://a/pixel", false, None),
        ];
        let starts = [start("https://a/login", 1), start("https://a/home#top", 5)];
        let mut pages = cut(requests, &starts);
        let urls = |page: &[Request]| page.iter().map(|r| r.url.clone()).collect::<Vec<_>>();
        assert_eq!(
            urls(&pages[0]),
            ["https://a/login", "https://a/logo", "https://a/beacon-of-login"]
        );
        assert_eq!(urls(&pages[1]), ["https://a/login", "https://a/home", "https://a/pixel"]);
        renumber(&mut pages[1], 3.0);
        assert_eq!(pages[1][1].redirected_from, Some(RequestId::numbered(1)));
        assert_eq!((pages[1][2].id.0.as_str(), pages[1][2].time_ms), ("r0003", 3.0));
    }

    #[test]
    fn a_tab_that_never_got_anywhere_is_one_page() {
        assert_eq!(cut(vec![request(1, "https://a/", true, None)], &[])[0].len(), 1);
        assert_eq!(cut(Vec::new(), &[]).len(), 1);
    }

    #[test]
    fn a_fragment_that_scrolls_is_no_route() {
        assert_eq!(route("https://a/b#top"), "https://a/b");
        assert_eq!(route("https://a/#/results"), "https://a/#/results");
        assert_eq!(route("https://a/?q=1"), "https://a/?q=1");
    }
}

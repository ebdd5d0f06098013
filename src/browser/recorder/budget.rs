//! What one visit may keep. A page decides how much it sends, so everything that is kept
//! is counted, and what does not fit is counted by name.

use crate::model::{Header, Request};

/// More requests than this in one visit are counted and not kept.
const MOST_REQUESTS: usize = 20_000;
/// All that is kept of one visit's traffic, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// The largest body that is kept.
pub(in crate::browser) const LARGEST_BODY: usize = 16 << 20;
/// What a request takes beside its texts, roughly.
const FIXED: usize = 600;

/// What is left of it, and what did not fit.
#[derive(Debug)]
pub(super) struct Budget {
    requests: usize,
    bytes: usize,
    lost_requests: usize,
    lost_bodies: usize,
    lost_headers: usize,
    lost_messages: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            requests: MOST_REQUESTS,
            bytes: MOST_BYTES,
            lost_requests: 0,
            lost_bodies: 0,
            lost_headers: 0,
            lost_messages: 0,
        }
    }

    /// Room for a request; its body is dropped if only that is too large.
    pub(super) fn admit(&mut self, request: &mut Request) -> bool {
        if self.requests == 0 || !self.take(cost(request)) {
            self.lost_requests += 1;
            return false;
        }
        self.requests -= 1;
        let length = request.body_bytes().len();
        if length > 0 && !self.body(length) {
            request.body = None;
        }
        true
    }

    /// Room for a body.
    pub(super) fn body(&mut self, length: usize) -> bool {
        let fits = length <= LARGEST_BODY && self.take(length);
        self.lost_bodies += usize::from(!fits);
        fits
    }

    /// The headers, if there is room for them, else none.
    pub(super) fn headers(&mut self, headers: Vec<Header>) -> Vec<Header> {
        if self.take(size(&headers)) {
            return headers;
        }
        self.lost_headers += 1;
        Vec::new()
    }

    /// Room for a WebSocket message, unless the socket has had `too_many`.
    pub(super) fn message(&mut self, length: usize, too_many: bool) -> bool {
        let fits = !too_many && self.take(length);
        self.lost_messages += usize::from(!fits);
        fits
    }

    /// What did not fit, in words.
    pub(super) fn gaps(&self) -> Vec<String> {
        let limits = format!(
            "a visit keeps {MOST_REQUESTS} requests, {} MiB in all and {} MiB of one body",
            MOST_BYTES >> 20,
            LARGEST_BODY >> 20
        );
        [
            (self.lost_requests, "requests"),
            (self.lost_bodies, "request bodies"),
            (self.lost_headers, "sets of headers"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what} were not kept: {limits}"))
        .chain(
            (self.lost_messages > 0)
                .then(|| format!("{} WebSocket messages were not kept", self.lost_messages)),
        )
        .collect()
    }

    fn take(&mut self, bytes: usize) -> bool {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or(self.bytes);
        left.is_some()
    }
}

fn size(headers: &[Header]) -> usize {
    headers.iter().map(|header| header.name.len() + header.value.len() + 48).sum()
}

fn cost(request: &Request) -> usize {
    let stack = request.initiator.stack.iter().map(|at| at.function.len() + at.url.len() + 56);
    let frame = request.frame.url.len();
    FIXED + request.url.len() + size(&request.headers) + stack.sum::<usize>() + frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    #[test]
    fn what_does_not_fit_is_counted_by_name() {
        let mut budget = Budget::new();
        let post = |length: usize| Request {
            body: Some(Body::new(vec![0; length])),
            ..Request::default()
        };
        let mut kept = [post(8 << 20), post(LARGEST_BODY + 1), post(LARGEST_BODY)];
        assert!(kept.iter_mut().all(|request| budget.admit(request)));
        assert_eq!(kept.map(|request| request.body.is_some()), [true, false, true]);
        assert!(budget.message(30 << 20, false));
        assert!(!budget.body(LARGEST_BODY) && !budget.message(1, true));
        let mut long = Request { url: "x".repeat(20 << 20), ..Request::default() };
        assert!(!budget.admit(&mut long));
        let gaps = budget.gaps();
        assert!(gaps[0].starts_with("1 requests were") && gaps[0].contains("64 MiB"), "{gaps:?}");
        assert!(gaps[1].starts_with("2 request bodies"), "{gaps:?}");
        assert!(gaps[2].starts_with("1 WebSocket"), "{gaps:?}");
    }
}

//! Holds requests to the site under audit for a moment, to give them what opens it, and
//! answers whoever asks who is there. Third parties are given nothing.
//!
//! It listens at the browser itself, which sees the requests of every page and worker.
//! WebSocket handshakes alone do not pass here.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::model::{Access, Login, Proxy, is_ip_host};

/// Requests whose question has been answered are remembered up to this many.
const MOST_ANSWERED: usize = 10_000;

/// What requests are given on their way.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    access: Access,
    proxy: Option<Login>,
    /// Requests that were given a name and a password: a second question means that
    /// they were wrong.
    answered: HashSet<String>,
}

impl Gate {
    pub(super) fn new(access: &Access, proxy: Option<&Proxy>) -> Self {
        let proxy = proxy.and_then(|proxy| proxy.login.clone());
        Self { access: access.clone(), proxy, answered: HashSet::new() }
    }

    /// `Fetch.enable`'s parameters; `None` when there is nothing to give.
    pub(super) fn enable(&self) -> Option<Value> {
        let site = &self.access.site;
        let patterns = if self.proxy.is_some() {
            // Any request may be the first to be asked by the proxy.
            vec!["*".to_owned()]
        } else if site.is_empty() || !self.has_something_for_the_site() {
            return None;
        } else if is_ip_host(site) || !site.contains('.') {
            vec![format!("*://{site}/*"), format!("*://{site}:*/*")]
        } else {
            // Wider than the site, since `*` is anything: each request is looked at again.
            let hosts = [site.clone(), format!("*.{site}")];
            hosts.iter().flat_map(|h| [format!("*://{h}/*"), format!("*://{h}:*/*")]).collect()
        };
        let patterns: Vec<Value> =
            patterns.into_iter().map(|pattern| json!({ "urlPattern": pattern })).collect();
        Some(json!({ "patterns": patterns, "handleAuthRequests": self.asks_and_tells() }))
    }

    fn has_something_for_the_site(&self) -> bool {
        !self.access.headers.is_empty() || self.access.login.is_some()
    }

    fn asks_and_tells(&self) -> bool {
        self.proxy.is_some() || self.access.login.is_some()
    }

    /// The command that lets a request go on, with the site's headers if it goes there.
    pub(super) fn paused(&self, params: &Value) -> Value {
        let mut go_on = json!({ "requestId": params["requestId"] });
        let request = &params["request"];
        let url = request["url"].as_str().unwrap_or_default();
        if self.access.headers.is_empty() || !self.access.opens(url) {
            return go_on;
        }
        let given = |name: &str| self.access.headers.iter().any(|h| same(h.name(), name));
        // What is listed replaces the request's own list. Its Referer stays as it is only
        // when it is not listed: one that is would be sent on to wherever a redirect leads.
        let own = request["headers"].as_object().into_iter().flatten();
        let own = own.filter(|(name, _)| !given(name) && !same(name, "referer"));
        let own = own.map(|(name, value)| json!({ "name": name, "value": value }));
        let ours = self.access.headers.iter();
        let ours = ours.map(|header| json!({ "name": header.name(), "value": header.expose() }));
        go_on["headers"] = own.chain(ours).collect();
        go_on
    }

    /// The answer to the question for a name and a password.
    pub(super) fn challenged(&mut self, params: &Value) -> Value {
        let id = params["requestId"].as_str().unwrap_or_default();
        let challenge = &params["authChallenge"];
        let from_proxy = challenge["source"] == "Proxy";
        let login = if from_proxy {
            self.proxy.clone()
        } else {
            let asks = challenge["origin"].as_str().unwrap_or_default();
            self.access.login.clone().filter(|_| self.access.opens(asks))
        };
        let answer = match login {
            // What happens without us: the question stays unanswered.
            None => json!({ "response": "Default" }),
            Some(_) if !self.is_first(id, from_proxy) => json!({ "response": "CancelAuth" }),
            Some(login) => json!({
                "response": "ProvideCredentials",
                "username": login.user,
                "password": login.password.expose(),
            }),
        };
        json!({ "requestId": id, "authChallengeResponse": answer })
    }

    fn is_first(&mut self, id: &str, from_proxy: bool) -> bool {
        self.answered.len() < MOST_ANSWERED && self.answered.insert(format!("{id} {from_proxy}"))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Secret;

    fn gate() -> Gate {
        let access = Access {
            site: "clinic.example".into(),
            headers: vec![Secret::new("X-Key", "open sesame")],
            login: Some(Login { user: "jane".into(), password: Secret::new("P", "pw") }),
            ..Access::default()
        };
        Gate::new(&access, None)
    }

    fn asked(url: &str) -> Value {
        gate().paused(&json!({ "requestId": "1", "request": {
            "url": url, "headers": { "Accept": "*/*", "x-key": "theirs", "Referer": "https://a/" },
        } }))
    }

    #[test]
    fn the_site_gets_its_headers_and_nobody_else() {
        let headers = &asked("https://api.clinic.example/x")["headers"];
        assert_eq!(
            *headers,
            json!([
                { "name": "Accept", "value": "*/*" },
                { "name": "X-Key", "value": "open sesame" },
            ])
        );
        for other in
            ["https://tracker.example/?u=https://a.clinic.example/", "https://notclinic.example/"]
        {
            assert!(asked(other).get("headers").is_none(), "{other}");
        }
    }

    #[test]
    fn a_wrong_password_is_not_said_twice() {
        let mut gate = gate();
        let question = |origin: &str| json!({ "requestId": "1", "authChallenge": { "source": "Server", "origin": origin } });
        let mut answer = |origin: &str| {
            gate.challenged(&question(origin))["authChallengeResponse"]["response"].clone()
        };
        assert_eq!(answer("https://tracker.example"), "Default");
        assert_eq!(answer("https://www.clinic.example:8443"), "ProvideCredentials");
        assert_eq!(answer("https://www.clinic.example:8443"), "CancelAuth");
    }
}

//! What opens a site reaches that site, in every way that it is asked, and nobody else.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use pixelwarden::browser::{Browser, LaunchOptions};
use pixelwarden::dom::Dom;
use pixelwarden::lab::signals::{PASSWORD, USER};
use pixelwarden::lab::{Lab, LabOptions, Received, hosts};
use pixelwarden::model::{Access, Login, Secret, Signals};

/// How long a page may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

fn access(password: &str) -> Access {
    let password = Secret::new("PIXELWARDEN_PASSWORD", password);
    Access {
        site: hosts::SIGNALS.to_owned(),
        cookies: vec![Secret::new("staff", "yes, please")],
        login: Some(Login { user: USER.to_owned(), password }),
        ..Access::default()
    }
}

/// Loads a page; gives its status, the names of the jar's cookies, and what arrived.
async fn visit(access: Access, path: &str) -> (Option<u16>, Vec<String>, Vec<Received>) {
    let lab = Lab::start(LabOptions::default()).await.unwrap();
    let options = LaunchOptions { access, ..LaunchOptions::default() };
    let browser = Browser::launch(options).await.unwrap();
    let profile = browser.profile(Signals::default(), &[]).await.unwrap();
    let tab = profile.open().await.unwrap();
    let arrival = tab.navigate(&lab.url(hosts::SIGNALS, path), PATIENCE).await.unwrap();
    let cookies = tab.cookies().await.unwrap().into_iter().map(|cookie| cookie.name).collect();
    drop(tab.leave().await.unwrap());
    browser.close().await.unwrap();
    (arrival.status, cookies, lab.log())
}

/// Paths to a host that arrived with and without an answer to "who is there".
fn asked<'a>(log: &'a [Received], host: &str, with: bool) -> Vec<&'a str> {
    let of = log.iter().filter(|row| row.host == host);
    let of = of.filter(|row| row.header("authorization").is_some() == with);
    of.map(Received::path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_told_who_is_there_and_nobody_else() {
    for part in ["basic", "digest"] {
        let (status, cookies, log) = visit(access(PASSWORD), &format!("/{part}/")).await;
        assert_eq!(status, Some(200), "{part}");
        let with = asked(&log, hosts::SIGNALS, true);
        assert!(with.contains(&&*format!("/{part}/own.gif")), "{with:?}");
        let sister = asked(&log, hosts::SIGNALS_SISTER, true);
        assert_eq!(sister, [format!("/{part}/sister.gif")], "another host of the site");
        assert_eq!(asked(&log, hosts::SIGNALS_OTHER, true), Vec::<&str>::new());
        assert_eq!(asked(&log, hosts::SIGNALS_OTHER, false).len(), 2);
        assert_eq!(cookies, ["staff"]);
        for row in &log {
            let own = row.host != hosts::SIGNALS_OTHER;
            assert_eq!(
                row.header("cookie"),
                own.then_some("staff=yes, please"),
                "{}{}",
                row.host,
                row.path()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_once() {
    let (status, _, log) = visit(access("guess"), "/basic/").await;
    assert_eq!(status, Some(401));
    assert_eq!(asked(&log, hosts::SIGNALS, true).len(), 1, "{log:?}");
}

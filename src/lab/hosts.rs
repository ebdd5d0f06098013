//! Who lives on the example site: every virtual host, and which port it is on.

use super::Scheme;

/// The fictional clinic that `demo` audits.
pub const CLINIC: &str = "www.lakeside-clinic.example";
/// The clinic without `www`: redirects there.
pub const CLINIC_BARE: &str = "lakeside-clinic.example";
/// The clinic's own host for Google Analytics (a server-side proxy).
pub const CLINIC_METRICS: &str = "metrics.lakeside-clinic.example";
/// The clinic's own host for its marketing mail: an alias of a vendor's.
pub const CLINIC_INFO: &str = "info.lakeside-clinic.example";
/// An old part of the clinic's site that never moved to HTTPS.
pub const CLINIC_OLD: &str = "archive.lakeside-clinic.example";
/// A pixel that no signature knows.
pub const UNKNOWN_PIXEL: &str = "px.audience-loom.example";
/// A page counter on plain HTTP.
pub const INSECURE_PIXEL: &str = "hits.oldcounter.example";
/// The page with every kind of request; see [`super::hard`].
pub const HARD: &str = "hard.localhost";
/// Another site, which the hard page uses.
pub const OTHER: &str = "other.localhost";
/// A third site, which the hard page uses.
pub const THIRD: &str = "third.localhost";
/// The site that says what it sees of the browser; see [`super::signals`].
pub const SIGNALS: &str = "signals.localhost";
/// Another host of that site.
pub const SIGNALS_SISTER: &str = "www.signals.localhost";
/// Another site, which that one uses.
pub const SIGNALS_OTHER: &str = "signals-other.localhost";
/// Pages that misbehave; see [`super::bad`].
pub const BAD: &str = "bad.localhost";
/// Pixels that wait for time, scrolling or a person; see [`super::timing`].
pub const TIMING: &str = "timing.localhost";
/// The site of the frame on the page of [`TIMING`].
pub const TIMING_FRAME: &str = "timing-frame.localhost";
/// A form that tells on whoever fills it in; see [`super::forms`].
pub const FORMS: &str = "forms.localhost";
/// Where it tells.
pub const SINK: &str = "sink.localhost";
/// Pages of ordinary weight, for measuring; see [`super::weight`].
pub const WEIGHT: &str = "weight.localhost";
/// A site with more pages than anyone wants to visit; see [`super::walk`].
pub const WALK: &str = "walk.localhost";
/// A host of that site which answers nothing but 503.
pub const WALK_DOWN: &str = "down.walk.localhost";
/// The same pages on another site, for frames.
pub const BAD_FRAME: &str = "bad-frame.localhost";
/// Pages that misbehave and take TLS to do so.
pub const BAD_TLS: &str = "www.bad-manners.example";
/// A host whose certificate is for another name and not trusted.
pub const WRONG_CERTIFICATE: &str = "wrong-name.bad-manners.example";
/// A host whose certificate nobody vouches for.
pub const SELF_SIGNED: &str = "self-signed.bad-manners.example";
/// A host whose certificate has expired.
pub const EXPIRED: &str = "expired.bad-manners.example";
/// A host that resets the connection in the middle of the handshake.
pub const TLS_RESET: &str = "reset.bad-manners.example";

/// Consent platforms, one replica or one behaviour each.
pub mod cmp {
    /// OneTrust, rebuilt from its documented markup.
    pub const ONETRUST: &str = "onetrust.localhost";
    /// Cookiebot, rebuilt from its documented markup.
    pub const COOKIEBOT: &str = "cookiebot.localhost";
    /// Usercentrics (open shadow root), rebuilt from its documented markup.
    pub const USERCENTRICS: &str = "usercentrics.localhost";
    /// Didomi with a TCF interface, rebuilt from its documented markup.
    pub const DIDOMI: &str = "didomi.localhost";
    /// Sourcepoint (frame of another site), rebuilt from its documented markup.
    pub const SOURCEPOINT: &str = "sourcepoint.localhost";
    /// Quantcast Choice, rebuilt from its documented markup.
    pub const QUANTCAST: &str = "quantcast.localhost";
    /// TrustArc (second layer in a frame), rebuilt from its documented markup.
    pub const TRUSTARC: &str = "trustarc.localhost";
    /// consentmanager (shadow root), rebuilt from its documented markup.
    pub const CONSENTMANAGER: &str = "consentmanager.localhost";
    /// Google's Funding Choices, rebuilt from its documented markup.
    pub const FUNDING_CHOICES: &str = "funding-choices.localhost";
    /// CookieYes, rebuilt from its documented markup.
    pub const COOKIEYES: &str = "cookieyes.localhost";
    /// vanilla-cookieconsent 3, the real library.
    pub const VANILLA: &str = "vanilla.localhost";
    /// klaro, the real library.
    pub const KLARO: &str = "klaro.localhost";
    /// A plain English banner that no rule knows.
    pub const PLAIN: &str = "plain.localhost";
    /// Reject only on the second layer.
    pub const NO_REJECT: &str = "no-reject.localhost";
    /// The banner hides on a click and stores nothing.
    pub const ONLY_HIDES: &str = "only-hides.localhost";
    /// A notice with nothing to choose.
    pub const NOTICE: &str = "notice.localhost";
    /// The banner appears only after the page has changed for a while.
    pub const LATE: &str = "late.localhost";
    /// A reject reloads the page and asks again, for ever.
    pub const RELOADS: &str = "reloads.localhost";
    /// No banner for a browser that says it is automated.
    pub const HIDES_FROM_BOTS: &str = "hides-from-bots.localhost";
    /// No banner at all, and pixels all the same.
    pub const NONE: &str = "no-banner.localhost";

    /// Consent to each purpose alone, and a way back to it.
    pub const WITHDRAWS: &str = "withdraws.localhost";
    /// A click anywhere on the page is taken for consent.
    pub const IMPLIED: &str = "implied.localhost";

    /// A banner in a language that no word of ours knows.
    pub const WORDLESS: &str = "wordless.localhost";

    /// All of them.
    pub const ALL: &[&str] = &[
        ONETRUST,
        COOKIEBOT,
        USERCENTRICS,
        DIDOMI,
        VANILLA,
        KLARO,
        PLAIN,
        NO_REJECT,
        ONLY_HIDES,
        NOTICE,
        LATE,
        RELOADS,
        HIDES_FROM_BOTS,
        NONE,
        WITHDRAWS,
        IMPLIED,
        SOURCEPOINT,
        QUANTCAST,
        TRUSTARC,
        CONSENTMANAGER,
        FUNDING_CHOICES,
        COOKIEYES,
        WORDLESS,
    ];
}

/// Vendors' hosts, all on HTTPS, under their real names.
pub const VENDORS: &[&str] = &[
    "connect.facebook.net",
    "www.facebook.com",
    "www.googletagmanager.com",
    "www.google-analytics.com",
    "region1.google-analytics.com",
    "analytics.google.com",
    "stats.g.doubleclick.net",
    "googleads.g.doubleclick.net",
    "ad.doubleclick.net",
    "1040911.fls.doubleclick.net",
    "td.doubleclick.net",
    "www.googleadservices.com",
    "www.google.com",
    "snap.licdn.com",
    "px.ads.linkedin.com",
    "px4.ads.linkedin.com",
    "www.linkedin.com",
    "bat.bing.com",
    "analytics.tiktok.com",
    "www.youtube-nocookie.com",
    "i.ytimg.com",
    "cdn.cookielaw.org",
    "consent.cookiebot.com",
    "app.usercentrics.eu",
    "sdk.privacy-center.org",
    "cdn.privacy-mgmt.com",
    "consent-pref.trustarc.com",
];

/// Hosts that bot walls load their challenges from.
const WALLS: &[&str] = &[
    "ct.captcha-delivery.com",
    "geo.captcha-delivery.com",
    "js.datadome.co",
    "captcha.px-cloud.net",
    "de5282c3ca0c.edge.sdk.awswaf.com",
    "de5282c3ca0c.edge.captcha-sdk.awswaf.com",
    "www.recaptcha.net",
    "js.hcaptcha.com",
    "challenges.cloudflare.com",
];

/// Hosts of the clinic and its helpers, and misbehaving ones, that are on HTTPS beside the
/// vendors.
const OWN_HTTPS: &[&str] = &[
    CLINIC,
    CLINIC_BARE,
    CLINIC_METRICS,
    CLINIC_INFO,
    UNKNOWN_PIXEL,
    BAD_TLS,
    WRONG_CERTIFICATE,
    SELF_SIGNED,
    EXPIRED,
];

/// Hosts that are on plain HTTP and are not below `localhost`.
const OWN_HTTP: &[&str] = &[CLINIC_OLD, INSECURE_PIXEL];

/// Every host on HTTPS.
pub(super) fn https() -> impl Iterator<Item = &'static str> {
    VENDORS.iter().chain(WALLS).chain(OWN_HTTPS).copied()
}

/// Every host with a made-up or borrowed name, and its port.
pub(super) fn mapped() -> impl Iterator<Item = (&'static str, Scheme)> {
    let https = https().map(|host| (host, Scheme::Https));
    https.chain(OWN_HTTP.iter().map(|host| (*host, Scheme::Http)))
}

/// The port that a host is on. Hosts below `localhost` need no mapping and are on HTTP.
pub(super) fn scheme(host: &str) -> Scheme {
    mapped().find(|(name, _)| *name == host).map_or(Scheme::Http, |(_, scheme)| scheme)
}

//! What was seen: plain data that every later stage reads and none changes.
//!
//! A [`Capture`] is the exhibit. Everything after the crawl is a deterministic
//! function of it, so nothing in here asks the clock or the network.

mod access;
mod capture;
mod collected;
mod consent;
mod journey;
mod mail;
mod masked;
mod names;
mod pass;
mod proxy;
mod request;
mod secret;
mod shown;
mod sink;
mod site;
mod visit;

pub use access::{Access, Login};
pub use capture::{BrowserInfo, Capture, Manifest, RunFacts, SkippedPage, TemplateSample, Vantage};
pub use collected::{
    Collected, CollectorFailure, Cookie, Element, FingerprintCall, Form, FormField, Link, PageText,
    PrivacyPolicy, SameSite, Screenshot, StorageArea, StorageItem, StorageWrite, Typed, Video,
};
pub use consent::{
    Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, Decision, ReadingSource, Via,
};
pub use journey::{JourneyPart, JourneyPlan, StepFailure, StepTaken};
pub use mail::{Mail, MailImage};
pub use masked::Masked;
pub use names::{NameLookup, NameLookups};
pub use pass::Pass;
pub use proxy::{Proxy, ProxyError, ProxyScheme};
pub use request::{
    Blocked, Body, Frame, Header, Initiator, InitiatorKind, Request, RequestId, ResourceKind,
    Response, StackFrame, TargetKind, WebSocketFrame,
};
pub use secret::{Secret, SecretError};
pub use shown::{Area, ButtonForm, ButtonPurpose, ShownBanner, ShownButton, ShownSwitch};
pub use sink::{Sink, SinkError};
pub use site::{host_of, is_ip_host, registrable_domain, same_site};
pub use visit::{ConsentState, Coverage, MissingRequest, Outcome, Phase, Signals, Visit, VisitId};

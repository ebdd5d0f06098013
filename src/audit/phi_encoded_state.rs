//! Health or personal data that was sent wrapped up: in base64, hex or lz-string.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, own_host_caveat};
use super::page::pages;
use super::words::{identifier, list};
use super::{Audit, AuditInfo, Confidence, Finding, Severity, fix, law};
use crate::detect::{DataFlag, DataKind};
use crate::health::{IdentifierKind, topic};

/// `phi-encoded-state`
pub(crate) struct EncodedState;

static INFO: AuditInfo = AuditInfo {
    id: "phi-encoded-state",
    title: "Health or personal data inside an encoded value",
    severity: Severity::Medium,
    citations: &[law::HIPAA_DISCLOSURE, law::OCR_BULLETIN, law::FTC_ACT, law::CIPA],
    means: "A value that looks like an id or a state decodes to what the visitor told the site: an answer, a name, a search. Encoding hides it from a reader, not from the vendor that received it.",
    fix: fix::KEEP_HEALTH_OUT,
    blind_spots: "What is encrypted, or encoded in ways that the tool does not know; whether the vendor decodes it.",
};

/// Layers that hide a value, as paths name them.
const LAYERS: &[&str] = &["base64", "hex", "lz"];

impl Audit for EncodedState {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.receivers().filter(|s| s.is_disclosure() && hidden(s).next().is_some());
        let groups = grouped(told.map(|s| (Key::on_kind(s, "encoded"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let flags = || group.iter().flat_map(|s| hidden(s));
                let told: Vec<String> = flags().map(what).collect();
                let message = format!(
                    "{} received {} from {} at {}, inside an encoded value ({}).",
                    key.product,
                    list(told.iter().map(String::as_str), 3),
                    pages(group),
                    hosts(group),
                    list(flags().map(|flag| flag.path.as_str()), 2),
                );
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: Confidence::High,
                    message,
                    caveats: own_host_caveat(group).into_iter().collect(),
                };
                draft.on(&INFO, key, group)
            })
            .collect()
    }
}

/// Flags of what stood inside a layer. A user's id is an id, wrapped up or not.
fn hidden<'a>(sighting: &Sighting<'a>) -> impl Iterator<Item = &'a DataFlag> {
    use IdentifierKind as Kind;
    sighting.detection.flags.iter().filter(|flag| {
        let plain = matches!(flag.kind, DataKind::Personal(Kind::Ip | Kind::Secret | Kind::UserId));
        let mut names = flag.path.split(['.', '[', ']']);
        !plain && names.any(|name| LAYERS.contains(&name))
    })
}

fn what(flag: &DataFlag) -> String {
    match flag.kind {
        DataKind::Health if flag.category.is_empty() => "health content".to_owned(),
        DataKind::Health => format!("health content ({})", topic(&flag.category)),
        DataKind::Personal(kind) => identifier(kind).to_owned(),
    }
}

//! Meta's pixel beside a video: who watched what.

use super::case::{Case, Sighting};
use super::draft::{Draft, Key, grouped, hosts, on_pages};
use super::words::list;
use super::{Audit, AuditInfo, Confidence, Finding, Severity, evidence, fix, law};

/// `vppa-video`
pub(crate) struct Video;

static INFO: AuditInfo = AuditInfo {
    id: "vppa-video",
    title: "Meta's pixel on a page with a video",
    severity: Severity::Medium,
    citations: &[law::VPPA],
    means: "Meta received the address or title of a page with a video. With its own cookie for people who are logged in to Facebook, it can tell who watched what.",
    fix: fix::NO_PIXEL_BESIDE_VIDEO,
    blind_spots: "Whether the visitor was logged in to Facebook (the tool is not), whether the video was played, whether the site is a video tape service provider and the visitor its consumer: courts differ on both.",
};

/// Meta's cookie that names an account.
const ACCOUNT: &str = "c_user";

impl Audit for Video {
    fn info(&self) -> &'static AuditInfo {
        &INFO
    }

    fn run(&self, case: &Case<'_>) -> Vec<Finding> {
        let told = case.sightings().filter(|s| {
            let videos = s.visit.collected.videos.as_ref().is_some_and(|all| !all.is_empty());
            videos && s.detection.vendor == "Meta" && s.is_disclosure() && tells_page(s)
        });
        let groups = grouped(told.map(|s| (Key::product(s, "video"), s)));
        groups
            .iter()
            .map(|(key, group)| {
                let videos = group.iter().filter_map(|s| s.visit.collected.videos.as_ref());
                let players = list(videos.flatten().map(|video| video.player.as_str()), 3);
                let named = group.iter().any(|sighting| has_account(sighting));
                let message = format!(
                    "{} sent the address or title {} with a video ({players}) to {}.",
                    key.product,
                    on_pages(group),
                    hosts(group),
                );
                let cookie = if named {
                    format!("The cookie {ACCOUNT}, which names an account, went along.")
                } else {
                    format!("The cookie {ACCOUNT}, which names an account, did not go along: the tool is not logged in to Facebook.")
                };
                let draft = Draft {
                    severity: Severity::Medium,
                    confidence: if named { Confidence::High } else { Confidence::Medium },
                    message,
                    caveats: vec![cookie],
                };
                let mut finding = draft.on(&INFO, key, group);
                for (evidence, sighting) in finding.evidence.iter_mut().zip(group) {
                    let videos = sighting.visit.collected.videos.iter().flatten();
                    let title = videos.map(|v| if v.title.is_empty() { &v.url } else { &v.title }).next();
                    let video = title.map(|title| ("video".to_owned(), evidence::masked(title)));
                    evidence.details.extend(video);
                }
                finding
            })
            .collect()
    }
}

fn tells_page(sighting: &Sighting<'_>) -> bool {
    let data = &sighting.detection.data;
    data.values().any(|kind| matches!(kind.as_str(), "page-url" | "page-title"))
}

fn has_account(sighting: &Sighting<'_>) -> bool {
    let cookies = sighting.request.and_then(|request| request.header("cookie"));
    let names = cookies.unwrap_or_default().split(';').filter_map(|pair| pair.split_once('='));
    names.into_iter().any(|(name, _)| name.trim() == ACCOUNT)
}

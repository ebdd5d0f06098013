//! Video players: what is watched can tell what a visitor is worried about.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::page::absolute;
use super::{collapsed, cut};
use crate::model::{Video, host_of, registrable_domain};

const LIMIT: usize = 100;

/// Players by the site that their frames come from, with a part that only a player's
/// address has.
const PLAYERS: &[(&str, &str, &str)] = &[
    ("youtube.com", "/embed/", "youtube"),
    ("youtube-nocookie.com", "/embed/", "youtube"),
    ("vimeo.com", "/video/", "vimeo"),
    ("wistia.net", "/embed/", "wistia"),
    ("wistia.com", "/embed/", "wistia"),
    ("brightcove.net", "/", "brightcove"),
    ("jwplayer.com", "/", "jwplayer"),
    ("jwplatform.com", "/", "jwplayer"),
    ("dailymotion.com", "/embed", "dailymotion"),
    ("vidyard.com", "/", "vidyard"),
    ("kaltura.com", "/", "kaltura"),
    ("loom.com", "/embed/", "loom"),
    ("facebook.com", "/plugins/video", "facebook"),
];

/// Reads the video players, sorted, each once.
pub(super) fn collect(html: &Html, base: Option<&Url>) -> Vec<Video> {
    let Ok(selector) = Selector::parse("video, iframe[src], iframe[data-src]") else {
        return Vec::new();
    };
    let mut videos: Vec<Video> =
        html.select(&selector).filter_map(|element| video(element, base)).take(LIMIT).collect();
    videos.sort();
    videos.dedup();
    videos
}

fn video(element: ElementRef<'_>, base: Option<&Url>) -> Option<Video> {
    let attribute = |name| element.value().attr(name).filter(|value| !value.trim().is_empty());
    let title = attribute("title").or_else(|| attribute("aria-label"));
    let title = collapsed(title.into_iter(), 300);
    if element.value().name() == "video" {
        let source = Selector::parse("source[src]").ok();
        let nested = source.and_then(|s| element.select(&s).next()?.value().attr("src"));
        let url = attribute("src").or(nested).and_then(|src| absolute(base, src));
        let url = cut(url.as_ref().map_or("", Url::as_str), 4_096);
        return Some(Video { url, title, player: "html5".to_owned() });
    }
    let url = absolute(base, attribute("src").or_else(|| attribute("data-src"))?)?;
    let site = registrable_domain(&host_of(url.as_str()));
    let player =
        PLAYERS.iter().find(|(host, part, _)| *host == site && url.path().contains(part))?;
    Some(Video { url: cut(url.as_str(), 4_096), title, player: player.2.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_are_told_from_other_frames() {
        let html = Html::parse_document(
            r#"<video title="Living with asthma"><source src="/v.mp4"></video>
            <iframe src="https://www.youtube-nocookie.com/embed/abc" title="Talk"></iframe>
            <iframe data-src="https://player.vimeo.com/video/12?h=x"></iframe>
            <iframe src="https://www.youtube.com/live_chat"></iframe><iframe src="/map"></iframe>"#,
        );
        let base = Url::parse("https://clinic.example/").ok();
        let videos = collect(&html, base.as_ref());
        let shown: Vec<String> = videos.iter().map(|v| format!("{} {}", v.player, v.url)).collect();
        assert_eq!(
            shown,
            [
                "html5 https://clinic.example/v.mp4",
                "vimeo https://player.vimeo.com/video/12?h=x",
                "youtube https://www.youtube-nocookie.com/embed/abc",
            ]
        );
        assert_eq!(videos[0].title, "Living with asthma");
    }
}

//! A notice without any button: nothing to look around from but its own words. Looked for
//! last, when nothing on the page can be answered.

use futures_util::future::join_all;

use super::banner::Banner;
use super::probe::{self, Around, Kind};
use super::rule::Rules;
use crate::dom::{Accessible, Dom, FrameId};

/// Texts looked at; a notice is among the first that speak of consent, or there is none.
const MOST_TEXTS: usize = 40;
/// Shorter ones are captions, such as that of the link back to the settings.
const SHORTEST: usize = 40;
/// In the flow of a page, longer ones are articles about cookies.
const LONGEST_IN_FLOW: usize = 500;

/// And further down, CSS pixels, they are part of what the page is about.
const LOWEST_IN_FLOW: f64 = 120.0;

/// The notice that a frame shows, if it shows one.
pub(super) async fn notice(dom: &impl Dom, rules: &Rules, frame: &FrameId) -> Option<Banner> {
    let tree = dom.accessible(frame).await.ok()?;
    let texts = tree.iter().filter(|entry| {
        matches!(entry.role.as_str(), "StaticText" | "text")
            && rules.words.is_about_consent(&entry.name)
    });
    let texts = texts.take(MOST_TEXTS).filter(|text| !names_a_control(&tree, &text.name));
    let function = probe::surroundings_function(&[], rules.words.topics());
    let answers = texts.map(|text| probe::surroundings(dom, &text.element, &function));
    let shown = join_all(answers).await.into_iter().flatten().filter(|a| a.shown && !a.is_link);
    let around = shown.filter_map(|a| a.banner).filter(|around| is_notice(rules, around));
    let mut banner = Banner { frame: frame.clone(), ..Banner::silent("generic", "unknown") };
    banner.around = around.max_by_key(|around| around.kind)?;
    banner.describe();
    Some(banner)
}

/// A text in a button or link is named like it.
fn names_a_control(tree: &[Accessible], text: &str) -> bool {
    tree.iter().any(|entry| {
        matches!(entry.role.as_str(), "button" | "link" | "menuitem") && entry.name.contains(text)
    })
}

fn is_notice(rules: &Rules, around: &Around) -> bool {
    let length = around.text.chars().count();
    let fits = match around.kind {
        Kind::Floating | Kind::Dialog => true,
        Kind::Flow => length <= LONGEST_IN_FLOW && around.y <= LOWEST_IN_FLOW,
        Kind::Frame | Kind::Popup => false,
    };
    fits && length >= SHORTEST && around.fields == 0 && !rules.words.asks_for_age(&around.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_floats_or_heads_the_page() {
        let rules = Rules::builtin().unwrap();
        let text = "By using this shop you agree to our use of cookies. Read more";
        let notice = |kind, y, text: &str| {
            let text = text.to_owned();
            is_notice(&rules, &Around { kind, y, text, ..Around::default() })
        };
        assert!(notice(Kind::Floating, 700.0, text));
        assert!(notice(Kind::Flow, 0.0, text));
        assert!(!notice(Kind::Flow, 400.0, text), "a chapter of a privacy notice");
        assert!(!notice(Kind::Flow, 0.0, &text.repeat(20)), "an article about cookies");
        assert!(!notice(Kind::Floating, 0.0, "Cookie settings"), "the way back to a choice");
    }
}

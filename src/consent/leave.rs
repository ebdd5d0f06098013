//! Leaves a banner alone: scrolls and clicks somewhere else on the page, and looks whether
//! the site takes that for consent.

use super::act::stored;
use super::banner::Banner;
use super::find::look;
use super::probe;
use super::read::{Snapshot, read_back};
use super::rule::Rules;
use crate::dom::{Dom, Element, FrameId};
use crate::model::{Choice, ChoiceOutcome, ChoicePath, Cmp, ConsentReading, Decision};

/// Places tried for the click; a page whose text is all links has none.
const MOST_PLACES: usize = 12;
/// What text stands in, and the page itself.
const PLACES: &[&str] = &["main p", "p", "h1", "h2", "main", "body"];

/// Scrolls through the page and clicks on its text. `banner` is what was found before, if
/// anything was.
pub async fn leave_alone(dom: &impl Dom, rules: &Rules, banner: Option<&Banner>) -> Choice {
    let mut choice = Choice::new(Decision::LeaveAlone);
    let Some(banner) = banner.filter(|banner| banner.cmp.banner_visible) else {
        choice.outcome = ChoiceOutcome::NoBanner;
        choice.note = "no banner appeared".to_owned();
        return choice;
    };
    choice.readings = read_back(dom, rules, &banner.cmp, false).await;
    let before = Snapshot::take(dom).await;
    drop(dom.scroll_through().await);
    choice.path.push(step("scroll", "the page, to its end and back"));
    if let Some(element) = elsewhere(dom).await
        && dom.click(&element).await.is_ok()
    {
        choice.path.push(step("click", "text of the page, outside the banner"));
    }
    let answered: [Cmp; 1] = [banner.cmp.clone()];
    let after = stored(dom, rules, &answered, &before).await;
    let gone = look(dom, rules).await.is_ok_and(|seen| seen.banners.is_empty());
    judge(&mut choice, &after, gone);
    choice.readings.extend(after);
    choice
}

fn step(action: &str, label: &str) -> ChoicePath {
    ChoicePath { action: action.to_owned(), label: label.to_owned(), by: "generic".to_owned() }
}

/// Consent is what is granted now and was not before, or a banner that went away and left
/// a record.
fn judge(choice: &mut Choice, after: &[ConsentReading], gone: bool) {
    let granted = |readings: &[ConsentReading]| {
        let all = readings.iter().flat_map(|r| r.purposes.iter().map(move |p| (r.source, p)));
        let granted = all.filter(|(_, (_, granted))| *granted);
        granted.map(|(source, (name, _))| (source, name.clone())).collect::<Vec<_>>()
    };
    let before = granted(&choice.readings);
    let new: Vec<String> =
        granted(after).into_iter().filter(|g| !before.contains(g)).map(|(_, name)| name).collect();
    (choice.outcome, choice.note) = match (new.is_empty(), gone) {
        (false, _) => {
            let names = new.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            (ChoiceOutcome::ImpliedConsent, format!("the site took it as consent to {names}"))
        }
        (true, true) => {
            (ChoiceOutcome::ImpliedConsent, "the banner went away without an answer".to_owned())
        }
        (true, false) => (ChoiceOutcome::NothingTaken, "the banner went on asking".to_owned()),
    };
}

/// Text of the page that does nothing when it is clicked, in view and outside every banner.
async fn elsewhere(dom: &impl Dom) -> Option<Element> {
    let top: FrameId = dom.frames().await.ok()?.into_iter().next()?.id;
    for selector in PLACES {
        let elements = dom.query(&top, selector).await.unwrap_or_default();
        for element in elements.into_iter().take(MOST_PLACES) {
            if probe::is_idle(dom, &element).await {
                return Some(element);
            }
        }
    }
    None
}

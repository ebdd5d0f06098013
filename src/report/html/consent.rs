//! Which banner there was, what was chosen on it, and what proves that.

use serde::Serialize;

use super::super::text::Text;
use super::super::words;
use super::pictures::{Pictures, Shown};
use super::{Context, LABEL, Listed};
use crate::model::{Choice, ChoicePath, Cmp, ConsentReading, Visit};

const SITES: usize = 20;
const BUTTONS: usize = 12;
const STEPS: usize = 12;
const READINGS: usize = 20;
const BANNER_TEXT: usize = 400;

#[derive(Serialize)]
pub(super) struct Consent {
    sites: Listed<Site>,
}

#[derive(Serialize)]
struct Site {
    site: Text,
    banner: Option<Banner>,
    choices: Vec<Made>,
    picture: Option<Shown>,
}

#[derive(Serialize)]
struct Banner {
    name: Text,
    visible: bool,
    first_layer: &'static str,
    buttons: Listed<Text>,
    text: Text,
}

#[derive(Serialize)]
struct Made {
    wanted: Text,
    class: &'static str,
    outcome: &'static str,
    how: String,
    steps: Listed<Text>,
    sources: Vec<&'static str>,
    disagreements: Vec<Text>,
    note: Text,
    readings: Listed<Reading>,
}

#[derive(Serialize)]
struct Reading {
    source: &'static str,
    name: Text,
    when: &'static str,
    value: Text,
    purposes: String,
}

impl Consent {
    pub(super) fn of(context: &Context<'_>, pictures: &mut Pictures<'_>) -> Self {
        let capture = &context.report.capture;
        let mut sites = Listed::first(capture.sites(), SITES, |name| site(name, &capture.visits));
        for (row, name) in sites.rows.iter_mut().zip(capture.sites()) {
            row.picture = picture(name, &capture.visits, pictures);
        }
        Self { sites }
    }
}

fn site(name: &str, visits: &[Visit]) -> Site {
    let mine = || visits.iter().filter(|visit| visit.site == name);
    // A visible banner tells more than a platform that stayed silent.
    let cmps = || mine().filter_map(|visit| visit.cmp.as_ref());
    let cmp = cmps().find(|cmp| cmp.banner_visible).or_else(|| cmps().next());
    let mut choices: Vec<(&Visit, &Choice)> = Vec::new();
    for visit in mine() {
        let known = choices.iter().any(|(seen, _)| seen.pass() == visit.pass());
        if let Some(choice) = visit.choice.as_ref().filter(|_| !known) {
            choices.push((visit, choice));
        }
    }
    Site {
        site: Text::named(name, LABEL),
        banner: cmp.map(banner),
        choices: choices.into_iter().map(|(_, choice)| made(choice)).collect(),
        picture: None,
    }
}

/// The first picture of the site's banner.
fn picture(name: &str, visits: &[Visit], pictures: &mut Pictures<'_>) -> Option<Shown> {
    let mine = visits.iter().filter(|visit| visit.site == name);
    let mut shots = mine.flat_map(|visit| &visit.collected.screenshots);
    let banner = shots.find(|shot| shot.shows == "banner")?;
    pictures.show(&banner.file, Text::named(&format!("the banner on {name}"), LABEL))
}

fn banner(cmp: &Cmp) -> Banner {
    let name = match (cmp.id.as_str(), &cmp.version) {
        ("generic", _) => "A banner of no known platform".to_owned(),
        (_, Some(version)) => format!("{} {version}", cmp.name),
        (_, None) => cmp.name.clone(),
    };
    Banner {
        name: Text::named(&name, LABEL),
        visible: cmp.banner_visible,
        first_layer: match cmp.reject_on_first_layer {
            Some(true) => "Yes",
            Some(false) => "No",
            None => "Not known: no banner was visible",
        },
        buttons: Listed::first(&cmp.buttons, BUTTONS, |b| Text::captured(b, 60)),
        text: Text::captured(&cmp.banner_text, BANNER_TEXT),
    }
}

fn made(choice: &Choice) -> Made {
    let clicks = words::count(choice.clicks as usize, "click", "clicks");
    let how = choice.via.map(|via| format!("{clicks}, {}", words::via(via))).unwrap_or_default();
    Made {
        wanted: Text::named(&words::decision(&choice.decision), LABEL),
        class: match choice.outcome.is_observation() {
            _ if choice.verified => "good",
            true => "unknown",
            false => "bad",
        },
        outcome: words::outcome(choice.outcome),
        how,
        steps: Listed::first(&choice.path, STEPS, step),
        sources: choice.sources.iter().map(|source| words::source(*source)).collect(),
        disagreements: choice.disagreements.iter().map(|d| Text::captured(d, 300)).collect(),
        note: Text::captured(&choice.note, 300),
        readings: Listed::first(&choice.readings, READINGS, reading),
    }
}

fn step(step: &ChoicePath) -> Text {
    Text::captured(&format!("{} “{}”", step.action, step.label), LABEL)
}

fn reading(reading: &ConsentReading) -> Reading {
    let granted = reading.purposes.iter().filter(|(_, granted)| *granted).count();
    let purposes = match reading.purposes.len() {
        0 => String::new(),
        all => format!("{granted} of {} granted", words::count(all, "purpose", "purposes")),
    };
    Reading {
        source: words::source(reading.source),
        name: Text::captured(&reading.name, LABEL),
        when: if reading.after { "after" } else { "before" },
        value: Text::captured(&reading.value, 160),
        purposes,
    }
}

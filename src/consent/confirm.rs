//! Decides how a choice ended. Believed is what at least two independent kinds of source
//! say and no source of the platform itself contradicts; anything less is inconclusive.

use std::collections::BTreeSet;

use crate::model::{Choice, ChoiceOutcome, ConsentReading, Decision, ReadingSource};

/// What was seen when the page was loaded again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReloadCheck {
    /// The banner asked again.
    pub banner_visible: bool,
    /// What was read then.
    pub readings: Vec<ConsentReading>,
    /// Links and buttons that lead back to the choice; see [`super::ways_back`].
    pub ways_back: Option<Vec<String>>,
}

/// Everything that was seen after a choice.
#[derive(Debug, Clone, Default)]
pub struct Confirmation<'a> {
    /// The same page, loaded once more.
    pub reload: ReloadCheck,
    /// Another page of the site, if it has one.
    pub second_page: Option<ReloadCheck>,
    /// Signals on the wire; see [`super::wire_signals`].
    pub signals: Vec<ConsentReading>,
    /// The readings of the profile that made the opposite choice.
    pub other: Option<&'a [ConsentReading]>,
}

/// Sets outcome, `verified`, sources and disagreements of a choice that was made.
#[must_use]
pub fn confirm(mut choice: Choice, seen: Confirmation<'_>) -> Choice {
    if choice.via.is_none() {
        if choice.note.is_empty() && !choice.outcome.is_observation() {
            choice.note = "nothing could be clicked".to_owned();
        }
        return choice;
    }
    let later = seen.second_page.iter().chain([&seen.reload]);
    let later: Vec<ConsentReading> = later.flat_map(|check| check.readings.clone()).collect();
    choice
        .readings
        .extend(later.into_iter().map(|reading| ConsentReading { after: true, ..reading }));
    choice.readings.extend(seen.signals.iter().cloned());
    choice.readings.sort_by(|a, b| {
        (a.after, a.source, &a.name, &a.value).cmp(&(b.after, b.source, &b.name, &b.value))
    });
    choice.readings.dedup();

    choice.ways_back.clone_from(&seen.reload.ways_back);
    let (mut sources, doubts) = weigh(&choice);
    let asked = seen.reload.banner_visible
        || seen.second_page.as_ref().is_some_and(|page| page.banner_visible);
    // To forget a consent and to ask anew is one way of taking it back.
    let again = asked && choice.decision != Decision::Withdraw;
    if !asked {
        sources.insert(ReadingSource::Persistence);
    }
    if seen.other.is_some_and(|other| differs(&choice, other)) {
        sources.insert(ReadingSource::Differential);
    }
    for (source, _) in &doubts {
        sources.remove(source);
    }
    choice.verified = is_proved(&sources, &doubts);
    choice.sources = sources.into_iter().collect();
    choice.disagreements = doubts.into_iter().map(|(_, what)| what).collect();
    if again {
        choice.disagreements.push("the banner asked again after the choice".to_owned());
    }
    conclude(&mut choice, again);
    choice
}

type Doubts = BTreeSet<(ReadingSource, String)>;

/// Which sources confirm the choice, and which contradict it.
fn weigh(choice: &Choice) -> (BTreeSet<ReadingSource>, Doubts) {
    let mut sources = BTreeSet::new();
    let mut doubts = BTreeSet::new();
    let refused = matches!(choice.decision, Decision::Reject | Decision::Withdraw)
        && choice.readings.iter().any(denies);
    for reading in choice.readings.iter().filter(|reading| reading.after) {
        // Beside a record that refuses, a bare yes says that there was an answer.
        if refused && is_bare_yes(reading) {
            continue;
        }
        match verdict(&choice.decision, reading) {
            Verdict::Confirms => drop(sources.insert(reading.source)),
            Verdict::Contradicts(what) => drop(doubts.insert((reading.source, what))),
            Verdict::Silent => {}
        }
    }
    (sources, doubts)
}

/// A change of an unknown form that refuses everything in it.
fn denies(reading: &ConsentReading) -> bool {
    reading.after
        && reading.source == ReadingSource::StorageChange
        && !reading.purposes.is_empty()
        && reading.purposes.iter().all(|(_, granted)| !granted)
}

/// A change of an unknown form that is the one word `true`, or another of its kind.
fn is_bare_yes(reading: &ConsentReading) -> bool {
    reading.source == ReadingSource::StorageChange
        && matches!(reading.purposes.as_slice(), [(name, true)] if name == "all")
}

enum Verdict {
    Confirms,
    Contradicts(String),
    Silent,
}

/// What one reading says of the choice.
fn verdict(decision: &Decision, reading: &ConsentReading) -> Verdict {
    let is_change = reading.source == ReadingSource::StorageChange;
    if reading.purposes.is_empty() {
        // That the click stored something is evidence, even if nobody can read it.
        return if is_change { Verdict::Confirms } else { Verdict::Silent };
    }
    let granted = reading.purposes.iter().filter(|(_, granted)| *granted);
    let granted: Vec<&str> = granted.map(|(name, _)| name.as_str()).collect();
    let told = |what: &str| {
        let names = granted.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        Verdict::Contradicts(
            format!("{} ({what}): {names}", reading.name).trim_end_matches(": ").to_owned(),
        )
    };
    // The form of an unknown record is guessed: only what it says throughout counts.
    if is_change && granted.len() < reading.purposes.len() && !granted.is_empty() {
        return Verdict::Confirms;
    }
    match decision {
        Decision::Accept if granted.is_empty() => told("still denies everything after accepting"),
        Decision::Reject | Decision::Withdraw if !granted.is_empty() => {
            told("still grants after refusing")
        }
        Decision::AcceptOnly(category) => {
            let category = super::words::category_of(category);
            let (wanted, other): (Vec<&str>, Vec<&str>) =
                granted.iter().partition(|name| super::words::category_of(name) == category);
            if !other.is_empty() {
                told("grants more than was accepted")
            } else if wanted.is_empty() {
                Verdict::Silent
            } else {
                Verdict::Confirms
            }
        }
        _ => Verdict::Confirms,
    }
}

/// Two independent kinds, and none of the platform's own sources against it. A signal of
/// a tag that does not obey is a finding about the tag, not a doubt about the choice.
fn is_proved(sources: &BTreeSet<ReadingSource>, doubts: &Doubts) -> bool {
    use ReadingSource as S;
    let own = |source: &S| {
        matches!(source, S::StoredRecord | S::PlatformApi | S::Tcf | S::Gpp | S::StorageChange)
    };
    if doubts.iter().any(|(source, _)| own(source)) {
        return false;
    }
    let interface = [S::PlatformApi, S::Tcf, S::Gpp].iter().any(|s| sources.contains(s));
    let record = sources.contains(&S::StoredRecord) || sources.contains(&S::StorageChange);
    let others = [S::Signal, S::Persistence, S::Differential];
    let others = others.iter().filter(|source| sources.contains(source)).count();
    let kinds = usize::from(interface) + usize::from(record) + others;
    // A banner that stays away proves that something was stored, not what.
    (interface || record) && kinds >= 2
}

/// The same key holds something else in the profile that chose the opposite.
fn differs(choice: &Choice, other: &[ConsentReading]) -> bool {
    choice.readings.iter().filter(|mine| mine.after).any(|mine| {
        other.iter().filter(|theirs| theirs.after).any(|theirs| {
            let same_key = (mine.source, &mine.name) == (theirs.source, &theirs.name);
            let told = !mine.purposes.is_empty() && !theirs.purposes.is_empty();
            same_key
                && if told {
                    mine.purposes != theirs.purposes
                } else {
                    without_numbers(&mine.value) != without_numbers(&theirs.value)
                }
        })
    })
}

/// A value without what differs in every profile anyway: times and ids.
fn without_numbers(value: &str) -> String {
    let words = value.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| word.len() < 6 || !word.contains(|c: char| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

fn conclude(choice: &mut Choice, again: bool) {
    if choice.verified && !again {
        choice.outcome = ChoiceOutcome::Verified;
        choice.note.clear();
        return;
    }
    choice.verified = false;
    let stored = choice.readings.iter().any(|reading| {
        reading.after
            && match reading.source {
                ReadingSource::StoredRecord => !reading.purposes.is_empty(),
                ReadingSource::StorageChange => true,
                _ => false,
            }
    });
    if choice.outcome == ChoiceOutcome::ReloadLoop && again || choice.outcome.is_observation() {
        return;
    }
    (choice.outcome, choice.note) = if again && !stored && !choice.note.is_empty() {
        // The clicks themselves went wrong.
        (ChoiceOutcome::Inconclusive, std::mem::take(&mut choice.note))
    } else if again && !stored {
        (
            ChoiceOutcome::BannerOnlyHidden,
            "the banner went away, nothing was stored, and it asks again".to_owned(),
        )
    } else if again {
        (
            ChoiceOutcome::Inconclusive,
            "the banner asks again although something was stored".to_owned(),
        )
    } else if !choice.disagreements.is_empty() {
        (ChoiceOutcome::Inconclusive, "the site's own sources contradict the choice".to_owned())
    } else if stored {
        (ChoiceOutcome::Inconclusive, "fewer than two sources confirm the choice".to_owned())
    } else {
        (ChoiceOutcome::Inconclusive, "no source tells what was stored".to_owned())
    };
}

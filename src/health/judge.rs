//! Weighs what a text holds: one sum, every summand kept as evidence.
//!
//! The strongest term counts in full, further ones add a little, the place lends
//! its context, and what speaks against is subtracted. From three on it is PHI-like.

use super::data::{Effect, On, Shape};
use super::hits::{Hit, find, host_hits};
use super::lexicon::{Lexicon, Meaning, PageInput};
use super::read::{self, Parts};
use super::token::Tokens;
use super::{Evidence, HealthLabel, PageKind, Verdict};

/// A strong term alone, or a medium one in a health context.
const PHI_FROM: f64 = 3.0;
/// What a second and a third independent term add.
const FURTHER_TERMS: [f64; 2] = [1.0, 0.5];
/// Context of health counts up to this.
const MOST_CONTEXT: f64 = 2.0;
/// Evidence beyond this many pieces is not kept; the sum has it all.
const MOST_EVIDENCE: usize = 24;

/// Judges a page by all that is known of it.
pub(super) fn page(lexicon: &Lexicon, page: &PageInput<'_>) -> Verdict {
    let parts = Parts::of(page.url);
    let mut tokens = Tokens::default();
    read::address(&mut tokens, &parts);
    read::page(&mut tokens, page);
    let mut hits = host_hits(lexicon, &parts);
    hits.extend(find(lexicon, &tokens));
    add_shapes(lexicon, &parts, &tokens, &mut hits);
    weigh(lexicon, hits, 0.0)
}

/// Judges one parameter's value, sent from a page with this verdict.
pub(super) fn text(lexicon: &Lexicon, value: &str, from: &Verdict) -> Verdict {
    let lent = if from.label == HealthLabel::None { 0.0 } else { 1.0 };
    let mut tokens = Tokens::default();
    let mut hits = Vec::new();
    if read::is_address(value) {
        let parts = Parts::of(value);
        read::address(&mut tokens, &parts);
        hits = host_hits(lexicon, &parts);
        hits.extend(find(lexicon, &tokens));
        add_shapes(lexicon, &parts, &tokens, &mut hits);
        return weigh(lexicon, hits, 0.0);
    }
    tokens.push(super::token::Place::Text, "", value);
    hits.extend(find(lexicon, &tokens));
    weigh(lexicon, hits, lent)
}

/// Shapes of an address stand in for words: a date in the path makes it an article.
fn add_shapes(lexicon: &Lexicon, parts: &Parts<'_>, tokens: &Tokens, hits: &mut Vec<Hit>) {
    let unless = |entry: usize| {
        let words = &lexicon.entries[entry].unless;
        !words.is_empty()
            && tokens.any(|token| {
                lexicon.trie.word(token).is_some_and(|id| words.binary_search(&id).is_ok())
            })
    };
    for (shape, entry) in &lexicon.shapes {
        let (holds, term) = match shape {
            Shape::Dated => (read::is_dated(parts), "date in the path"),
            Shape::LongSlug => (read::has_long_slug(tokens), "a sentence as the path"),
            Shape::Home => (read::is_home(parts), "home page"),
            Shape::Clinician => (read::names_a_clinician(parts), "a name after doctors"),
        };
        if holds && !unless(*entry) {
            hits.push(Hit { entry: *entry, term: term.to_owned(), place: "path".to_owned() });
        }
    }
}

/// The hits by what they mean.
#[derive(Default)]
struct Sorted {
    topics: Vec<Hit>,
    support: Vec<Hit>,
    against: Vec<(Effect, Hit)>,
}

fn weigh(lexicon: &Lexicon, hits: Vec<Hit>, lent: f64) -> Verdict {
    let health_host = hits.iter().any(|hit| {
        hit.place == "host"
            && matches!(lexicon.entries[hit.entry].meaning, Meaning::Context(Effect::Health))
    });
    let sorted = sort(lexicon, hits, health_host);
    let mut evidence = Vec::new();
    let for_it = topics(lexicon, &sorted.topics, &mut evidence);
    let context = support(lexicon, &sorted.support, lent, &mut evidence);
    let (against, effect) = against(lexicon, &sorted.against, &mut evidence);
    let score = if for_it > 0.0 { for_it + context + against } else { context + against };
    let label = label(for_it, score, context > 0.0, effect);
    let entries = sorted.topics.iter().map(|hit| lexicon.entries[hit.entry].name.as_str());
    let categories = lexicon.sorted_categories(entries);
    evidence.truncate(MOST_EVIDENCE);
    Verdict { label, score, page_kind: page_kind(lexicon, &sorted, label), categories, evidence }
}

fn label(for_it: f64, score: f64, context: bool, against: Option<Effect>) -> HealthLabel {
    if for_it > 0.0 && score >= PHI_FROM {
        return HealthLabel::Phi;
    }
    let of_the_sector = context || for_it >= 3.0 || (for_it >= 2.0 && against.is_none());
    match against {
        Some(Effect::Elsewhere) => HealthLabel::None,
        Some(Effect::Article) if !context && for_it < 3.0 => HealthLabel::None,
        _ if of_the_sector => HealthLabel::HealthGeneric,
        _ => HealthLabel::None,
    }
}

fn sort(lexicon: &Lexicon, hits: Vec<Hit>, health_host: bool) -> Sorted {
    let mut sorted = Sorted::default();
    for hit in hits {
        let entry = &lexicon.entries[hit.entry];
        let applies = match entry.on {
            On::Any => true,
            On::HealthHosts => health_host,
            On::OtherHosts => !health_host,
        };
        match entry.meaning {
            _ if !applies => {}
            Meaning::Decoy => {}
            Meaning::Topic => sorted.topics.push(hit),
            Meaning::Context(Effect::Health) => sorted.support.push(hit),
            Meaning::Context(effect) => sorted.against.push((effect, hit)),
        }
    }
    sorted.topics.sort_by(|a, b| {
        lexicon.entries[b.entry].weight.total_cmp(&lexicon.entries[a.entry].weight)
    });
    sorted
}

/// The strongest term in full, two further distinct ones a little each.
fn topics(lexicon: &Lexicon, topics: &[Hit], evidence: &mut Vec<Evidence>) -> f64 {
    let mut sum = 0.0;
    let mut seen: Vec<&str> = Vec::new();
    let mut everyday: Vec<&str> = Vec::new();
    for hit in topics {
        let entry = &lexicon.entries[hit.entry];
        let category = entry.name.as_str();
        let again = everyday.contains(&category);
        if lexicon.categories.get(category).is_some_and(|known| known.everyday) {
            everyday.push(category);
        }
        let new = !again && !seen.iter().any(|term| is_form_of(term, &hit.term));
        let weight = match seen.len() {
            _ if !new => 0.0,
            0 => entry.weight,
            further => FURTHER_TERMS.get(further - 1).copied().unwrap_or(0.0),
        };
        if new {
            seen.push(&hit.term);
        }
        sum += weight;
        evidence.push(piece(hit, &entry.name, weight));
    }
    sum
}

/// `fracture` and `fractures`, `hip` and `hip pain` are one topic, not two.
fn is_form_of(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.starts_with(short)
}

fn support(lexicon: &Lexicon, support: &[Hit], lent: f64, evidence: &mut Vec<Evidence>) -> f64 {
    let mut sum = lent;
    let mut seen: Vec<&str> = Vec::new();
    for hit in support {
        let entry = &lexicon.entries[hit.entry];
        if seen.contains(&entry.name.as_str()) {
            continue;
        }
        seen.push(&entry.name);
        let weight = entry.weight.min(MOST_CONTEXT - sum).max(0.0);
        sum += weight;
        evidence.push(piece(hit, &entry.name, weight));
    }
    sum
}

/// Only the one that speaks most against counts: contexts repeat themselves.
fn against(
    lexicon: &Lexicon,
    against: &[(Effect, Hit)],
    evidence: &mut Vec<Evidence>,
) -> (f64, Option<Effect>) {
    let mut least = (0.0, None);
    for (effect, hit) in against {
        let entry = &lexicon.entries[hit.entry];
        evidence.push(piece(hit, &entry.name, entry.weight));
        if entry.weight < least.0 {
            least = (entry.weight, Some(*effect));
        }
    }
    least
}

fn piece(hit: &Hit, category: &str, weight: f64) -> Evidence {
    Evidence {
        term: hit.term.clone(),
        place: hit.place.clone(),
        category: category.to_owned(),
        weight,
    }
}

/// The rarest purpose that the page shows; a topic alone makes a condition page.
fn page_kind(lexicon: &Lexicon, sorted: &Sorted, label: HealthLabel) -> PageKind {
    let all = sorted.topics.iter().chain(&sorted.support);
    let all = all.chain(sorted.against.iter().map(|(_, hit)| hit));
    let named =
        all.filter_map(|hit| lexicon.entries[hit.entry].page).min_by_key(|kind| rank(*kind));
    let topic = sorted.topics.first().filter(|_| label == HealthLabel::Phi);
    let of_topic = topic.and_then(|hit| {
        let kind = lexicon.categories.get(&lexicon.entries[hit.entry].name)?.page;
        (kind != PageKind::Other).then_some(kind)
    });
    let kinds = [named, of_topic];
    kinds.into_iter().flatten().min_by_key(|kind| rank(*kind)).unwrap_or_default()
}

/// Which purpose wins when a page shows several.
fn rank(kind: PageKind) -> u8 {
    match kind {
        PageKind::Careers => 0,
        PageKind::Refill => 1,
        PageKind::Results => 2,
        PageKind::Appointment => 3,
        PageKind::SymptomChecker => 4,
        PageKind::Billing => 5,
        PageKind::Login => 6,
        PageKind::Portal => 7,
        PageKind::Provider => 8,
        PageKind::Search => 9,
        PageKind::Condition => 10,
        PageKind::Article => 11,
        PageKind::Other => 12,
    }
}

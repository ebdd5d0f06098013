//! Finds the lexicon's entries in a text: the longest phrase at each word wins,
//! so that `water treatment` is not a treatment.

use super::lexicon::{Lexicon, Part};
use super::read::Parts;
use super::token::{Field, Place, Tokens};

/// An entry that was found.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    /// Its index in [`Lexicon::entries`].
    pub(super) entry: usize,
    /// The words that were found.
    pub(super) term: String,
    /// Where: `path`, `query.q` …
    pub(super) place: String,
}

/// Every entry found in the tokens, rules on other words applied.
pub(super) fn find(lexicon: &Lexicon, tokens: &Tokens) -> Vec<Hit> {
    let last = tokens.fields().last().map_or(0, |field| field.tokens.end);
    let ids: Vec<Option<u32>> = (0..last).map(|at| lexicon.trie.word(tokens.get(at))).collect();
    let mut present: Vec<u32> = ids.iter().flatten().copied().collect();
    present.sort_unstable();
    let stands = |id: &u32| present.binary_search(id).is_ok();
    let mut hits = Vec::new();
    for field in tokens.fields() {
        find_in(lexicon, tokens, &ids, field, &mut hits);
    }
    hits.retain(|hit: &Hit| {
        let entry = &lexicon.entries[hit.entry];
        !entry.unless.iter().any(stands) && (entry.with.is_empty() || entry.with.iter().any(stands))
    });
    hits
}

/// Terms and contexts are covered apart: `nursing fellowship` is a term's word and
/// a context's.
fn find_in(
    lexicon: &Lexicon,
    tokens: &Tokens,
    ids: &[Option<u32>],
    field: &Field,
    hits: &mut Vec<Hit>,
) {
    let mut covered = [field.tokens.start; 2];
    for at in field.tokens.clone() {
        let rest = &ids[at..field.tokens.end];
        for (class, covered) in covered.iter_mut().enumerate() {
            if at < *covered {
                continue;
            }
            let fits = |index: &usize, length: usize| {
                let entry = &lexicon.entries[*index];
                usize::from(entry.is_context()) == class
                    && entry.fits(field.place, length == field.tokens.len())
            };
            let found = lexicon.trie.prefixes(rest);
            let longest = found.filter(|(length, all)| all.iter().any(|i| fits(i, *length))).last();
            let Some((length, entries)) = longest else { continue };
            *covered = at + length;
            let words: Vec<&str> = (at..at + length).map(|at| tokens.get(at)).collect();
            hits.extend(entries.iter().filter(|index| fits(index, length)).map(|index| Hit {
                entry: *index,
                term: words.join(" "),
                place: place_of(field),
            }));
        }
    }
}

fn place_of(field: &Field) -> String {
    match field.place {
        Place::Value => format!("query.{}", field.key),
        place => place.name().to_owned(),
    }
}

/// What the host name itself says: listed domains, then signs on its labels.
pub(super) fn host_hits(lexicon: &Lexicon, parts: &Parts<'_>) -> Vec<Hit> {
    let host = parts.host.to_ascii_lowercase();
    let mut hits = Vec::new();
    let mut push = |entries: &[usize], term: &str| {
        hits.extend(entries.iter().map(|entry| Hit {
            entry: *entry,
            term: term.to_owned(),
            place: "host".to_owned(),
        }));
    };
    let mut rest = host.as_str();
    while !rest.is_empty() {
        if let Some(entries) = lexicon.domains.get(rest) {
            push(entries, rest);
            return hits;
        }
        rest = rest.split_once('.').map_or("", |(_, rest)| rest);
    }
    let lowered = Parts { host: &host, ..Parts::default() };
    for label in lowered.labels() {
        for (part, sign, entries) in &lexicon.labels {
            let holds = match part {
                Part::Begin => label.starts_with(sign.as_str()),
                Part::End => label.ends_with(sign.as_str()),
                Part::Inside => label.contains(sign.as_str()),
            };
            if holds {
                push(entries, sign);
            }
        }
    }
    hits
}

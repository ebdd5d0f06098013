//! What parameters mean, in layers: the signature's own words, its vendor's, and those that
//! mean the same whoever receives them. A layer is shared by all who stand on it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::vocabulary::{COMMON_PARAMS, data_kind_label};

/// What a parameter means. Every hit repeats it, so its texts are shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// A name that a person understands.
    pub(super) label: Arc<str>,
    /// Its kind, from [`super::vocabulary::DATA_KINDS`]; empty if none.
    pub(super) data: Arc<str>,
}

impl Meaning {
    pub(super) fn new(label: &str, data: &str) -> Self {
        Self { label: label.into(), data: data.into() }
    }
}

/// The meanings of one layer by name; a name may hold one `*`.
#[derive(Debug, Default)]
pub(super) struct Layer {
    exact: FxHashMap<String, Meaning>,
    globs: Vec<(String, String, Meaning)>,
}

impl Layer {
    pub(super) fn insert(&mut self, name: &str, meaning: Meaning) {
        match name.split_once('*') {
            None => drop(self.exact.insert(name.to_owned(), meaning)),
            Some((start, end)) => self.globs.push((start.to_owned(), end.to_owned(), meaning)),
        }
    }

    /// What means the same whoever receives it.
    pub(super) fn common() -> Arc<Self> {
        static COMMON: OnceLock<Arc<Layer>> = OnceLock::new();
        let common = COMMON.get_or_init(|| {
            let mut layer = Self::default();
            for (name, data) in COMMON_PARAMS {
                let label = data_kind_label(data).unwrap_or_default();
                layer.insert(name, Meaning::new(label, data));
            }
            Arc::new(layer)
        });
        Arc::clone(common)
    }
}

/// The layers that a signature stands on, its own first.
#[derive(Debug, Clone, Default)]
pub(super) struct Params {
    layers: Vec<Arc<Layer>>,
    /// Of names that no layer has.
    nothing: Meaning,
}

impl Params {
    pub(super) fn of(layers: Vec<Arc<Layer>>) -> Self {
        let layers = layers.into_iter().filter(|l| !l.exact.is_empty() || !l.globs.is_empty());
        Self { layers: layers.collect(), nothing: Meaning::default() }
    }

    /// What a name means; an empty meaning where nobody says.
    pub(super) fn meaning(&self, name: &str) -> &Meaning {
        self.known(name).unwrap_or(&self.nothing)
    }

    fn known(&self, name: &str) -> Option<&Meaning> {
        if let Some(meaning) = self.layers.iter().find_map(|layer| layer.exact.get(name)) {
            return Some(meaning);
        }
        if let Some(plain) = without_indexes(name) {
            return self.known(&plain);
        }
        let globs = self.layers.iter().flat_map(|layer| &layer.globs);
        let fits = globs.filter(|(start, end, _)| {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        });
        // The most special one; of equals that of the nearest layer.
        let best =
            fits.reduce(|best, glob| if special(glob) > special(best) { glob } else { best });
        best.map(|(_, _, meaning)| meaning)
    }

    /// Every name with its meaning, sorted by name, each once.
    pub(super) fn all(&self) -> BTreeMap<String, &Meaning> {
        let mut all = BTreeMap::new();
        for layer in &self.layers {
            let exact = layer.exact.iter().map(|(name, meaning)| (name.clone(), meaning));
            let globs = layer.globs.iter();
            let globs = globs.map(|(start, end, meaning)| (format!("{start}*{end}"), meaning));
            for (name, meaning) in exact.chain(globs) {
                all.entry(name).or_insert(meaning);
            }
        }
        all
    }
}

fn special((start, end, _): &(String, String, Meaning)) -> (usize, usize) {
    (start.len(), end.len())
}

/// `user_data.em[0]` → `user_data.em`; `None` if there is no index.
fn without_indexes(name: &str) -> Option<String> {
    if !name.contains('[') {
        return None;
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        rest = match after.split_once(']') {
            Some((digits, after)) if digits.bytes().all(|b| b.is_ascii_digit()) => after,
            _ => {
                out.push('[');
                after
            }
        };
    }
    out.push_str(rest);
    (out.len() < name.len()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(names: &[(&str, &str)]) -> Arc<Layer> {
        let mut layer = Layer::default();
        names.iter().for_each(|(name, label)| layer.insert(name, Meaning::new(label, "")));
        Arc::new(layer)
    }

    #[test]
    fn meanings_go_from_exact_to_general() {
        let names =
            [("ud[*]", "hash"), ("ud[em]", "e-mail"), ("u*", "any"), ("user_data.em", "mail")];
        let params = Params::of(vec![layer(&names)]);
        let label = |name: &str| params.meaning(name).label.to_string();
        assert_eq!(label("ud[em]"), "e-mail");
        assert_eq!(label("ud[ph]"), "hash");
        assert_eq!(label("user_data.em[0]"), "mail");
        assert_eq!((label("udx"), label("x")), ("any".to_owned(), String::new()));
    }

    #[test]
    fn the_nearest_layer_speaks_first() {
        let near = layer(&[("id", "account"), ("e*", "near")]);
        let far = layer(&[("id", "far"), ("ev", "event"), ("e*", "far"), ("ep.*", "special")]);
        let params = Params::of(vec![near, far, Layer::common()]);
        let label = |name: &str| params.meaning(name).label.to_string();
        assert_eq!((label("id"), label("ev")), ("account".to_owned(), "event".to_owned()));
        assert_eq!((label("ex"), label("ep.x")), ("near".to_owned(), "special".to_owned()));
        assert_eq!(label("gclid"), "advertisement click id");
        assert_eq!(&*params.all()["id"].label, "account");
    }
}

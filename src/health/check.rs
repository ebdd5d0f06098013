//! Holds every group of the lexicon to its own examples.

use super::lexicon::{Example, Lexicon, PageInput};
use super::{HealthLabel, Verdict};

impl Lexicon {
    /// The examples that the lexicon does not keep, in words; empty when it keeps all.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        self.examples.iter().filter_map(|example| self.fault(example)).collect()
    }

    fn fault(&self, example: &Example) -> Option<String> {
        let (url, title) = example.text.split_once(" | ").unwrap_or((&example.text, ""));
        let verdict = self.page(&PageInput { url, title, ..PageInput::default() });
        let Example { name, text, found, flagged } = example;
        let phi = verdict.label == HealthLabel::Phi;
        if *found && !names(&verdict, name) {
            return Some(format!("{name}: not found in `{text}`"));
        }
        if *flagged && !phi {
            return Some(format!("{name}: `{text}` is not PHI-like ({})", verdict.score));
        }
        let is_context = !self.categories.contains_key(name);
        let wrong = if is_context { names(&verdict, name) } else { phi };
        (!found && wrong).then(|| format!("{name}: found in the negative example `{text}`"))
    }
}

fn names(verdict: &Verdict, name: &str) -> bool {
    verdict.evidence.iter().any(|piece| piece.category == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_keeps_its_examples() {
        let faults = Lexicon::builtin().unwrap().check();
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn an_example_that_does_not_hold_is_told() {
        let file = "[category.a]\nweight = 1\n[[terms]]\ncategory = \"a\"\nstrength = \"strong\"\n\
                    terms = [\"gout\"]\nexamples = [\"https://x.example/flu\"]\n\
                    negative-examples = [\"https://x.example/gout\"]\n";
        let lexicon = Lexicon::parse([("a.toml", file)]).unwrap();
        let faults = lexicon.check();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("not found"), "{faults:?}");
    }
}

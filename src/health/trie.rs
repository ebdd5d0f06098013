//! All terms as one tree over tokens: a text is read once, whatever their number.

use std::collections::HashMap;

/// A tree of token sequences, each with the entries that it stands for.
#[derive(Debug)]
pub(super) struct Trie {
    words: HashMap<Box<str>, u32>,
    edges: HashMap<(u32, u32), u32>,
    entries: Vec<Vec<usize>>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { words: HashMap::new(), edges: HashMap::new(), entries: vec![Vec::new()] }
    }
}

impl Trie {
    /// Adds a phrase for an entry; a phrase may stand for several.
    pub(super) fn insert(&mut self, phrase: &[String], entry: usize) {
        let mut node = 0;
        for word in phrase {
            let word = self.intern(word);
            let next = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
            node = *self.edges.entry((node, word)).or_insert(next);
            if node == next {
                self.entries.push(Vec::new());
            }
        }
        let slot = &mut self.entries[node as usize];
        if !slot.contains(&entry) {
            slot.push(entry);
        }
    }

    /// The id of a word, given one if it is new.
    pub(super) fn intern(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        *self.words.entry(word.into()).or_insert(next)
    }

    /// The id of a word that some entry uses.
    pub(super) fn word(&self, word: &str) -> Option<u32> {
        self.words.get(word).copied()
    }

    /// The length and entries of every phrase that begins with these words, the
    /// shortest first.
    pub(super) fn prefixes<'a>(
        &'a self,
        words: &'a [Option<u32>],
    ) -> impl Iterator<Item = (usize, &'a [usize])> {
        let mut node = 0;
        let nodes = words.iter().map_while(move |word| {
            node = *self.edges.get(&(node, (*word)?))?;
            Some(node)
        });
        let entries = nodes.enumerate();
        entries.map(|(at, node)| (at + 1, self.entries[node as usize].as_slice()))
    }
}

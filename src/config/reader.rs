//! Reads TOML tables key by key: whatever is wrong is told with its line, and an unknown
//! key with the nearest known one.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::raw::{Fault, line_of, nearest};

/// A value with its place in the file.
pub(super) type Item<'t, 'i> = &'t Spanned<DeValue<'i>>;
/// What was read, or what is wrong and where.
pub(super) type Result<T> = std::result::Result<T, Fault>;

/// Reads values and knows where they stand.
pub(super) struct Reader<'s> {
    pub(super) text: &'s str,
}

impl<'s> Reader<'s> {
    /// The whole file.
    pub(super) fn whole(&self) -> Result<Spanned<DeTable<'s>>> {
        DeTable::parse(self.text).map_err(|e| self.fault(e.span(), e.message()))
    }

    /// The tables that each begin with `[[name]]`.
    pub(super) fn tables<'t, 'i>(
        &self,
        table: &'t DeTable<'i>,
        name: &str,
    ) -> Result<std::slice::Iter<'t, Spanned<DeValue<'i>>>> {
        let Some(list) = table.get(name) else { return Ok([].iter()) };
        match list.get_ref().as_array() {
            Some(items) => Ok(items.iter()),
            None => Err(self.wrong(list, &format!("a {name} begins with `[[{name}]]`"))),
        }
    }

    /// The line of a value, counted from 1.
    pub(super) fn line(&self, item: Item<'_, '_>) -> usize {
        line_of(self.text, Some(item.span()))
    }

    pub(super) fn fault(&self, span: Option<Range<usize>>, message: &str) -> Fault {
        Fault { line: line_of(self.text, span), message: message.to_owned(), hint: None }
    }

    pub(super) fn wrong(&self, item: Item<'_, '_>, message: &str) -> Fault {
        self.fault(Some(item.span()), message)
    }

    pub(super) fn hinted(&self, item: Item<'_, '_>, message: &str, hint: &str) -> Fault {
        Fault { hint: Some(hint.to_owned()), ..self.wrong(item, message) }
    }

    /// A table whose keys are all known.
    pub(super) fn table<'t, 'i>(
        &self,
        item: Item<'t, 'i>,
        what: &str,
        known: &[&str],
    ) -> Result<&'t DeTable<'i>> {
        let Some(table) = item.get_ref().as_table() else {
            return Err(self.wrong(item, &format!("{what} is a table: {{ … }}")));
        };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let hint = nearest(name, known).map(|known| format!("did you mean `{known}`?"));
                let hint = hint.or_else(|| Some(format!("known are {}", known.join(", "))));
                let message = format!("unknown key `{name}` in {what}");
                return Err(Fault { hint, ..self.fault(Some(key.span()), &message) });
            }
        }
        Ok(table)
    }

    pub(super) fn string(&self, item: Item<'_, '_>, what: &str) -> Result<String> {
        match item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong(item, &format!("`{what}` is a text, and not empty"))),
        }
    }

    pub(super) fn get(&self, table: &DeTable<'_>, key: &str) -> Result<Option<String>> {
        table.get(key).map(|item| self.string(item, key)).transpose()
    }

    pub(super) fn flag(&self, table: &DeTable<'_>, key: &str) -> Result<bool> {
        let Some(item) = table.get(key) else { return Ok(false) };
        let flag = item.get_ref().as_bool();
        flag.ok_or_else(|| self.wrong(item, &format!("`{key}` is true or false")))
    }

    pub(super) fn list<'t, 'i>(
        &self,
        item: Item<'t, 'i>,
        what: &str,
    ) -> Result<impl Iterator<Item = Item<'t, 'i>>> {
        let list = item.get_ref().as_array();
        Ok(list.ok_or_else(|| self.wrong(item, &format!("`{what}` is a list: [ … ]")))?.iter())
    }

    /// A list of texts; none is empty.
    pub(super) fn strings(&self, item: Item<'_, '_>, what: &str) -> Result<Vec<String>> {
        self.list(item, what)?.map(|item| self.string(item, what)).collect()
    }

    /// A text that has to be there.
    pub(super) fn need(
        &self,
        item: Item<'_, '_>,
        table: &DeTable<'_>,
        key: &str,
        what: &str,
    ) -> Result<String> {
        let text = self.get(table, key)?;
        text.ok_or_else(|| self.wrong(item, &format!("{what} has a `{key}`")))
    }
}

//! `[[journey]]`: the steps of a visitor, one table each. Whatever is wrong is told with
//! its line, and an unknown key with the nearest known one.

use std::collections::BTreeSet;
use std::time::Duration;

use toml::de::DeTable;

use super::reader::{Item, Reader, Result};
use super::value;
use crate::crawl::Journey;
use crate::crawl::journey::{Action, Condition, STEP_TIMEOUT, Sign, Step, Target, Value};
use crate::dom::KEYS;

const MOST_JOURNEYS: usize = 20;
const MOST_STEPS: usize = 100;
/// Seconds.
const LONGEST_STEP: u64 = 120;

const OF_JOURNEY: &[&str] = &["name", "site", "states", "steps"];
const ACTIONS: &[&str] = &[
    "goto",
    "click",
    "type",
    "select",
    "check",
    "uncheck",
    "wait-for",
    "press",
    "scroll",
    "screenshot",
    "expect",
];
const OF_TARGET: &[&str] = &["selector", "text", "label", "role", "name"];
const OF_TYPE: &[&str] = &["selector", "label", "role", "name", "text", "env"];
const OF_SELECT: &[&str] = &["selector", "label", "role", "name", "option", "env"];
const OF_CONDITION: &[&str] =
    &["selector", "text", "label", "role", "name", "url", "quiet", "absent"];
/// Words of fields that nobody may write a value down for.
const PASSWORD: &[&str] =
    &["password", "passwort", "kennwort", "passcode", "mot de passe", "contraseña", "senha"];

/// The journeys of a file that has been found to be TOML.
pub(super) fn read(text: &str) -> Result<Vec<Journey>> {
    let reader = Reader { text };
    let table = reader.whole()?;
    let mut names = BTreeSet::new();
    let mut journeys = Vec::new();
    for item in reader.tables(table.get_ref(), "journey")? {
        let journey = reader.journey(item)?;
        if !names.insert(journey.name.clone()) {
            let message = format!("there are two journeys `{}`", journey.name);
            return Err(reader.wrong(item, &message));
        }
        if journeys.len() >= MOST_JOURNEYS {
            return Err(reader.wrong(item, &format!("more than {MOST_JOURNEYS} journeys")));
        }
        journeys.push(journey);
    }
    Ok(journeys)
}

impl Reader<'_> {
    fn journey(&self, item: Item<'_, '_>) -> Result<Journey> {
        let table = self.table(item, "a journey", OF_JOURNEY)?;
        let name = self.get(table, "name")?;
        let name = name.ok_or_else(|| self.wrong(item, "a journey has a `name`"))?;
        let read = |item: Item<'_, '_>| {
            let text = self.string(item, "states")?;
            value::state(&text).map_err(|message| self.wrong(item, &message))
        };
        let states = table.get("states").map(|item| self.list(item, "states")?.map(read).collect());
        let site = table.get("site").map(|item| {
            value::target(&self.string(item, "site")?).map_err(|m| self.wrong(item, &m))
        });
        let Some(list) = table.get("steps") else {
            return Err(self.wrong(item, &format!("the journey `{name}` has no `steps`")));
        };
        let steps: Vec<Step> =
            self.list(list, "steps")?.map(|step| self.step(step)).collect::<Result<_>>()?;
        if steps.len() > MOST_STEPS {
            return Err(self.wrong(list, &format!("a journey has at most {MOST_STEPS} steps")));
        }
        if !matches!(steps.first().map(|step| &step.action), Some(Action::Goto(_))) {
            let hint = "as in `steps = [{ goto = \"/portal\" }, …]`";
            return Err(self.hinted(list, "the first step of a journey is a `goto`", hint));
        }
        Ok(Journey { name, site: site.transpose()?, states: states.transpose()?, steps })
    }

    fn step(&self, item: Item<'_, '_>) -> Result<Step> {
        let known: Vec<&str> = ACTIONS.iter().chain(&["timeout"]).copied().collect();
        let table = self.table(item, "a step", &known)?;
        let timeout = match table.get("timeout") {
            Some(item) => Duration::from_secs(self.seconds(item)?),
            None => STEP_TIMEOUT,
        };
        let mut actions = table.iter().filter(|(key, _)| key.get_ref() != "timeout");
        let (Some((key, what)), None) = (actions.next(), actions.next()) else {
            let hint = format!("one of {}", ACTIONS.join(", "));
            return Err(self.hinted(item, "a step does one thing", &hint));
        };
        Ok(Step { action: self.action(key.get_ref(), what)?, timeout })
    }

    fn seconds(&self, item: Item<'_, '_>) -> Result<u64> {
        let number = item.get_ref().as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().parse().ok());
        number.filter(|seconds| (1..=LONGEST_STEP).contains(seconds)).ok_or_else(|| {
            self.wrong(item, &format!("`timeout` is a number of seconds, 1 to {LONGEST_STEP}"))
        })
    }

    fn action(&self, name: &str, item: Item<'_, '_>) -> Result<Action> {
        Ok(match name {
            "goto" => Action::Goto(self.string(item, "goto")?),
            "click" => Action::Click(self.target(item, "click")?),
            "check" => Action::Check(self.target(item, "check")?),
            "uncheck" => Action::Uncheck(self.target(item, "uncheck")?),
            "type" => self.typed(item)?,
            "select" => self.selected(item)?,
            "press" => self.pressed(item)?,
            "screenshot" => Action::Screenshot(self.string(item, "screenshot")?),
            "scroll" if item.get_ref().as_str() == Some("page") => Action::Scroll(None),
            "scroll" => Action::Scroll(Some(self.target(item, "scroll")?)),
            "wait-for" => match self.condition(item, "wait-for")? {
                Some(condition) => Action::WaitFor(condition),
                None => Action::WaitForQuiet,
            },
            _ => match self.condition(item, "expect")? {
                Some(condition) => Action::Expect(condition),
                None => return Err(self.wrong(item, "`quiet` is waited for, not expected")),
            },
        })
    }

    /// A selector, or a table that names an element.
    fn target(&self, item: Item<'_, '_>, what: &str) -> Result<Target> {
        if let Some(selector) = item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            return Ok(Target::Selector(selector.to_owned()));
        }
        let table = self.table(item, &format!("`{what}`"), OF_TARGET)?;
        self.named(item, table, what, true)
    }

    fn named(
        &self,
        item: Item<'_, '_>,
        table: &DeTable<'_>,
        what: &str,
        by_text: bool,
    ) -> Result<Target> {
        let text = if by_text { self.get(table, "text")? } else { None };
        let (selector, label) = (self.get(table, "selector")?, self.get(table, "label")?);
        let (role, name) = (self.get(table, "role")?, self.get(table, "name")?);
        match (selector, text, label, role, name) {
            (Some(selector), None, None, None, None) => Ok(Target::Selector(selector)),
            (None, Some(text), None, None, None) => Ok(Target::Text(text)),
            (None, None, Some(label), None, None) => Ok(Target::Label(label)),
            (None, None, None, Some(role), Some(name)) => Ok(Target::Role { role, name }),
            _ => {
                let text = if by_text { " `text`," } else { "" };
                let message = format!(
                    "`{what}` names its element by one of `selector`,{text} `label`, or `role` and `name`"
                );
                Err(self.wrong(item, &message))
            }
        }
    }

    fn typed(&self, item: Item<'_, '_>) -> Result<Action> {
        let table = self.table(item, "`type`", OF_TYPE)?;
        let target = self.named(item, table, "type", false)?;
        let typed = self.value(item, table, "text")?;
        let (Target::Selector(name) | Target::Label(name) | Target::Role { name, .. }) = &target
        else {
            return Ok(Action::Type(target, typed));
        };
        let name = name.to_lowercase();
        let secret = PASSWORD.iter().any(|word| name.contains(word));
        if secret && matches!(typed, Value::Literal(_)) {
            let hint = "name an environment variable: `env = \"PORTAL_PASSWORD\"`";
            return Err(self.hinted(item, "a password is not written into this file", hint));
        }
        Ok(Action::Type(target, typed))
    }

    fn selected(&self, item: Item<'_, '_>) -> Result<Action> {
        let table = self.table(item, "`select`", OF_SELECT)?;
        let target = self.named(item, table, "select", false)?;
        Ok(Action::Select(target, self.value(item, table, "option")?))
    }

    /// A text that stands here, or in the environment.
    fn value(&self, item: Item<'_, '_>, table: &DeTable<'_>, key: &str) -> Result<Value> {
        match (self.get(table, key)?, self.get(table, "env")?) {
            (Some(text), None) => Ok(Value::Literal(text)),
            (None, Some(name)) => Ok(Value::Secret(name)),
            _ => Err(self.wrong(item, &format!("give one of `{key}` and `env`"))),
        }
    }

    fn pressed(&self, item: Item<'_, '_>) -> Result<Action> {
        let key = self.string(item, "press")?;
        if KEYS.contains(&key.as_str()) {
            return Ok(Action::Press(key));
        }
        let hint = format!("known are {}", KEYS.join(", "));
        Err(self.hinted(item, &format!("there is no key `{key}`"), &hint))
    }

    /// What is to hold; `None` for a quiet network.
    fn condition(&self, item: Item<'_, '_>, what: &str) -> Result<Option<Condition>> {
        if let Some(selector) = item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            let what = Sign::Element(Target::Selector(selector.to_owned()));
            return Ok(Some(Condition { what, present: true }));
        }
        let table = self.table(item, &format!("`{what}`"), OF_CONDITION)?;
        let present = !self.flag(table, "absent")?;
        let named =
            OF_CONDITION.iter().filter(|key| **key != "absent" && table.contains_key(**key));
        let sign = match named.copied().collect::<Vec<_>>().as_slice() {
            ["quiet"] if self.flag(table, "quiet")? && present => return Ok(None),
            ["text"] => self.get(table, "text")?.map(Sign::Text),
            ["url"] => self.get(table, "url")?.map(Sign::Url),
            _ => Some(Sign::Element(self.named(item, table, what, false)?)),
        };
        Ok(sign.map(|what| Condition { what, present }))
    }
}

#[cfg(test)]
mod tests;

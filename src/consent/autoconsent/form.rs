//! The two forms that autoconsent's rules are published in, as written: a list of named
//! fields, and a compact one whose selectors are numbers into a list of texts.

use std::cell::Cell;

use serde::Deserialize;
use serde_json::Value;

/// Keys of a step in the compact form, and what they stand for.
const SHORT: &[(&str, &str)] = &[
    ("e", "exists"),
    ("v", "visible"),
    ("c", "waitForThenClick"),
    ("k", "click"),
    ("w", "waitFor"),
    ("wv", "waitForVisible"),
    ("h", "hide"),
    ("cc", "cookieContains"),
];

/// What the texts of a compact file may come to in its rules, bytes; those of the published
/// file are well below a megabyte.
const MOST_SPELLED_OUT: usize = 16 << 20;
/// The newest kind of steps that is known here.
const STEP_VERSION: u64 = 2;

/// One rule, as written. What only matters to a browser extension is read over.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawOwn {
    pub(super) name: String,
    pub(super) cosmetic: bool,
    pub(super) intermediate: bool,
    pub(super) run_context: RawContext,
    pub(super) detect_cmp: Vec<RawStep>,
    pub(super) detect_popup: Vec<RawStep>,
    pub(super) opt_in: Vec<RawStep>,
    pub(super) opt_out: Vec<RawStep>,
    minimum_rule_step_version: Option<u64>,
}

/// Where a rule is used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawContext {
    pub(super) main: Option<bool>,
    pub(super) frame: Option<bool>,
    pub(super) url_pattern: Option<String>,
}

/// A step, as written. One with a key that is not known here cannot be used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawStep {
    pub(super) exists: Option<RawSelector>,
    pub(super) visible: Option<RawSelector>,
    pub(super) wait_for: Option<RawSelector>,
    pub(super) wait_for_visible: Option<RawSelector>,
    pub(super) click: Option<RawSelector>,
    pub(super) wait_for_then_click: Option<RawSelector>,
    pub(super) cookie_contains: Option<String>,
    pub(super) wait: Option<u64>,
    pub(super) r#if: Option<Box<RawStep>>,
    pub(super) then: Option<Vec<RawStep>>,
    pub(super) r#else: Option<Vec<RawStep>>,
    pub(super) any: Option<Vec<RawStep>>,
    /// The name of code, or code.
    pub(super) eval: Option<Value>,
    pub(super) hide: Option<Value>,
    pub(super) remove_class: Option<Value>,
    pub(super) set_style: Option<Value>,
    pub(super) add_style: Option<Value>,
    pub(super) all: bool,
    pub(super) check: Option<RawCheck>,
    pub(super) timeout: Option<u64>,
    pub(super) negated: bool,
    pub(super) optional: bool,
    // Of steps that are not done, and remarks.
    #[serde(rename = "method")]
    _method: Option<Value>,
    #[serde(rename = "selector")]
    _selector: Option<Value>,
    #[serde(rename = "comment")]
    _comment: Option<Value>,
    /// A remark of the rules that were generated.
    #[serde(rename = "text")]
    _text: Option<Value>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawCheck {
    Any,
    All,
    None,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum RawSelector {
    One(String),
    Chain(Vec<String>),
}

/// The rules of a file, each on its own: one that does not parse spoils no other.
/// `None`: the file has neither form.
pub(super) fn rules(file: &Value) -> Option<Vec<Option<RawOwn>>> {
    let listed = file.get("autoconsent").unwrap_or(file).as_array();
    if let Some(listed) = listed {
        return Some(listed.iter().map(named).collect());
    }
    let (texts, rows) = (file.get("s")?.as_array()?, file.get("r")?.as_array()?);
    if file.get("v").and_then(Value::as_u64) != Some(1) {
        return None;
    }
    let texts = Texts { all: texts, left: Cell::new(MOST_SPELLED_OUT) };
    Some(rows.iter().map(|row| named(&spelled_out(row, &texts)?)).collect())
}

fn named(rule: &Value) -> Option<RawOwn> {
    let raw: RawOwn = serde_json::from_value(rule.clone()).ok()?;
    raw.minimum_rule_step_version.is_none_or(|version| version <= STEP_VERSION).then_some(raw)
}

/// The texts of the compact form, which its rules name by number, any of them any number
/// of times: what they come to is bounded.
struct Texts<'t> {
    all: &'t [Value],
    /// How many more bytes may be spelled out.
    left: Cell<usize>,
}

impl Texts<'_> {
    fn at(&self, number: &Value) -> Option<Value> {
        let text = self.all.get(usize::try_from(number.as_u64()?).ok()?)?;
        let length = text.as_str().map_or_else(|| text.to_string().len(), str::len);
        self.left.set(self.left.get().checked_sub(length + size_of::<Value>())?);
        Some(text.clone())
    }
}

/// A row of the compact form with its keys and texts in full.
fn spelled_out(row: &Value, texts: &Texts<'_>) -> Option<Value> {
    let row = row.as_array()?;
    let at = |index: usize| row.get(index).cloned().unwrap_or_default();
    let steps = |index: usize| spelled_steps(&at(index), texts);
    // Two digits: 0 is no, 1 is yes, 2 is unsaid.
    let frames = at(4).as_u64()?;
    let said = |digit: u64| match digit {
        0 => Value::from(false),
        1 => Value::from(true),
        _ => Value::Null,
    };
    Some(serde_json::json!({
        "name": at(1),
        "cosmetic": at(2) == 1,
        "intermediate": at(10)["intermediate"] == true,
        "runContext": {
            "urlPattern": at(3), "main": said(frames / 10 % 10), "frame": said(frames % 10),
        },
        "detectCmp": steps(6)?,
        "detectPopup": steps(7)?,
        "optOut": steps(8)?,
        "minimumRuleStepVersion": at(0),
    }))
}

fn spelled_steps(steps: &Value, texts: &Texts<'_>) -> Option<Vec<Value>> {
    steps.as_array()?.iter().map(|step| spelled_step(step, texts)).collect()
}

fn spelled_step(step: &Value, texts: &Texts<'_>) -> Option<Value> {
    let mut full = serde_json::Map::new();
    for (key, value) in step.as_object()? {
        let long = SHORT.iter().find(|(short, _)| short == key);
        let (key, value) = match (long, key.as_str()) {
            (Some((_, long)), _) => (*long, texts.at(value)?),
            (None, "if") => ("if", spelled_step(value, texts)?),
            (None, "then" | "else" | "any") if !value.is_null() => {
                (key.as_str(), spelled_steps(value, texts)?.into())
            }
            (None, key) => (key, value.clone()),
        };
        full.insert(key.to_owned(), value);
    }
    Some(full.into())
}

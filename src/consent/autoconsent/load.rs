//! From a file of autoconsent's rules to those that can be used. The file is the user's,
//! and still may be anything: it is bounded in size, and a rule that is odd is left out.

use regex::bytes::{Regex, RegexBuilder};
use serde_json::Value;

use super::form::{RawCheck, RawOwn, RawSelector, RawStep, rules};
use super::{Action, Autoconsent, AutoconsentError, Check, Condition, LeftOut, OwnRule, OwnStep};

/// The largest file, in bytes; theirs is of 1 MB.
pub const MOST_BYTES: usize = 16 << 20;
/// Most rules of a file.
const MOST_RULES: usize = 5_000;
/// Most steps of one choice, those inside others included.
const MOST_STEPS: usize = 200;
/// Steps inside steps.
const DEEPEST: usize = 8;
/// The longest selector or text, in bytes.
const LONGEST: usize = 4_000;
/// The longest pattern of addresses: theirs joins the sites of rules that are alike.
const LONGEST_PATTERN: usize = 20_000;
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 80;
/// The longest wait of a step, in milliseconds.
const LONGEST_WAIT: u64 = 3_000;

/// Why a rule is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Odd {
    Hiding,
    Code,
    Unknown,
}

impl Autoconsent {
    /// Reads a file of rules, in either of the two forms that they are published in.
    ///
    /// # Errors
    /// When it is no JSON, or JSON of another form, or too large.
    pub fn parse(text: &str) -> Result<Self, AutoconsentError> {
        let form = |message: &str| AutoconsentError::Form(message.to_owned());
        if text.len() > MOST_BYTES {
            return Err(form("larger than 16 MiB"));
        }
        let file: Value = serde_json::from_str(text).map_err(|error| AutoconsentError::Json {
            line: error.line(),
            message: error.to_string(),
        })?;
        let written = rules(&file).ok_or_else(|| form("not a list of autoconsent's rules"))?;
        if written.len() > MOST_RULES {
            return Err(form("more than 5000 rules"));
        }
        let mut read = Self { rules: Vec::new(), left_out: LeftOut::default() };
        for rule in written {
            match rule.map_or(Err(Odd::Unknown), used) {
                Ok(rule) => read.rules.push(rule),
                Err(Odd::Hiding) => read.left_out.hiding += 1,
                Err(Odd::Code) => read.left_out.code += 1,
                Err(Odd::Unknown) => read.left_out.unknown += 1,
            }
        }
        // One for this very site knows it better; otherwise the order is the file's.
        read.rules.sort_by_key(|rule| rule.address.is_none());
        Ok(read)
    }
}

fn used(raw: RawOwn) -> Result<OwnRule, Odd> {
    if raw.cosmetic {
        return Err(Odd::Hiding);
    }
    // One step of several in as many frames; the others may be missing.
    if raw.intermediate || raw.name.is_empty() {
        return Err(Odd::Unknown);
    }
    let mut budget = MOST_STEPS;
    let mut shown = conditions(&raw.detect_cmp, &mut budget, 0)?;
    shown.extend(conditions(&raw.detect_popup, &mut budget, 0)?);
    let reject = choice(&raw.opt_out)?;
    // A rule is of use without its way to accept: then the words lead there.
    let accept = choice(&raw.opt_in).ok().flatten();
    if shown.is_empty() {
        return Err(Odd::Unknown);
    }
    if reject.is_none() {
        return Err(if raw.opt_out.is_empty() { Odd::Unknown } else { Odd::Hiding });
    }
    let address = raw.run_context.url_pattern.filter(|pattern| !pattern.is_empty());
    let name: String = raw.name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    Ok(OwnRule {
        name: format!("autoconsent:{name}"),
        address: address.map(|pattern| address_of(&pattern)).transpose()?,
        in_top: raw.run_context.main.unwrap_or(true),
        in_frames: raw.run_context.frame.unwrap_or(false),
        shown,
        accept,
        reject,
    })
}

fn address_of(pattern: &str) -> Result<Regex, Odd> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(Odd::Unknown);
    }
    let mut builder = RegexBuilder::new(pattern);
    builder.unicode(false).size_limit(1 << 20).build().map_err(|_| Odd::Unknown)
}

/// The steps of a choice; `None` when they click nothing.
fn choice(raw: &[RawStep]) -> Result<Option<Vec<OwnStep>>, Odd> {
    let mut budget = MOST_STEPS;
    let steps = steps(raw, &mut budget, 0)?;
    Ok(steps.iter().any(OwnStep::clicks).then_some(steps))
}

fn steps(raw: &[RawStep], budget: &mut usize, depth: usize) -> Result<Vec<OwnStep>, Odd> {
    raw.iter()
        .map(|raw| Ok(OwnStep { action: action(raw, budget, depth)?, optional: raw.optional }))
        .collect()
}

fn action(raw: &RawStep, budget: &mut usize, depth: usize) -> Result<Action, Odd> {
    spend(budget, depth)?;
    // What it would do is not known, so neither is what the steps after it would do.
    if raw.eval.is_some() {
        return Err(Odd::Code);
    }
    let wait = |most: u64| raw.timeout.unwrap_or(LONGEST_WAIT).min(most);
    let cosmetic = [&raw.hide, &raw.remove_class, &raw.set_style, &raw.add_style];
    if let Some(selector) = &raw.click {
        return Ok(Action::Click { selector: chain(selector)?, all: raw.all, wait: 0 });
    }
    if let Some(selector) = &raw.wait_for_then_click {
        let wait = wait(LONGEST_WAIT);
        return Ok(Action::Click { selector: chain(selector)?, all: raw.all, wait });
    }
    if let Some(selector) = &raw.wait_for {
        return Ok(Action::Await(Condition::Exists(chain(selector)?), wait(LONGEST_WAIT)));
    }
    if let Some(selector) = &raw.wait_for_visible {
        let visible = Condition::Visible(chain(selector)?, check(raw.check, Check::Any));
        return Ok(Action::Await(visible, wait(LONGEST_WAIT)));
    }
    if let Some(ms) = raw.wait {
        return Ok(Action::Wait(ms.min(LONGEST_WAIT)));
    }
    if let Some(condition) = &raw.r#if {
        let condition = self::condition(condition, budget, depth + 1)?;
        let then = steps(raw.then.as_deref().unwrap_or_default(), budget, depth + 1)?;
        let otherwise = steps(raw.r#else.as_deref().unwrap_or_default(), budget, depth + 1)?;
        return Ok(Action::If(condition, then, otherwise));
    }
    if let Some(any) = &raw.any {
        return Ok(Action::Any(steps(any, budget, depth + 1)?));
    }
    if cosmetic.iter().any(|step| step.is_some()) {
        return Ok(Action::Cosmetic);
    }
    condition(raw, budget, depth).map(Action::Check)
}

fn conditions(raw: &[RawStep], budget: &mut usize, depth: usize) -> Result<Vec<Condition>, Odd> {
    raw.iter()
        // A pause means nothing to one who looks again and again.
        .filter(|raw| raw.wait.is_none() && !raw.optional)
        .map(|raw| condition(raw, budget, depth))
        .collect()
}

fn condition(raw: &RawStep, budget: &mut usize, depth: usize) -> Result<Condition, Odd> {
    spend(budget, depth)?;
    if raw.eval.is_some() {
        return Err(Odd::Code);
    }
    let (exists, visible) = (
        raw.exists.as_ref().or(raw.wait_for.as_ref()),
        raw.visible.as_ref().or(raw.wait_for_visible.as_ref()),
    );
    let condition = if let Some(selector) = exists {
        Condition::Exists(chain(selector)?)
    } else if let Some(selector) = visible {
        let usual = if raw.visible.is_some() { Check::All } else { Check::Any };
        Condition::Visible(chain(selector)?, check(raw.check, usual))
    } else if let Some(text) = &raw.cookie_contains {
        Condition::Cookie(bounded(text)?)
    } else if let Some(any) = &raw.any {
        Condition::Any(conditions(any, budget, depth + 1)?)
    } else if let Some(condition) = &raw.r#if {
        let then = conditions(raw.then.as_deref().unwrap_or_default(), budget, depth + 1)?;
        let otherwise = conditions(raw.r#else.as_deref().unwrap_or_default(), budget, depth + 1)?;
        Condition::If(Box::new(self::condition(condition, budget, depth + 1)?), then, otherwise)
    } else {
        return Err(Odd::Unknown);
    };
    Ok(if raw.negated { Condition::Not(Box::new(condition)) } else { condition })
}

fn spend(budget: &mut usize, depth: usize) -> Result<(), Odd> {
    *budget = budget.checked_sub(1).ok_or(Odd::Unknown)?;
    if depth > DEEPEST { Err(Odd::Unknown) } else { Ok(()) }
}

fn check(raw: Option<RawCheck>, usual: Check) -> Check {
    match raw {
        Some(RawCheck::All) => Check::All,
        Some(RawCheck::Any) => Check::Any,
        Some(RawCheck::None) => Check::None,
        None => usual,
    }
}

fn chain(raw: &RawSelector) -> Result<Vec<String>, Odd> {
    let parts = match raw {
        RawSelector::One(part) => std::slice::from_ref(part),
        RawSelector::Chain(parts) => parts.as_slice(),
    };
    if parts.is_empty() || parts.len() > DEEPEST {
        return Err(Odd::Unknown);
    }
    parts.iter().map(|part| bounded(part)).collect()
}

fn bounded(text: &str) -> Result<String, Odd> {
    if text.is_empty() || text.len() > LONGEST { Err(Odd::Unknown) } else { Ok(text.to_owned()) }
}

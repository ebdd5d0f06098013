//! `review`: the entries of review.toml, for a person to fill in.

use anyhow::{Context, Result};

use super::args::ReviewArgs;
use super::{Exit, Session, input, scan};
use crate::audit::{self, Flow, Policy, Status};
use crate::config::REVIEW_FILE;
use crate::detect;
use crate::health::Lexicon;

/// Writes an entry for every flow that is undecided.
pub(super) fn review(args: &ReviewArgs, session: &mut Session<'_>) -> Result<Exit> {
    let database = session.database()?;
    let lexicon = Lexicon::builtin().context("the health lexicon cannot be used")?;
    let capture = input::capture(&args.capture)?;
    let mut policy = Policy::on(args.as_of.unwrap_or_else(scan::today));
    policy.health = session.config.health.clone();
    let detected = detect::detect(&capture, &database, &lexicon);
    let review = audit::review(&capture, &detected, &policy);
    let undecided: Vec<&Flow> =
        review.flows.iter().filter(|flow| !matches!(flow.status, Status::Decided(_))).collect();
    for flow in &undecided {
        session.out.write_all(entry(flow, &policy).as_bytes())?;
    }
    let decided = review.flows.len() - undecided.len();
    session.remark(&format!(
        "{} undecided, {decided} decided; {REVIEW_FILE} belongs beside pixelwarden.toml",
        undecided.len()
    ))?;
    Ok(Exit::Clean)
}

/// One entry. Captured text stands in comments only, on one line each.
fn entry(flow: &Flow, policy: &Policy) -> String {
    let told = match flow.category.as_str() {
        "" => flow.carrier.clone(),
        category => format!("{}, {category}", flow.carrier),
    };
    let about = format!("{}: {} page, {told}", flow.product, flow.page_kind);
    let comment = |text: &str| crate::report::visible(text);
    let details = flow.evidence.details.iter().take(3);
    let details: Vec<String> = details
        .map(|(name, value)| format!("# {}\n", comment(&format!("{name}: {value}"))))
        .collect();
    let was = match &flow.status {
        Status::Open => String::new(),
        status => format!("# {}\n", comment(&status.sentence())),
    };
    format!(
        "# {}\n# {} ({} seen)\n{}{was}# {}\n[[decision]]\nflow = {}\nabout = {}\n\
         verdict = \"\" # confirmed, false-positive, covered or fixed\nreason = \"\"\n\
         reviewer = \"\"\ndate = {}\n# expiry = {}\n\n",
        comment(&about),
        comment(flow.evidence.page.as_str()),
        flow.total,
        details.concat(),
        comment(&flow.question),
        quoted(&flow.id),
        quoted(&about),
        policy.today,
        policy.today.saturating_add(jiff::Span::new().years(1)),
    )
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

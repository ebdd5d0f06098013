//! `explain`: an audit in words for people.

use std::io::Write;

use anyhow::Result;

use super::Exit;
use super::errors::Hinted;
use crate::audit::{self, AUDITS};
use crate::config;

/// What an audit asks and means; without an id, the list of them.
pub(super) fn explain(id: Option<&str>, out: &mut dyn Write) -> Result<Exit> {
    let Some(id) = id else {
        for audit in AUDITS {
            writeln!(out, "{:<22} {}", audit.info().id, audit.info().title)?;
        }
        return Ok(Exit::Clean);
    };
    let Some(info) = audit::explain(id) else {
        let known: Vec<&str> = AUDITS.iter().map(|audit| audit.info().id).collect();
        let hint = match config::nearest(id, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`pixelwarden explain` lists them all".to_owned(),
        };
        return Err(Hinted::new(format!("there is no audit `{id}`"), hint).into());
    };
    writeln!(out, "{}: {}\n\n{}\n", info.id, info.title, info.means)?;
    writeln!(out, "What to do:")?;
    for fix in info.fix {
        writeln!(out, "- {}: {}", fix.product, fix.text)?;
    }
    writeln!(out, "\nWhat it cannot see:\n{}\n\nProvisions that it may touch:", info.blind_spots)?;
    for provision in info.citations {
        writeln!(out, "- {} <{}>", provision.provision, provision.url)?;
    }
    Ok(Exit::Clean)
}

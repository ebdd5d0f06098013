//! `explain` and `init`: words for people.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};

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

/// Writes the commented template of the configuration.
pub(super) fn init(force: bool, err: &mut dyn Write) -> Result<Exit> {
    let write = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).truncate(true).create(true).create_new(!force);
        options.open(config::FILE)?.write_all(config::TEMPLATE.as_bytes())
    };
    match write() {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("there is a {} already", config::FILE);
            return Err(Hinted::new(message, "--force overwrites it").into());
        }
        done => done.with_context(|| format!("cannot write {}", config::FILE))?,
    }
    writeln!(
        err,
        "{} is written: name your sites in it, then run `pixelwarden scan`",
        config::FILE
    )?;
    Ok(Exit::Clean)
}

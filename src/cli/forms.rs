//! Flags on what is typed into forms.

use clap::Args;

use crate::config::Config;

/// What is typed into forms.
#[derive(Debug, Args)]
#[command(next_help_heading = "Forms")]
pub(super) struct FormsArgs {
    /// Type a fictional visitor into forms, without sending them, and look for requests
    /// that carry it; search forms (GET) are run with words of its own. Passwords and
    /// payment cards are never typed
    #[arg(long)]
    pub(super) fill_forms: bool,
}

impl FormsArgs {
    /// Flag over file.
    pub(super) fn fills(&self, config: &Config) -> bool {
        self.fill_forms || config.fill_forms
    }
}

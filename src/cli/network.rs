//! Flags on name look-ups and on what may be reached.

use std::net::SocketAddr;

use clap::Args;

use crate::config::Config;
use crate::net::Names;

/// What is asked of the network beside the pages, and what must not be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub(super) struct NetworkArgs {
    /// Ask this name server what hosts are aliases of (CNAME), also about hosts that
    /// --resolve maps [default: the system's, without those]
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "no_dns")]
    pub(super) dns: Option<SocketAddr>,
    /// Do not look up what hosts are aliases of
    #[arg(long)]
    pub(super) no_dns: bool,
    /// Refuse private, loopback and link-local addresses to browser and tool, for those
    /// who scan what others name; addresses given with --resolve are trusted
    #[arg(long)]
    pub(super) deny_private: bool,
}

impl NetworkArgs {
    /// Who is asked for aliases: flags over file over the system.
    pub(super) fn names(&self, config: &Config) -> Names {
        match (self.no_dns, self.dns) {
            (true, _) => Names::Off,
            (false, Some(server)) => Names::Server(server),
            (false, None) => config.names.unwrap_or_default(),
        }
    }
}

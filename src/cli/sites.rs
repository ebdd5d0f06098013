//! The sites of a run: one crawl, one folder and one set of reports each, one after
//! the other, and one table at the end. A site that cannot be run stops no other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use comfy_table::{ContentArrangement, Table, presets};
use jiff::Timestamp;
use url::Url;

use super::args::CrawlArgs;
use super::errors::Hinted;
use super::{Exit, Session, errors};
use crate::audit::Severity;
use crate::bundle::Bundle;
use crate::crawl::{Done, Options};
use crate::model::{host_of, registrable_domain};
use crate::report::terminal::Style;

/// One site of a run, ready to be crawled.
pub(super) struct Site {
    /// The host of its first address.
    pub(super) host: String,
    pub(super) options: Options,
    /// Where capture and reports go.
    pub(super) dir: PathBuf,
    pub(super) bundle: Bundle,
    /// What an earlier part of the run has done.
    pub(super) done: Done,
}

/// What came of one site.
pub(super) struct Ended {
    pub(super) exit: Exit,
    /// Whether everything that was asked for was seen.
    pub(super) complete: bool,
    /// Visits that were made.
    pub(super) visits: usize,
    /// Findings by severity; `None` when nothing was audited.
    pub(super) findings: Option<BTreeMap<Severity, usize>>,
    /// The user asked to stop: what lies ahead is left.
    pub(super) stopped: bool,
}

impl Ended {
    /// The second Ctrl-C.
    pub(super) fn killed() -> Self {
        let (complete, stopped) = (false, true);
        Self { exit: Exit::Killed, complete, visits: 0, findings: None, stopped }
    }
}

/// The addresses grouped by site, both in the order given.
pub(super) fn by_site(addresses: &[Url]) -> Vec<Vec<Url>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut sites: Vec<Vec<Url>> = Vec::new();
    for address in addresses {
        let site = registrable_domain(address.host_str().unwrap_or_default());
        let place = *places.entry(site).or_insert(sites.len());
        match sites.get_mut(place) {
            Some(site) => site.push(address.clone()),
            None => sites.push(vec![address.clone()]),
        }
    }
    sites
}

/// Gives each site its folder: the one that was asked for, or one below it by host
/// where there are several, or a new one by host and time.
///
/// # Errors
/// When a folder holds something already or cannot be written.
pub(super) fn prepare(
    crawls: Vec<Options>,
    args: &CrawlArgs,
    session: &Session<'_>,
) -> Result<Vec<Site>> {
    let told = args.output.as_ref().or(session.config.output.as_ref());
    let several = crawls.len() > 1;
    if let Some(dir) = &args.recovery.resume {
        return resume(crawls, dir);
    }
    let time = Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
    let site = |options: Options| {
        let host = options.start.first().map(|url| host_of(url.as_str())).unwrap_or_default();
        let name = file_name(&host);
        let dir = match told {
            Some(folder) if several => folder.join(name),
            Some(folder) => folder.clone(),
            None => PathBuf::from(format!("pixelwarden-{name}-{time}")),
        };
        let (bundle, done) = (Bundle::create(&dir)?, Done::default());
        Ok(Site { host, options, dir, bundle, done })
    };
    crawls.into_iter().map(site).collect()
}

/// The site of a capture that was cut off, and what was done of it.
fn resume(crawls: Vec<Options>, dir: &Path) -> Result<Vec<Site>> {
    let Ok([options]) = <[Options; 1]>::try_from(crawls) else {
        let hint = "name the site of this capture alone, or none";
        return Err(Hinted::new("--resume goes on with one site, not with several", hint).into());
    };
    let mut done = Done::of(Bundle::plan(dir)?);
    let (bundle, _) = Bundle::resume(dir, |visit| done.add(visit))?;
    let host = options.start.first().map(|url| host_of(url.as_str())).unwrap_or_default();
    Ok(vec![Site { host, options, dir: dir.to_owned(), bundle, done }])
}

/// A host as part of a file's name.
pub(super) fn file_name(host: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    host.chars().map(plain).collect::<String>().trim_matches(['.', '_']).to_owned()
}

/// Runs each site and says how the worst of them ended.
///
/// # Errors
/// When there is one site only, and it cannot be run.
pub(super) fn each(
    mut sites: Vec<Site>,
    style: Style,
    session: &mut Session<'_>,
    mut run: impl FnMut(Site, &mut Session<'_>) -> Result<Ended>,
) -> Result<Exit> {
    if sites.len() == 1 {
        return sites.pop().map_or(Ok(Exit::Clean), |site| Ok(run(site, session)?.exit));
    }
    let total = sites.len();
    let (mut table, mut worst, mut stopped) = (Vec::new(), Exit::Clean, false);
    for (at, site) in sites.into_iter().enumerate() {
        let (host, dir) = (site.host.clone(), site.dir.display().to_string());
        if stopped {
            worst = worst.max(Exit::Incomplete);
            table.push([host, "not run: stopped".to_owned(), String::new(), String::new(), dir]);
            continue;
        }
        session.remark(&format!("\nSite {} of {total}: {host}", at + 1))?;
        let ended = run(site, session).with_context(|| format!("{host} could not be scanned"));
        let row = match ended {
            Ok(ended) => {
                worst = worst.max(ended.exit);
                stopped = ended.stopped;
                [host, ended.result().to_owned(), ended.findings(), ended.visits.to_string(), dir]
            }
            Err(error) if errors::is_broken_pipe(&error) => return Err(error),
            Err(error) => {
                worst = worst.max(Exit::CannotRun);
                errors::show(&error, session.err)?;
                [host, "could not run".to_owned(), String::new(), String::new(), dir]
            }
        };
        table.push(row);
    }
    if !session.quiet && worst != Exit::Killed {
        session.err.write_all(summary(table, style).as_bytes())?;
    }
    Ok(worst)
}

impl Ended {
    fn result(&self) -> &'static str {
        match (self.exit, self.complete) {
            (Exit::Killed, _) => "stopped",
            (Exit::CannotRun, _) => "could not run",
            (Exit::Findings, true) => "findings",
            (Exit::Findings, false) => "findings, and incomplete",
            (Exit::Incomplete, _) | (Exit::Clean, false) => "incomplete",
            (Exit::Clean, true) => "complete",
        }
    }

    /// `2 high, 1 low`; a dash when nothing was audited.
    fn findings(&self) -> String {
        let Some(findings) = &self.findings else { return "–".to_owned() };
        let some = findings.iter().rev().filter(|(_, number)| **number > 0);
        let counts: Vec<String> = some
            .map(|(severity, number)| format!("{number} {severity:?}").to_lowercase())
            .collect();
        if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
    }
}

/// One line a site.
fn summary(rows: Vec<[String; 5]>, style: Style) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.width).force_no_tty();
    table.set_header(["site", "result", "findings", "visits", "folder"]);
    table.add_rows(rows);
    let lines = table.to_string();
    let lines = lines.lines().map(|line| format!("{}\n", line.trim_end()));
    std::iter::once("\nAll sites\n".to_owned()).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_site_are_one_crawl() {
        let urls = ["https://www.a.example/x", "http://b.example/", "https://portal.a.example/"];
        let urls: Vec<Url> = urls.iter().map(|url| url.parse().unwrap()).collect();
        let sites = by_site(&urls);
        assert_eq!(sites, [vec![urls[0].clone(), urls[2].clone()], vec![urls[1].clone()]]);
    }

    #[test]
    fn a_host_cannot_leave_its_folder() {
        assert_eq!(file_name("www.a.example"), "www.a.example");
        assert_eq!(file_name("[::1]"), "1");
        assert_eq!(file_name(".."), "");
        assert_eq!(file_name("a/../b"), "a_.._b");
    }
}

//! The arguments, as clap reads them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use url::Url;

use super::bundle::BundleCommand;
use super::consent::ConsentArgs;
use super::decode::DecodeArgs;
use super::diff::DiffArgs;
use super::evidence::{EvidenceArgs, VerifyArgs};
use super::forms::FormsArgs;
use super::har::HarArgs;
use super::health::HealthCommand;
use super::init::InitArgs;
use super::install::CompletionArgs;
use super::network::NetworkArgs;
use super::pages::PagesArgs;
use super::policy::PolicyArgs;
use super::report::ReportCommand;
use super::serve::ServeArgs;
use super::signatures::SignaturesCommand;
use super::vantage::VantageArgs;
use super::written::Written;
use crate::browser::BrowserKind;
use crate::config::{self, value};
use crate::model::Pass;

const EXAMPLES: &str = "Examples:
  pixelwarden scan example.com
  pixelwarden scan https://example.com --fail-on medium -o audit
  pixelwarden audit audit --report json=- | jq .findings
  pixelwarden explain ep-preconsent
  pixelwarden demo

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not run,
3 incomplete (so silence proves nothing), 130 stopped by a second Ctrl-C.";

const SCAN_EXAMPLES: &str = "Examples:
  pixelwarden scan example.com
  pixelwarden scan example.com --states before-choice,after-reject --max-pages 50
  pixelwarden scan example.com/patients --scope path --exclude '*/archive/*' --max-time 10m
  pixelwarden scan --start-list pages.txt --max-pages 1
  pixelwarden scan staging.example.com --resolve staging.example.com:127.0.0.1:8443 --insecure
  pixelwarden scan example.com shop.example -o audits --report json=- | jq .run.complete
  pixelwarden scan example.com --quiet --report json=- | jq .run
  pixelwarden scan http://localhost:3000 --serve 'npm start' --fail-on new:high --baseline main.json";

/// Audits websites for tracking pixels and consent in a real browser.
#[derive(Debug, Parser)]
#[command(name = "pixelwarden", version, after_help = EXAMPLES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// Print nothing but errors and what was asked for
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// A folder of your own signatures, on top of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) signatures: Option<PathBuf>,
    /// A list of trackers that `signatures import` made, below the signatures; repeatable
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) list: Vec<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Visit a site in every consent state and report what it tracked
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(ScanArgs),
    /// Visit a site and keep what was seen, to be audited later
    #[command(
        after_help = "Examples:\n  pixelwarden capture example.com -o capture\n  pixelwarden capture example.com --har example.har"
    )]
    Capture(CrawlArgs),
    /// Report on a capture, a HAR file or an e-mail, without a browser
    #[command(
        after_help = "Examples:\n  pixelwarden audit capture --report html=report.html\n  pixelwarden audit session.har -o audit\n  pixelwarden audit mail.eml\n  pixelwarden audit capture --har capture.har --keep-values"
    )]
    Audit(AuditArgs),
    /// Write a stored capture's report once more, in any format
    #[command(
        after_help = "Examples:\n  pixelwarden report audit --format sarif -o audit.sarif\n  pixelwarden report audit --format github"
    )]
    Report(ReportCommand),
    /// Say what changed between two captures, or their reports
    #[command(
        after_help = "Examples:\n  pixelwarden diff monday friday\n  pixelwarden diff old/report.json new/report.json --format markdown\n\nThe exit code is 1 when something changed for the worse."
    )]
    Diff(DiffArgs),
    /// Pack a capture's reports and pictures into one file, to hand on
    #[command(
        after_help = "Examples:\n  pixelwarden evidence audit -o audit.zip --sign key.pem\n  openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out public.pem"
    )]
    Evidence(EvidenceArgs),
    /// Say whether such a file is as it was written, and by whom
    #[command(
        after_help = "Examples:\n  pixelwarden verify audit.zip --key public.pem\n\nThe exit code is 1 when a file was altered, added or is missing, or the signature does not hold."
    )]
    Verify(VerifyArgs),
    /// Write the entries of review.toml for the flows of health data that nobody has decided
    ///
    /// Each entry is one flow: vendor's product, kind of page, what carried it, topic. Fill
    /// in verdict (confirmed, false-positive, covered, fixed), reason and reviewer, and keep
    /// the file beside pixelwarden.toml: the next audit honours and shows it.
    #[command(after_help = "Example:\n  pixelwarden review capture >> review.toml")]
    Review(ReviewArgs),
    /// Work on captures on disk
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// What an audit asks, what a finding means and how to fix it
    #[command(after_help = "Example:\n  pixelwarden explain ep-preconsent")]
    Explain {
        /// An audit's id; all of them are listed without one
        id: Option<String>,
    },
    /// Say in words what a consent string or a stored choice says
    ///
    /// TCF 2, GPP with its sections, US Privacy, Google's gcs, gcd and Additional Consent,
    /// and what consent platforms store; the kind is known by the string itself. The exit
    /// code is 1 when one cannot be read.
    #[command(
        after_help = "Examples:\n  pixelwarden decode CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA\n  pixelwarden decode gcd=13r3p3q3u5l1\n  pixelwarden decode 'OptanonConsent=groups=C0001%3A1%2CC0002%3A0' --format json\n  cut -f3 strings.tsv | pixelwarden decode -"
    )]
    Decode(DecodeArgs),
    /// Look into the signature database
    #[command(subcommand)]
    Signatures(SignaturesCommand),
    /// Classify texts and pages for health context
    #[command(subcommand)]
    Health(HealthCommand),
    /// Audit the bundled example site
    #[command(after_help = "Example:\n  pixelwarden demo && open demo-report/report.html")]
    Demo(DemoArgs),
    /// Write a commented pixelwarden.toml to begin with
    Init(InitArgs),
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  pixelwarden completions bash > ~/.local/share/bash-completion/completions/pixelwarden"
    )]
    Completions(CompletionArgs),
    /// Print the manual for `man`
    #[command(after_help = "Example:\n  pixelwarden manual > pixelwarden.1")]
    Manual,
}

/// `pixelwarden scan`.
#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    #[command(flatten)]
    pub(super) crawl: CrawlArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) report: ReportArgs,
}

/// What shapes a crawl.
#[derive(Debug, Args)]
pub(super) struct CrawlArgs {
    /// Pages to begin with; https is assumed. Those of one site are one crawl, each further
    /// site is one more. Those of pixelwarden.toml if absent
    #[arg(value_name = "URL", value_parser = value::target)]
    pub(super) targets: Vec<Url>,
    /// Consent states, separated by commas: before-choice, after-reject, after-accept,
    /// gpc; accept:<category> accepts one category only, after-withdraw takes a consent
    /// back, no-interaction scrolls and clicks elsewhere; +gpc puts GPC on, as in
    /// before-choice+gpc [default: the first four]
    #[arg(long, value_delimiter = ',', value_name = "STATE", value_parser = value::state)]
    pub(super) states: Option<Vec<Pass>>,
    /// Most pages of a site, in each state [default: 20]
    #[arg(long, value_name = "N", value_parser = count)]
    pub(super) max_pages: Option<usize>,
    /// Pages side by side [default: four for each core, at least 4, at most 16]
    #[arg(short, long, value_name = "N", value_parser = count)]
    pub(super) jobs: Option<usize>,
    /// Longest wait for a page, in seconds [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(config::TIMEOUT))]
    pub(super) timeout: Option<u64>,
    /// How long a visitor stays on each page, in seconds of the page's own clock, which
    /// runs ahead [default: 15]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(config::STAY))]
    pub(super) stay: Option<u64>,
    /// The folder for capture and reports; below it one for each host where there are
    /// several sites [default: ./pixelwarden-<host>-<time>]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Send Global Privacy Control in every state
    #[arg(long)]
    pub(super) gpc: bool,
    #[command(flatten)]
    pub(super) har: HarArgs,
    #[command(flatten)]
    pub(super) pages: PagesArgs,
    #[command(flatten)]
    pub(super) forms: FormsArgs,
    #[command(flatten)]
    pub(super) consent: ConsentArgs,
    #[command(flatten)]
    pub(super) network: NetworkArgs,
    #[command(flatten)]
    pub(super) serve: ServeArgs,
    #[command(flatten)]
    pub(super) recovery: RecoveryArgs,
    #[command(flatten)]
    pub(super) vantage: VantageArgs,
    #[command(flatten)]
    pub(super) browser: BrowserArgs,
}

/// What happens when something goes wrong on the way.
#[derive(Debug, Args)]
#[command(next_help_heading = "When something goes wrong")]
pub(super) struct RecoveryArgs {
    /// How often a page is tried again that did not load [default: 1]
    #[arg(long, value_name = "N")]
    pub(super) retries: Option<usize>,
    /// Go on with a capture that was cut off: its finished visits are not made again. The
    /// other options must be those of its first run
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(super) resume: Option<PathBuf>,
}

/// How the browser is found and started.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Browser")]
pub(super) struct BrowserArgs {
    /// Use this address for a host (`*` allowed); repeatable
    #[arg(long, value_name = "HOST:ADDR", value_parser = value::resolve)]
    pub(super) resolve: Vec<(String, String)>,
    /// Accept certificates that do not verify
    #[arg(long)]
    pub(super) insecure: bool,
    /// Whether third-party cookies are kept: allow or block [default: allow]
    #[arg(long, value_name = "POLICY", value_parser = value::third_party_cookies)]
    pub(super) third_party_cookies: Option<bool>,
    /// Add `pixelwarden` to the user agent
    #[arg(long)]
    pub(super) identify: bool,
    /// Which build: auto, headless-shell or chromium [default: auto]
    #[arg(long, value_name = "BUILD", value_parser = value::browser)]
    pub(super) browser: Option<BrowserKind>,
    /// The browser's program
    #[arg(long, value_name = "PATH")]
    pub(super) chromium: Option<PathBuf>,
    /// The driver's program, or the folder it is in
    #[arg(long, value_name = "PATH", env = "CHROMEWEBDRIVER")]
    pub(super) chromedriver: Option<PathBuf>,
    /// A running WebDriver server, as of a Selenium Grid
    #[arg(long, value_name = "URL")]
    pub(super) webdriver: Option<String>,
    /// One more argument for the browser; repeatable
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    pub(super) browser_arg: Vec<String>,
}

/// What is reported.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(super) struct ReportArgs {
    /// One more report, and its file (`-` for standard output, `{site}` for each of several
    /// sites); repeatable. `pixelwarden report --help` lists the formats
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    pub(super) report: Vec<(Written, PathBuf)>,
    /// A folder of your own templates for the page, each in place of ours of that name
    #[arg(long, value_name = "DIR")]
    pub(super) templates: Option<PathBuf>,
}

/// `pixelwarden audit`.
#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// The folder of a capture, a HAR file or an e-mail (.eml)
    pub(super) capture: PathBuf,
    /// A folder for report.html and report.json
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// The date that the audit counts from [default: the capture's]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(super) har: HarArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    #[command(flatten)]
    pub(super) report: ReportArgs,
}

/// `pixelwarden review`.
#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    /// The folder of a capture, or a HAR file
    pub(super) capture: PathBuf,
    /// The date of the decisions [default: today]
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<jiff::civil::Date>,
}

/// `pixelwarden demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The folder for capture and reports
    #[arg(short, long, value_name = "DIR", default_value = "demo-report")]
    pub(super) output: PathBuf,
    /// The example site's port for HTTP; any free one if absent
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(super) http_port: u16,
    /// The example site's port for HTTPS; any free one if absent
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(super) https_port: u16,
    /// Most pages, in each state
    #[arg(long, value_name = "N", value_parser = count, default_value_t = 20)]
    pub(super) max_pages: usize,
    #[command(flatten)]
    pub(super) browser: BrowserArgs,
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("not a number of 1 or more".to_owned()),
        Ok(number) => Ok(number),
    }
}

fn report(text: &str) -> Result<(Written, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("not FORMAT=FILE, as in json=report.json")?;
    if file.is_empty() {
        return Err("the file is missing; `-` stands for standard output".to_owned());
    }
    Ok((format.parse()?, PathBuf::from(file)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        super::Cli::command().debug_assert();
    }
}

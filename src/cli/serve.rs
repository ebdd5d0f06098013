//! `--serve`: starts the site under test, waits until it answers, and ends it afterwards
//! with all that it started. No shell is involved: the words are the program and its
//! arguments.

use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use url::Url;

use super::errors::Hinted;
use super::{Session, interrupt};
use crate::config::value;
use crate::crawl::Options;
use crate::net::{Client, ClientOptions};

/// Between two tries, and for one of them.
const PAUSE: Duration = Duration::from_millis(200);
const TRY: Duration = Duration::from_secs(5);
/// How long a server may take to end when asked, before it is killed.
const GRACE: Duration = Duration::from_secs(5);
/// Waits for the end of its input, which comes when this process is gone, however it went;
/// then kills the process group that it was told of.
const WATCH: &str = r#"read -r end; kill -KILL "-$1" 2>/dev/null"#;

/// The site under test.
#[derive(Debug, Args)]
#[command(next_help_heading = "Site under test")]
pub(super) struct ServeArgs {
    /// Start this program first and end it afterwards, as in "npm start". Words are split at
    /// spaces; quotes keep them together; no shell reads them
    #[arg(long, value_name = "COMMAND", value_parser = words)]
    pub(super) serve: Option<Words>,
    /// Begin when this address answers [default: the first site]
    #[arg(long, value_name = "URL", value_parser = value::target)]
    pub(super) wait_for: Option<Url>,
    /// Longest wait for that, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(super) wait_timeout: u64,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

/// A running server; dropping it ends it.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    watcher: Option<Child>,
}

impl ServeArgs {
    /// Starts the server, if there is one, and waits for the address. Keep what is returned
    /// for as long as the server is needed.
    ///
    /// # Errors
    /// When it does not start, ends, or does not answer in time.
    pub(super) fn start(
        &self,
        options: &Options,
        session: &mut Session<'_>,
    ) -> Result<Option<Server>> {
        if self.serve.is_none() && self.wait_for.is_none() {
            return Ok(None);
        }
        let mut server = self.serve.as_ref().map(Server::start).transpose()?;
        let Some(address) = self.wait_for.as_ref().or(options.start.first()) else {
            return Ok(server);
        };
        session.remark(&format!("waiting for {address}"))?;
        let client = Client::new(ClientOptions { timeout: TRY, ..options.client() })?;
        let limit = Duration::from_secs(self.wait_timeout);
        let waited = interrupt::run(|stop| {
            let (server, client) = (&mut server, &client);
            async move {
                tokio::select! {
                    answered = answers(client, address, server, limit) => answered,
                    () = stop.pressed() => Err(anyhow::anyhow!("stopped")),
                }
            }
        })?;
        waited.unwrap_or_else(|| Err(anyhow::anyhow!("stopped")))?;
        Ok(server)
    }
}

/// Returns as soon as the address answers anything.
async fn answers(
    client: &Client,
    address: &Url,
    server: &mut Option<Server>,
    limit: Duration,
) -> Result<()> {
    let begun = Instant::now();
    loop {
        let answer = client.get(address, 0).await;
        // Whoever answers when it has ended is somebody else, who holds its port.
        if let Some(status) = server.as_mut().map(|s| s.child.try_wait()).transpose()?.flatten() {
            let hint =
                "run the command by itself to see what it says, and whether its port is free";
            let message = format!("the server ended before {address} answered ({status})");
            return Err(Hinted::new(message, hint).into());
        }
        let Err(error) = answer else { return Ok(()) };
        if begun.elapsed() >= limit {
            let hint = "name the address with --wait-for, or wait longer with --wait-timeout";
            let message = format!("{address} did not answer within {} s", limit.as_secs());
            return Err(anyhow::Error::from(error).context(Hinted::new(message, hint)));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Server {
    /// Starts the program in a process group of its own. What it prints goes to our stderr:
    /// our stdout is for data.
    fn start(words: &Words) -> Result<Self> {
        let Some((program, arguments)) = words.0.split_first() else {
            return Err(Hinted::new("--serve names no program", "as in --serve 'npm start'").into());
        };
        let ours = std::io::stderr().as_fd().try_clone_to_owned().context("stderr is closed")?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::from(ours))
            .process_group(0)
            .spawn()
            .with_context(|| {
                let hint = "give the program's path; a shell's own commands need a shell";
                Hinted::new(format!("cannot start `{program}`"), hint)
            })?;
        let watcher = Command::new("/bin/sh")
            .args(["-c", WATCH, "pixelwarden-watch"])
            .arg(child.id().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        Ok(Self { child, watcher: watcher.ok() })
    }

    /// Asks the group to end, waits a little, and kills what is left.
    fn end(&mut self) {
        let group = i32::try_from(self.child.id()).map(Pid::from_raw);
        let Ok(group) = group else { return };
        let _gone_already = killpg(group, Signal::SIGTERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _gone_already = killpg(group, Signal::SIGKILL);
        drop(self.child.wait());
        if let Some(mut watcher) = self.watcher.take() {
            // The end of its input makes it go.
            drop(watcher.stdin.take());
            drop(watcher.wait());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Splits a command into words at white space. Either quote keeps words together; outside of
/// single quotes a backslash takes the next character as it is, whichever it is. Nothing is
/// replaced, run or redirected.
fn words(text: &str) -> Result<Words, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_with(String::new);
            }
            (None | Some('"'), '\\') => {
                let next = chars.next().ok_or("it ends with a backslash")?;
                word.get_or_insert_with(String::new).push(next);
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_with(String::new).push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    if words.is_empty() { Err("no program".to_owned()) } else { Ok(Words(words)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_and_nothing_is_run() {
        let split = |text: &str| words(text).unwrap().0;
        assert_eq!(split("npm start"), ["npm", "start"]);
        assert_eq!(split(r#"a 'b c' "d \" e" f\ g ''"#), ["a", "b c", "d \" e", "f g", ""]);
        assert_eq!(
            split("a; rm -rf $HOME | `b` && c"),
            ["a;", "rm", "-rf", "$HOME", "|", "`b`", "&&", "c"]
        );
        for wrong in ["", "  ", "a 'b", "a \\"] {
            words(wrong).unwrap_err();
        }
    }

    #[test]
    fn a_server_ends_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("child");
        let script = format!("sleep 600 & echo $! > {}; wait", note.display());
        let words = Words(["/bin/sh", "-c", &script].map(str::to_owned).to_vec());
        let server = Server::start(&words).unwrap();
        let begun = Instant::now();
        let child = loop {
            let text = std::fs::read_to_string(&note).unwrap_or_default();
            if let Ok(child) = text.trim().parse::<i32>() {
                break Pid::from_raw(child);
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the script never ran");
            std::thread::sleep(Duration::from_millis(5));
        };
        nix::sys::signal::kill(child, None).unwrap();
        drop(server);
        // It is dead, or a zombie until its new parent has looked.
        let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "{state}");
    }
}

//! From where, and as whom, a site is visited: the flags, and what they come to together
//! with pixelwarden.toml.

use clap::Args;

use super::errors::Hinted;
use crate::browser::{Device, LaunchOptions};
use crate::config::{Config, Given, value};
use crate::model::{Login, Proxy, Secret};

/// Where the password for `--auth` stands.
const PASSWORD: &str = "PIXELWARDEN_PASSWORD";
/// Where the password for `--proxy` stands.
const PROXY_PASSWORD: &str = "PIXELWARDEN_PROXY_PASSWORD";

/// From where, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Vantage (all of it is stated in the reports)")]
pub(super) struct VantageArgs {
    /// A label for where the scan is run from, as in "Frankfurt office"
    #[arg(long, value_name = "LABEL")]
    pub(super) vantage: Option<String>,
    /// A proxy for everything: http, https or socks5. A user's password is read from
    /// PIXELWARDEN_PROXY_PASSWORD
    #[arg(long, value_name = "URL", value_parser = value::proxy)]
    pub(super) proxy: Option<Proxy>,
    /// What kind of machine to be: desktop or mobile [default: desktop]
    #[arg(long, value_name = "DEVICE", value_parser = value::device)]
    pub(super) device: Option<Device>,
    /// Window size in CSS pixels [default: 1280x900, mobile 412x915]
    #[arg(long, value_name = "WxH", value_parser = value::window)]
    pub(super) window: Option<(u32, u32)>,
    /// The visitor's language, as in de-DE
    #[arg(long, value_name = "LANGUAGE", value_parser = value::language)]
    pub(super) lang: Option<String>,
    /// The visitor's time zone, as in Europe/Berlin
    #[arg(long, value_name = "ZONE", value_parser = value::timezone)]
    pub(super) timezone: Option<String>,
    /// A user agent of your own; client hints are then not sent
    #[arg(long, value_name = "TEXT", value_parser = value::user_agent)]
    pub(super) user_agent: Option<String>,
    /// A request header for the site, never for third parties; `env:NAME` as its value
    /// takes it from the environment; repeatable
    #[arg(long, value_name = "NAME: VALUE", value_parser = value::header)]
    pub(super) header: Vec<Given>,
    /// A cookie for the site, set before the first page; `env:NAME` as above; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = value::cookie)]
    pub(super) cookie: Vec<Given>,
    /// Who to be when the site asks (HTTP authentication). The password is read from
    /// PIXELWARDEN_PASSWORD
    #[arg(long, value_name = "USER")]
    pub(super) auth: Option<String>,
}

/// Fills in what the flags say, then the file.
pub(super) fn apply(
    args: &VantageArgs,
    config: &Config,
    launch: &mut LaunchOptions,
) -> anyhow::Result<()> {
    launch.device = args.device.or(config.device).unwrap_or_default();
    launch.window = args.window.or(config.window);
    launch.language = args.lang.as_ref().or(config.lang.as_ref()).cloned();
    launch.timezone = args.timezone.as_ref().or(config.timezone.as_ref()).cloned();
    launch.user_agent = args.user_agent.as_ref().or(config.user_agent.as_ref()).cloned();
    launch.proxy = proxy(args.proxy.as_ref().or(config.proxy.as_ref()))?;
    if launch.proxy.is_some() && !launch.resolve.is_empty() {
        return Err(Hinted::new(
            "--resolve has no effect behind a proxy, which looks up every host itself",
            "leave one of the two out",
        )
        .into());
    }
    launch.access.headers = secrets(&args.header, &config.headers)?;
    launch.access.cookies = secrets(&args.cookie, &config.cookies)?;
    if let Some(user) = args.auth.as_ref().or(config.auth.as_ref()) {
        let password = from_environment(PASSWORD, "the password of --auth")?;
        launch.access.login = Some(Login { user: user.clone(), password });
    }
    Ok(())
}

/// The flags' values, and those of the file that no flag names.
fn secrets(flags: &[Given], file: &[Given]) -> anyhow::Result<Vec<Secret>> {
    let named =
        |given: &&Given| !flags.iter().any(|flag| flag.name.eq_ignore_ascii_case(&given.name));
    let all = flags.iter().chain(file.iter().filter(named));
    all.map(|given| {
        given.secret().map_err(|error| {
            let hint = format!("it is to hold the value of `{}`", given.name);
            Hinted::new(error.to_string(), hint).into()
        })
    })
    .collect()
}

/// A proxy that names a user without a password gets it from the environment.
fn proxy(given: Option<&Proxy>) -> anyhow::Result<Option<Proxy>> {
    let Some(mut proxy) = given.cloned() else { return Ok(None) };
    if let (Some(user), None) = (&proxy.user, &proxy.login) {
        let password = from_environment(PROXY_PASSWORD, "the password of the proxy's user")?;
        proxy.login = Some(Login { user: user.clone(), password });
    }
    Ok(Some(proxy))
}

fn from_environment(name: &str, what: &str) -> anyhow::Result<Secret> {
    Secret::from_environment(name)
        .map_err(|error| Hinted::new(error.to_string(), format!("put {what} there")).into())
}

//! Gives each crawl the journeys of its site, and the values that they type from the
//! environment. Whatever is missing is told before a browser starts.

use std::collections::BTreeMap;

use anyhow::Result;

use super::errors::Hinted;
use crate::crawl::journey::{Action, Value};
use crate::crawl::{Journey, Options, SHORTEST_SECRET};
use crate::model::{Secret, SecretError, same_site};

/// Puts every journey to the crawl of its site.
///
/// # Errors
/// When a journey belongs to none of the crawls, or a variable that it needs is missing.
pub(super) fn assign(journeys: &[Journey], crawls: &mut [Options]) -> Result<()> {
    for journey in journeys {
        let secrets = secrets(journey)?;
        let crawl = crawl_of(journey, crawls)?;
        crawl.journeys.push(journey.clone());
        for (name, secret) in secrets {
            if !crawl.secrets.iter().any(|known| known.name() == name) {
                crawl.secrets.push(secret);
            }
        }
    }
    Ok(())
}

fn crawl_of<'c>(journey: &Journey, crawls: &'c mut [Options]) -> Result<&'c mut Options> {
    let name = &journey.name;
    let Some(site) = &journey.site else {
        return match crawls {
            [only] => Ok(only),
            _ => Err(Hinted::new(
                format!("the journey `{name}` does not say which of the sites it is made on"),
                "add `site = \"https://…\"` to it",
            )
            .into()),
        };
    };
    let host = site.host_str().unwrap_or_default();
    let own = crawls.iter_mut().find(|crawl| {
        crawl.start.iter().any(|url| same_site(url.host_str().unwrap_or_default(), host))
    });
    own.ok_or_else(|| {
        Hinted::new(
            format!("the journey `{name}` is made on {host}, which is none of the sites"),
            "leave `site` out of a journey that is for whichever site is scanned",
        )
        .into()
    })
}

/// The secrets that a journey types, by name.
fn secrets(journey: &Journey) -> Result<BTreeMap<String, Secret>> {
    let mut secrets = BTreeMap::new();
    for (at, step) in journey.steps.iter().enumerate() {
        let (Action::Type(_, Value::Secret(name)) | Action::Select(_, Value::Secret(name))) =
            &step.action
        else {
            continue;
        };
        let place = format!("journey `{}`, step {} ({})", journey.name, at + 1, step.action);
        let secret = Secret::from_environment(name).map_err(|error| {
            let hint = match &error {
                SecretError::Missing(_) => format!("set it where pixelwarden runs: {name}=…"),
                SecretError::Unusable(_) => "give it a value".to_owned(),
            };
            Hinted::new(format!("{place}: {error}"), hint)
        })?;
        if secret.expose().chars().count() < SHORTEST_SECRET {
            return Err(Hinted::new(
                format!("{place}: `{name}` is too short to be kept out of what is captured"),
                format!("a value of {SHORTEST_SECRET} letters or more, or a literal one if it is no secret"),
            )
            .into());
        }
        secrets.insert(name.clone(), secret);
    }
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::*;
    use crate::crawl::journey::Step;

    fn journey(site: Option<&str>) -> Journey {
        let step = Step { action: Action::Goto("/".into()), timeout: Duration::from_secs(1) };
        let site = site.map(|site| Url::parse(site).unwrap());
        Journey { name: "portal".into(), site, states: None, steps: vec![step] }
    }

    fn crawls(starts: &[&str]) -> Vec<Options> {
        starts.iter().map(|start| Options::new(vec![Url::parse(start).unwrap()])).collect()
    }

    #[test]
    fn a_journey_goes_to_its_site() {
        let mut two = crawls(&["https://www.a.example/", "https://b.example/"]);
        assign(&[journey(Some("https://portal.b.example/"))], &mut two).unwrap();
        assert_eq!((two[0].journeys.len(), two[1].journeys.len()), (0, 1));
        assign(&[journey(None)], &mut crawls(&["https://a.example/"])).unwrap();
        let error = assign(&[journey(None)], &mut two).unwrap_err().to_string();
        assert!(error.contains("which of the sites"), "{error}");
        let other = journey(Some("https://c.example/"));
        let error = assign(&[other], &mut two).unwrap_err().to_string();
        assert!(error.contains("`portal` is made on c.example"), "{error}");
    }

    #[test]
    fn a_missing_variable_names_journey_step_and_variable() {
        let mut journey = journey(None);
        let target = crate::crawl::journey::Target::Label("Password".into());
        let value = Value::Secret("PIXELWARDEN_TEST_UNSET".into());
        journey
            .steps
            .push(Step { action: Action::Type(target, value), timeout: Duration::from_secs(1) });
        let error = assign(&[journey], &mut crawls(&["https://a.example/"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "journey `portal`, step 2 (type $PIXELWARDEN_TEST_UNSET into the field \
             \"Password\"): the environment variable `PIXELWARDEN_TEST_UNSET` is not set"
        );
    }
}

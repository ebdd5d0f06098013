//! What becomes of findings in the light of what was decided beforehand.

use pixelwarden::audit::{self, Finding, Policy, Severity, Standing, WaivedBy, Waiver, regulation};

use crate::captures::{before, capture, detected, ga4, meta};

fn policy() -> Policy {
    Policy::on("2026-11-24".parse().unwrap())
}

/// A site that Meta and Google track before any choice.
fn judged(policy: &Policy) -> Vec<Finding> {
    let page = before("/").sends(&meta("PageView", "/", "")).sends(&ga4("page_view", "/", ""));
    let capture = capture([page]);
    audit::run(&capture, &detected(&capture), policy)
}

fn of<'a>(findings: &'a [Finding], audit: &str, vendor: &str) -> &'a Finding {
    findings.iter().find(|f| f.audit == audit && f.vendor == vendor).unwrap()
}

fn waiver(vendor: &str, expires: &str) -> Waiver {
    Waiver {
        audit: Some("ep-preconsent".to_owned()),
        fingerprint: None,
        vendor: Some(vendor.to_owned()),
        site: None,
        by: WaivedBy {
            reason: "replaced soon".to_owned(),
            owner: "Web team".to_owned(),
            expires: expires.parse().unwrap(),
        },
    }
}

#[test]
fn a_waiver_accepts_its_finding_until_its_last_day() {
    let mut policy = policy();
    policy.waivers = vec![waiver("meta pixel", "2026-11-24"), waiver("GOOGLE", "2026-11-24")];
    let found = judged(&policy);
    let mine = of(&found, "ep-preconsent", "Meta");
    assert!(matches!(mine.standing, Standing::Waived(_)), "{:?}", mine.standing);
    let rest: Vec<_> = found.iter().filter(|f| f.audit != "ep-preconsent").collect();
    assert!(rest.iter().all(|f| f.standing == Standing::Open));

    policy.today = "2026-11-25".parse().unwrap();
    policy.fail_on = "never".parse().unwrap();
    let found = judged(&policy);
    assert!(matches!(of(&found, "ep-preconsent", "Meta").standing, Standing::Expired(_)));
    assert!(policy.fails(&found), "a waiver that is over fails whatever the threshold");
}

#[test]
fn a_baseline_fails_only_what_it_does_not_have() {
    let first = judged(&policy());
    assert!(policy().fails(&first));
    let mut policy = policy();
    policy.baseline = Some(first.iter().map(|f| f.fingerprint.clone()).collect());
    let again = judged(&policy);
    assert!(again.iter().all(|f| f.standing == Standing::Known));
    assert!(!policy.fails(&again));
    policy.fail_on = "all:high".parse().unwrap();
    assert!(policy.fails(&again), "known findings count where it is said");

    policy.fail_on = "new:high".parse().unwrap();
    policy.baseline.as_mut().unwrap().remove(&of(&first, "ep-preconsent", "Meta").fingerprint);
    let again = judged(&policy);
    assert_eq!(of(&again, "ep-preconsent", "Meta").standing, Standing::New);
    assert!(policy.fails(&again));
}

#[test]
fn only_regulations_in_force_fail() {
    let mut policy = policy();
    policy.regulations = regulation("hipaa").unwrap();
    let found = judged(&policy);
    assert_eq!(of(&found, "ep-preconsent", "Meta").standing, Standing::OutOfForce);
    assert!(!policy.fails(&found));
    policy.regulations = regulation("gdpr").unwrap();
    assert!(policy.fails(&judged(&policy)));
    regulation("hippa").unwrap_err();
}

#[test]
fn an_owner_gives_severities_and_permissions() {
    let mut policy = policy();
    policy.severities.insert("ep-preconsent".to_owned(), Severity::Low);
    policy.allowed.insert("before-choice".parse().unwrap(), vec!["Google Analytics 4".to_owned()]);
    let found = judged(&policy);
    assert_eq!(of(&found, "ep-preconsent", "Meta").severity, Severity::Low);
    let google = of(&found, "ep-preconsent", "Google");
    let Standing::Covered { by } = &google.standing else { panic!("{:?}", google.standing) };
    assert!(by.contains("before-choice"), "{by}");
}

#[test]
fn a_policy_is_stored_and_read_alike() {
    let mut policy = policy();
    policy.waivers = vec![waiver("Meta", "2026-12-31")];
    policy.allowed.insert("gpc".parse().unwrap(), vec!["Matomo".to_owned()]);
    policy.baseline = Some(["abc".to_owned()].into());
    let text = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
}

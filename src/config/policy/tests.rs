use super::*;
use crate::config::raw::Fault;

fn fault(text: &str) -> Fault {
    PolicyConfig::read(text).unwrap_err()
}

const WAIVER: &str = "[[waiver]]\naudit = \"ep-preconsent\"\nreason = \"r\"\nowner = \"o\"\n";

#[test]
fn a_policy_is_read_with_the_lines_that_findings_point_to() {
    let text = format!(
        "targets = [\n  \"https://www.a.example\",\n  \"b.example\",\n]\nregulations = [\"gdpr\"]\n\
         [severity]\nunrecognised-pixel = \"low\"\n[allowed]\nbefore-choice = [\"Matomo\"]\n\
         [[vendor]]\nname = \"Hotjar\"\npurposes = [\"session-replay\"]\n{WAIVER}\
         expires = 2027-01-31\n[[journey]]\nname = \"portal\"\n"
    );
    let policy = PolicyConfig::read(&text).unwrap();
    assert_eq!(policy.written.sites["a.example"], 2);
    assert_eq!(policy.written.sites["b.example"], 3);
    assert_eq!(policy.written.journeys["portal"], 18);
    assert_eq!(policy.severities["unrecognised-pixel"], Severity::Low);
    assert!(policy.regulations.unwrap().contains("eprivacy"), "gdpr brings ePrivacy along");
    assert_eq!(policy.waivers[0].by.expires.to_string(), "2027-01-31");
    assert_eq!(policy.declared.unwrap()[0].purposes, ["session-replay"]);
}

#[test]
fn a_waiver_is_whole_or_an_error_with_its_line() {
    let whole = format!("{WAIVER}expires = \"2027-01-31\"\n");
    PolicyConfig::read(&whole).unwrap();
    for key in ["reason", "owner", "expires", "audit"] {
        let lines = whole.lines().filter(|line| !line.starts_with(key));
        let found = fault(&format!("# first\n{}\n", lines.collect::<Vec<_>>().join("\n")));
        assert!(found.message.contains(key), "{}", found.message);
        assert_eq!(found.line, 2, "{}", found.message);
    }
    let found = fault(&format!("{WAIVER}expires = \"next year\"\n"));
    assert_eq!((found.line, found.message.as_str()), (5, "`next year` is no day"));
}

#[test]
fn a_misspelt_name_is_told_with_the_nearest() {
    let hint = |text: &str| fault(text).hint.unwrap_or_default();
    assert!(hint("[severity]\nunrecognized-pixel = \"low\"\n").contains("unrecognised-pixel"));
    assert!(hint("[[waiver]]\naduit = \"x\"\n").contains("`audit`"));
    assert!(hint("[[waiver]]\naudit = \"ep-preconsnet\"\n").contains("ep-preconsent"));
    assert!(hint("[[vendor]]\nname = \"x\"\npurposes = [\"analytic\"]\n").contains("analytics"));
    assert_eq!(fault("\n[allowed]\nafter-lunch = []\n").line, 3);
    assert!(fault("regulations = [\"hippa\"]\n").message.contains("hipaa"));
    assert!(fault("preset = \"hippa\"\n").message.contains("hipaa"));
}

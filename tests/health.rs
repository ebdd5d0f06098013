//! What the health room promises: personal values are found and never leave, and
//! the pipe answers each line.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use pixelwarden::cli::Exit;
use pixelwarden::cli::health::classify;
use pixelwarden::health::IdentifierKind::{
    BirthDate, Card, Email, EmailHash, Ip, Location, MedicalNumber, Name, NameHash, OtherHash,
    Phone, PhoneHash, Postcode, Secret, Ssn, Street, UserId,
};
use pixelwarden::health::{IdentifierKind, Lexicon, identifiers, identifiers_of, mask, mask_param};
use pixelwarden::signature::Database;
use proptest::prelude::*;
use serde_json::Value;

const SHA256: &str = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d";
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn kinds(text: &str) -> Vec<IdentifierKind> {
    identifiers(text).iter().map(|id| id.kind).collect()
}

fn kinds_of(name: &str, value: &str) -> Vec<IdentifierKind> {
    identifiers_of(name, value).iter().map(|id| id.kind).collect()
}

#[test]
fn values_are_known_by_their_shape() {
    let cases: &[(&str, &[IdentifierKind])] = &[
        ("write to jane.roe+x@mail.example.org now", &[Email]),
        ("https://x.example/?next=%2Fa%3Fm%3Djane%40example.org", &[Email]),
        ("call (212) 555-0147 or 212-555-0147 or 212.555.0147", &[Phone, Phone, Phone]),
        ("tel:+1%20212%20555%200147", &[Phone]),
        ("+49 30 901820", &[Phone]),
        ("ssn is 219-09-9999.", &[Ssn]),
        ("4111 1111 1111 1111", &[Card]),
        ("pay 378282246310005 now", &[Card]),
        ("from 203.0.113.77 at", &[Ip]),
        ("2001:db8:85a3:0:0:8a2e:370:7334", &[Ip]),
        ("geo 40.71278,-74.00594", &[Location]),
        ("https://joe:hunter22@x.example/", &[Secret]),
        ("Authorization: Bearer abcdef0123456789", &[Secret]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", &[Secret]),
        ("/a?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", &[Secret]),
        ("/verify/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", &[Secret]),
        ("/a?u=%2Fx%3Ftok%3DeyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", &[Secret]),
        ("u=https%25253A%25252F%25252Fx%25253Fjane%252540example.org", &[Email]),
    ];
    for (text, expected) in cases {
        assert_eq!(kinds(text), *expected, "{text}");
    }
}

#[test]
fn values_are_known_by_their_name() {
    let cases: &[(&str, &str, IdentifierKind)] = &[
        ("ud[em]", SHA256, EmailHash),
        ("em", SHA256, EmailHash),
        ("hashedEmail", "5f4dcc3b5aa765d61d8327deb882cf99", EmailHash),
        ("ud[ph]", SHA256, PhoneHash),
        ("phone_number", "2125550147", Phone),
        ("ud[fn]", "jane", Name),
        ("ud[ln]", SHA256, NameHash),
        ("patient[firstName]", "Jane", Name),
        ("dob", "1970-01-31", BirthDate),
        ("date_of_birth", "01%2F31%2F1970", BirthDate),
        ("zip", "10001", Postcode),
        ("postalCode", "EC1A 1BB", Postcode),
        ("ud[zp]", SHA256, OtherHash),
        ("address1", "12 Main St", Street),
        ("mrn", "E1234567", MedicalNumber),
        ("patientId", "883211", MedicalNumber),
        ("rxNumber", "7001234", MedicalNumber),
        ("npi", "1245319599", MedicalNumber),
        ("userId", "jroe7", UserId),
        ("external_id", SHA256, OtherHash),
        ("latitude", "40.71278", Location),
        ("uip", "203.0.113.77", Ip),
        ("api_secret", "k3y-of-no-one", Secret),
        ("access_token", "EAAB0123456789", Secret),
    ];
    for (name, value, kind) in cases {
        assert_eq!(kinds_of(name, value), [*kind], "{name}={value}");
    }
}

#[test]
fn known_non_data_is_not_personal() {
    let values: &[(&str, &str)] = &[
        ("cid", "1234567890.1700000000"),
        ("_ga", "GA1.2.2125550147.1700000000"),
        ("fbp", "fb.1.1700000000000.2125550147"),
        ("ts", "1732000000000"),
        ("orderId", "2125550147"),
        ("v", "2.9.179"),
        ("uafvl", "Chromium;112.0.5615.137|Not:A-Brand;99.0.0.0"),
        ("value", "1249.99"),
        ("ud[em]", EMPTY_SHA256),
        ("email", "true"),
        ("phone", "undefined"),
        ("em", "yes"),
        ("npi", "1245319590"),
        ("first_name", "true"),
        ("zip", "null"),
        ("gtm", "45je54n0v9115044890z8832224389za200"),
        ("id", "1234567890123456"),
        ("sr", "1920x1080"),
        ("date", "2025-04-28T15:22:30.673Z"),
    ];
    for (name, value) in values {
        assert!(kinds_of(name, value).is_empty(), "{name}={value}: {:?}", kinds_of(name, value));
        let text = format!("https://t.example/c?{name}={value}&x=1");
        assert!(kinds(&text).is_empty(), "{text}: {:?}", kinds(&text));
    }
}

#[test]
fn names_and_values_are_found_inside_addresses_and_bodies() {
    let text = format!("https://t.example/tr?id=1&ud%5Bem%5D={SHA256}&dob=1970-01-31&x=y");
    assert_eq!(kinds(&text), [EmailHash, BirthDate]);
    assert_eq!(
        kinds(r#"{"user":{"firstName":"Jane","mrn":"E1234567"},"n":1}"#),
        [Name, MedicalNumber]
    );
    assert_eq!(kinds("%7B%22lastName%22%3A%22Roe%22%2C%22n%22%3A1%7D"), [Name]);
}

#[test]
fn a_mask_keeps_what_is_nobodys_and_the_shape_of_ids() {
    let masked = mask("https://t.example/c?cid=1234567890.1700000000&em=jane@example.org&v=2");
    assert_eq!(masked.as_str(), "https://t.example/c?cid=1••••••.1700000000&em=j••••••&v=2");
    assert_eq!(
        mask_param("fbp", "fb.1.1700000000000.987654321").as_str(),
        "fb.1.1700000000000.9••••••"
    );
    assert_eq!(mask_param("z", "1700000000123").as_str(), "1700000000123");
    assert_eq!(mask_param("cid", "jane@example.org").as_str(), "j••••••");
    assert_eq!(mask_param("content_name", "Plan B").as_str(), "Plan B");
    assert_eq!(mask_param("dob", "1970-01-31").as_str(), "1••••••");
}

#[test]
fn a_value_is_masked_wherever_it_stands_again() {
    let masked = mask("https://t.example/roe-family?lastName=roe-family&p=/u/roe-family");
    assert!(!masked.as_str().contains("roe-family"), "{masked}");
}

#[test]
fn a_wrapping_that_anyone_can_undo_hides_nothing() {
    use base64::Engine;
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let once = base64("{\"user\":{\"email\":\"jane.roe@example.org\"}}");
    let wrappings = [
        once.clone(),
        base64(&once),
        once.replace('=', "%3D").replace('/', "%2F"),
        hex::encode("mail=jane.roe@example.org"),
        base64("call (415) 555-2671 today"),
    ];
    for wrapping in &wrappings {
        let core = wrapping.split(['=', '%']).next().unwrap();
        for text in [
            format!("https://t.example/c?v=2&b={wrapping}&x=1"),
            format!("https://t.example/p/{wrapping}/c.gif"),
            format!("{{\"a\":\"{wrapping}\"}}"),
        ] {
            let masked = mask(&text);
            assert!(!masked.as_str().contains(&core[4..]), "{wrapping}: {masked}");
        }
    }
    let digest =
        "https://t.example/c/973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
    assert_eq!(mask(digest).as_str(), digest);
}

/// Values that no test text holds by chance, with the name that gives them away.
fn planted() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        "[a-z]{3,8}\\.[a-z]{3,8}@[a-z]{4,9}\\.(com|org)".prop_map(|v| ("x", v)),
        "[a-z]{3,8}%40[a-z]{4,9}\\.(com|org)".prop_map(|v| ("x", v)),
        "[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}".prop_map(|v| ("x", v)),
        "\\([2-9][0-9]{2}\\) [2-9][0-9]{2}-[0-9]{4}".prop_map(|v| ("x", v)),
        "[0-9]{10}".prop_map(|v| ("phone", v)),
        "19[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(|v| ("dob", v)),
        "[A-Z][0-9]{7}".prop_map(|v| ("mrn", v)),
        "[0-9a-f]{64}".prop_map(|v| ("ud[em]", v)),
        "[0-9a-f]{64}".prop_map(|v| ("ud%5Bph%5D", v)),
        "[A-Za-z]{5,12}".prop_map(|v| ("lastName", v)),
        "[A-Za-z0-9]{12,40}".prop_map(|v| ("access_token", v)),
    ]
}

proptest! {
    #[test]
    fn masking_never_leaks_what_was_planted(
        (name, value) in planted(),
        head in "https://[a-z]{3,9}\\.example/[a-z/]{0,12}\\?([a-z]{1,3}=[a-z0-9]{0,6}&){0,3}",
        tail in "(&[a-z]{1,3}=[a-z0-9]{0,6}){0,3}",
    ) {
        prop_assume!(!["true", "false", "undefined", "anonymous", "guest", "unknown", "redacted", "required"]
            .contains(&value.to_lowercase().as_str()));
        prop_assume!(!value.to_lowercase().chars().all(|c| c == 'x'));
        let query = mask(&format!("{head}{name}={value}{tail}"));
        prop_assert!(!query.as_str().contains(&value), "{query}");
        let json = mask(&format!("{{\"a\":1,\"{name}\":\"{value}\",\"b\":[2]}}"));
        prop_assert!(!json.as_str().contains(&value), "{json}");
        let alone = mask_param(name, &value);
        prop_assert!(!alone.as_str().contains(&value), "{alone}");
    }

    #[test]
    fn whatever_is_found_does_not_survive(text in "[ -~é中\\n]{0,120}") {
        let masked = mask(&text);
        for id in identifiers(&text) {
            let value = &text[id.span.clone()];
            if value.len() >= 5 {
                prop_assert!(!masked.as_str().contains(value), "{value} in {masked}");
            }
        }
    }

    #[test]
    fn no_input_panics(name in ".{0,40}", text in ".{0,400}") {
        let _ = (mask(&text), mask_param(&name, &text), identifiers_of(&name, &text));
    }

    #[test]
    fn no_input_panics_around_separators(text in "[%=:@&\"'0-9a-f.+() é-]{0,200}") {
        let _ = (mask(&text), mask_param(&text, &text));
    }

    #[test]
    fn no_address_panics(text in ".{0,200}", title in ".{0,100}") {
        let lexicon = lexicon();
        let _ = lexicon.url(&text);
        let verdict = lexicon.text(&title, &lexicon.url(&text));
        prop_assert_eq!(verdict, lexicon.text(&title, &lexicon.url(&text)));
    }
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: std::sync::OnceLock<Lexicon> = std::sync::OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::builtin().unwrap())
}

fn answers(input: &str) -> (Exit, Vec<Value>) {
    let mut out = Vec::new();
    let db = Database::builtin().unwrap();
    let exit = classify(lexicon(), &db, &mut input.as_bytes(), &mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    (exit, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_pipe_answers_pages_in_order() {
    let (exit, answers) = answers(
        "{\"url\": \"https://www.lakeside-clinic.example/conditions/heart-failure\"}\n\
         {\"url\": \"https://www.lakeside-clinic.example/careers/oncology-nurse\"}\n\
         {\"url\": \"https://stars.example/zodiac/cancer\", \"title\": \"Cancer\"}\n",
    );
    let labels: Vec<&str> = answers.iter().map(|a| a["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["phi", "health-generic", "none"]);
    assert_eq!(exit, Exit::Clean);
    assert_eq!(answers[0]["categories"][0], "condition");
    assert_eq!(answers[0]["evidence"][0]["term"], "heart failure");
    assert!(answers[0].get("carriers").is_none());
}

#[test]
fn a_bad_line_is_told_and_the_next_one_answered() {
    let (exit, answers) = answers("{\"url\": 1}\n\n{\"url\": \"https://shop.example/\"}\n");
    assert_eq!(answers[0]["error"]["line"], 1);
    assert_eq!(answers[1]["label"], "none");
    assert_eq!(exit, Exit::Findings);
}

#[test]
fn a_request_names_its_carriers() {
    let page = "https://www.lakeside-clinic.example/services/sti-testing";
    let request = serde_json::json!({
        "method": "GET", "page_url": page,
        "url": format!("https://www.facebook.com/tr/?id=1&ev=Lead&dl={page}&cd[content_name]=STI%20test%20kit\
                        &cd[buttonText]=Send&ud[em]={SHA256}&fbp=fb.1.1700000000000.2125550147"),
    });
    let (_, answers) = answers(&request.to_string());
    assert_eq!(answers[0]["label"], "phi");
    // The page tells of a test, so that the button tells that something was sent there.
    let cited = ["cd[buttonText]", "cd[content_name]", "dl", "ud[em]"];
    assert_eq!(answers[0]["carriers"], serde_json::json!(cited));
    let harmless = request.to_string().replace("services/sti-testing", "parking");
    let (_, answers) = self::answers(&harmless);
    assert_eq!(answers[0]["carriers"], serde_json::json!(["cd[content_name]", "ud[em]"]));
}

#[test]
fn a_body_is_read_as_json_and_as_pairs() {
    let json = r#"{"method":"POST","url":"https://tr.example/p","page_url":"https://plans.example/","post_data":"{\"req\":[{\"md\":{\"btx\":\"Fluoxetine\"}}]}"}"#;
    let pairs = r#"{"method":"POST","url":"https://tr.example/g","page_url":"https://plans.example/","post_data":"en=click&ep.link_text=Fluoxetine\nen=scroll"}"#;
    let (_, answers) = answers(&format!("{json}\n{pairs}\n"));
    assert_eq!(answers[0]["carriers"], serde_json::json!(["req[].md.btx"]));
    assert_eq!(answers[1]["carriers"], serde_json::json!(["ep.link_text"]));
}

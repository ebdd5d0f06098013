//! What a journey's table may say, and what is told when it is wrong.

use super::*;

fn steps(steps: &str) -> Result<Vec<Step>> {
    let text = format!("[[journey]]\nname = \"x\"\nsteps = [\n{{ goto = \"/\" }},\n{steps}\n]");
    Ok(read(&text)?.remove(0).steps)
}

fn fault(of: &str) -> (usize, String, String) {
    let fault = steps(of).unwrap_err();
    (fault.line, fault.message, fault.hint.unwrap_or_default())
}

#[test]
fn every_kind_of_step_reads_as_it_is_said() {
    let all = "
        { click = { text = \"Log in\" } },
        { click = \"#go\", timeout = 3 },
        { type = { label = \"E-mail\", env = \"PORTAL_USER\" } },
        { type = { selector = \"input[name=q]\", text = \"flu\" } },
        { select = { label = \"Reason\", option = \"Diabetes care\" } },
        { check = { label = \"I agree\" } },
        { uncheck = { role = \"checkbox\", name = \"Send news\" } },
        { press = \"Enter\" },
        { scroll = \"page\" },
        { scroll = \"#end\" },
        { screenshot = \"done\" },
        { wait-for = { quiet = true } },
        { wait-for = { url = \"/home\" } },
        { expect = { text = \"Hello\" } },
        { expect = { selector = \".error\", absent = true } }";
    let said: Vec<String> =
        steps(all).unwrap().iter().map(|step| step.action.to_string()).collect();
    let wanted = [
        "goto /",
        "click \"Log in\"",
        "click `#go`",
        "type $PORTAL_USER into the field \"E-mail\"",
        "type \"flu\" into `input[name=q]`",
        "select \"Diabetes care\" in the field \"Reason\"",
        "check the field \"I agree\"",
        "uncheck the checkbox \"Send news\"",
        "press Enter",
        "scroll through the page",
        "scroll to `#end`",
        "screenshot \"done\"",
        "wait for a quiet network",
        "wait for address with \"/home\" in it",
        "expect text \"Hello\"",
        "expect no `.error`",
    ];
    assert_eq!(said, wanted);
    assert_eq!(steps(all).unwrap()[2].timeout, Duration::from_secs(3));
}

#[test]
fn a_fault_has_its_line_and_a_guess() {
    let (line, message, hint) = fault("{ press = \"Enter\" },\n{ clik = \"#go\" }");
    assert_eq!((line, message.as_str()), (6, "unknown key `clik` in a step"));
    assert_eq!(hint, "did you mean `click`?");
    let (line, message, hint) = fault("{ type = { lable = \"E-mail\", text = \"x\" } }");
    assert_eq!((line, message.as_str()), (5, "unknown key `lable` in `type`"));
    assert_eq!(hint, "did you mean `label`?");
    assert!(fault("{ click = \"a\", press = \"Tab\" }").1.contains("one thing"));
    assert!(fault("{ press = \"Hyper\" }").2.contains("Enter"));
    assert!(fault("{ type = { label = \"x\" } }").1.contains("`text` and `env`"));
    assert!(fault("{ click = { text = \"a\", label = \"b\" } }").1.contains("one of"));
    assert!(fault("{ click = \"a\", timeout = 0 }").1.contains("1 to 120"));
    assert!(fault("{ click = \"a\", timeout = 0x1F }").1.contains("1 to 120"));
    assert!(fault("{ expect = { quiet = true } }").1.contains("not expected"));
}

#[test]
fn a_password_is_refused_where_it_is_written_down() {
    let (line, message, hint) = fault("{ type = { label = \"Password\", text = \"hunter2\" } }");
    assert_eq!((line, message.as_str()), (5, "a password is not written into this file"));
    assert!(hint.contains("env = "), "{hint}");
    assert!(steps("{ type = { label = \"Password\", env = \"P\" } }").is_ok());
}

#[test]
fn a_journey_has_a_name_of_its_own_and_begins_on_a_page() {
    let fault = |text: &str| read(text).unwrap_err().message;
    let one = "[[journey]]\nname = \"x\"\nsteps = [{ goto = \"/\" }]\n";
    assert!(fault(&format!("{one}{one}")).contains("two journeys `x`"));
    assert!(fault("[[journey]]\nname = \"x\"\nsteps = [{ click = \"a\" }]").contains("`goto`"));
    assert!(fault("[[journey]]\nsteps = []").contains("`name`"));
    assert!(fault("[journey]\nname = \"x\"").contains("[[journey]]"));
    assert!(
        fault("[[journey]]\nname = \"x\"\nstates = [\"never\"]\nsteps = [{ goto = \"/\" }]")
            .contains("consent state")
    );
    assert_eq!(read("jobs = 2").unwrap(), []);
}

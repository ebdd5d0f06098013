//! The forms under which a term is looked for: singular and plural of its last
//! word, and written as one word (`birthcontrol`).

/// All forms of a phrase, itself first.
pub(super) fn forms(phrase: &[String]) -> Vec<Vec<String>> {
    let mut all = vec![phrase.to_vec()];
    if let Some((last, head)) = phrase.split_last()
        && let Some(other) = number(last)
    {
        all.push(head.iter().cloned().chain([other]).collect());
    }
    let joined: Vec<Vec<String>> =
        all.iter().filter(|form| joins(form)).map(|form| vec![form.concat()]).collect();
    all.extend(joined);
    all
}

/// Short phrases are not joined: `ed pill` would become part of another word.
fn joins(form: &[String]) -> bool {
    (2..=3).contains(&form.len()) && form.iter().map(String::len).sum::<usize>() >= 7
}

/// The plural of a singular word, the singular of a plural one; `None` for words
/// without the other (`diabetes`, `covid19`).
fn number(word: &str) -> Option<String> {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) || word.len() < 3 || word == "news" {
        return None;
    }
    if word.len() == 3 {
        // `x rays`; the singular of so short a word is none.
        return (!word.ends_with(['s', 'x', 'z'])).then(|| format!("{word}s"));
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    if ["ss", "us", "is", "ics", "tes"].iter().any(|ending| word.ends_with(ending)) {
        return word.ends_with("ss").then(|| format!("{word}es"));
    }
    if let Some(stem) = word.strip_suffix('s') {
        return Some(stem.to_owned());
    }
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'o', 'u'])
    {
        return Some(format!("{stem}ies"));
    }
    let hissing = ["x", "ch", "sh", "z"].iter().any(|ending| word.ends_with(ending));
    Some(format!("{word}{}", if hissing { "es" } else { "s" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let phrase: Vec<String> = text.split(' ').map(str::to_owned).collect();
        forms(&phrase).iter().map(|form| form.join(" ")).collect()
    }

    #[test]
    fn a_term_is_found_in_both_numbers_and_as_one_word() {
        assert_eq!(of("allergy"), ["allergy", "allergies"]);
        assert_eq!(of("symptoms"), ["symptoms", "symptom"]);
        assert_eq!(of("x ray")[..2], ["x ray", "x rays"]);
        assert_eq!(
            of("birth control"),
            ["birth control", "birth controls", "birthcontrol", "birthcontrols"]
        );
    }

    #[test]
    fn words_without_a_number_keep_their_form() {
        assert_eq!(of("arthritis"), ["arthritis"]);
        assert_eq!(of("diabetes"), ["diabetes"]);
        assert_eq!(of("news"), ["news"]);
        assert_eq!(of("ets"), ["ets"]);
    }
}

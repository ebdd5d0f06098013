//! Forms and their fields: what is asked for, never what was typed.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::page::absolute;
use super::{collapsed, cut};
use crate::model::{Form, FormField};

const FORMS_LIMIT: usize = 100;
const FIELDS_LIMIT: usize = 300;

/// Reads the forms, in order.
pub(super) fn collect(html: &Html, base: Option<&Url>) -> Vec<Form> {
    let (Ok(forms), Ok(fields), Ok(labels)) = (
        Selector::parse("form"),
        Selector::parse("input, select, textarea"),
        Selector::parse("label[for]"),
    ) else {
        return Vec::new();
    };
    let labels: BTreeMap<&str, String> = html
        .select(&labels)
        .filter_map(|label| Some((label.value().attr("for")?, collapsed(label.text(), 200))))
        .take(FIELDS_LIMIT * 10)
        .collect();
    html.select(&forms)
        .take(FORMS_LIMIT)
        .map(|form| {
            let attribute = |name| form.value().attr(name).unwrap_or_default();
            let action = absolute(base, attribute("action")).map(String::from);
            let name = [attribute("id"), attribute("name")].into_iter().find(|n| !n.is_empty());
            Form {
                action: action.or_else(|| base.map(ToString::to_string)).unwrap_or_default(),
                method: match attribute("method").to_ascii_uppercase().as_str() {
                    "POST" => "POST".to_owned(),
                    "DIALOG" => "DIALOG".to_owned(),
                    _ => "GET".to_owned(),
                },
                name: cut(name.unwrap_or_default(), 200),
                fields: form
                    .select(&fields)
                    .filter_map(|f| field(f, &labels))
                    .take(FIELDS_LIMIT)
                    .collect(),
            }
        })
        .collect()
}

fn field(element: ElementRef<'_>, labels: &BTreeMap<&str, String>) -> Option<FormField> {
    let attribute = |name| element.value().attr(name).unwrap_or_default();
    let kind = match element.value().name() {
        "input" => match attribute("type").to_ascii_lowercase() {
            kind if kind.is_empty() => "text".to_owned(),
            kind => cut(&kind, 40),
        },
        other => other.to_owned(),
    };
    if matches!(kind.as_str(), "submit" | "button" | "reset" | "image") {
        return None;
    }
    let name = [attribute("name"), attribute("id")].into_iter().find(|n| !n.is_empty());
    Some(FormField {
        name: cut(name.unwrap_or_default(), 200),
        kind,
        label: label(element, labels),
        autocomplete: cut(attribute("autocomplete"), 100),
    })
}

/// What a visitor reads beside the field.
fn label(element: ElementRef<'_>, labels: &BTreeMap<&str, String>) -> String {
    let attribute = |name| element.value().attr(name).unwrap_or_default();
    if let Some(label) = labels.get(attribute("id")).filter(|label| !label.is_empty()) {
        return label.clone();
    }
    let around = element.ancestors().take(6).filter_map(ElementRef::wrap);
    let around = around.into_iter().find(|parent| parent.value().name() == "label");
    if let Some(around) = around {
        return collapsed(around.text(), 200);
    }
    let own = ["aria-label", "placeholder", "title"].into_iter().map(attribute);
    own.map(|text| collapsed([text].into_iter(), 200))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_labels_and_never_their_values() {
        let html = Html::parse_document(
            r#"<form action="/send" method="post" id="book"><label for="e">E-mail</label>
            <input id="e" type="email" value="jane@example.org" autocomplete="email">
            <label>Reason <textarea name="why">secret</textarea></label>
            <select name="doctor" aria-label="Doctor"><option value="dr-x" selected>Dr X</select>
            <input type="submit" value="Go"></form><form></form>"#,
        );
        let base = Url::parse("https://clinic.example/book").ok();
        let forms = collect(&html, base.as_ref());
        assert_eq!(forms.len(), 2);
        assert_eq!((&*forms[0].action, &*forms[0].method), ("https://clinic.example/send", "POST"));
        assert_eq!((&*forms[1].action, &*forms[1].method), ("https://clinic.example/book", "GET"));
        let shown: Vec<String> =
            forms[0].fields.iter().map(|f| format!("{} {} {}", f.name, f.kind, f.label)).collect();
        assert_eq!(shown[0], "e email E-mail");
        assert!(shown[1].starts_with("why textarea Reason"), "{shown:?}");
        assert_eq!(shown[2], "doctor select Doctor");
        assert!(!format!("{forms:?}").contains("jane@example.org"));
    }
}

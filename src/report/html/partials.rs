//! Templates that include others: a circle of them would never come to an end.

use std::collections::BTreeMap;

/// What a template's `{{> name}}` may not be: a name that is computed.
const COMPUTED: &str = "(";

/// The first circle of templates that include each other, as `top > matrix > top`; also a
/// template that computes which one it includes, since nobody can tell.
pub(super) fn circle(templates: &BTreeMap<&str, &str>) -> Option<String> {
    let mut path = Vec::new();
    let mut done = Vec::new();
    templates.keys().find_map(|name| walk(name, templates, &mut path, &mut done))
}

fn walk<'t>(
    name: &'t str,
    templates: &BTreeMap<&str, &'t str>,
    path: &mut Vec<&'t str>,
    done: &mut Vec<&'t str>,
) -> Option<String> {
    if path.contains(&name) || name.starts_with(COMPUTED) {
        return Some([path.as_slice(), &[name]].concat().join(" > "));
    }
    if done.contains(&name) {
        return None;
    }
    path.push(name);
    let text = templates.get(name).copied().unwrap_or_default();
    let found = included(text).find_map(|next| walk(next, templates, path, done));
    path.pop();
    done.push(name);
    found
}

/// The names after `{{>` or `{{#>`.
fn included(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|tag| {
        let name = tag.trim_start_matches(['~', '#']).strip_prefix('>')?.trim_start();
        let end = name.find(|c: char| c.is_whitespace() || c == '}' || c == '~');
        Some(&name[..end.unwrap_or(name.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_trees_are_none() {
        let found = |top: &'static str, matrix: &'static str| {
            circle(&BTreeMap::from([("top", top), ("matrix", matrix), ("style", "p {}")]))
        };
        assert_eq!(found("{{> matrix}} {{> style}}", "{{~> style }}"), None);
        assert_eq!(
            found("{{#> matrix x=1}}{{/matrix}}", "{{>top}}").unwrap(),
            "matrix > top > matrix"
        );
        assert_eq!(found("{{> (lookup . \"x\")}}", "").unwrap(), "top > (lookup");
    }
}

//! Which JavaScript globals exist, of those that signatures ask about.

use super::top;
use crate::dom::{Dom, DomError, World};

/// Looks the names up in the page's own world. A name may have dots (`google_tag_data.ics`).
pub(super) async fn collect<D: Dom>(dom: &D, names: &[String]) -> Result<Vec<String>, DomError> {
    let list = serde_json::to_string(names)
        .map_err(|error| DomError::Script { message: error.to_string() })?;
    let script = format!(
        "{list}.filter(name => {{ try {{ let at = globalThis; \
         for (const part of name.split('.')) {{ if (at == null || !(part in Object(at))) return false; at = at[part]; }} \
         return at !== undefined; }} catch {{ return false; }} }})"
    );
    let found = dom.evaluate(&top(dom).await?, World::Main, &script).await?;
    // The page's own world may answer anything: only names that were asked for count.
    let found = found.as_array().map_or(&[][..], Vec::as_slice);
    let mut found: Vec<String> = names
        .iter()
        .filter(|name| found.iter().any(|value| value.as_str() == Some(name)))
        .cloned()
        .collect();
    found.sort();
    Ok(found)
}

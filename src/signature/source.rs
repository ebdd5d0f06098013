//! Where an account or an event stands: `query.id`, `param.ev`, `path.account`,
//! or a text with such places in braces, `{path.list.type}/{path.list.cat}`.

use serde_json::Value;

use crate::decode::tree;

/// One place, or a text around places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// From the root: `query.id`, `body.pids`, `path.account`, `host.account`.
    Place(String),
    /// Nearest the event: its own, then what surrounds it, then body, then query.
    Param(String),
    /// Pieces in order; nothing if one of them is missing.
    Template(Vec<Piece>),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Source(Source),
}

/// The rooms of the tree that a place starts from.
const ROOMS: &[&str] = &["query", "body", "path", "host"];

impl Source {
    /// # Errors
    /// Says what is wrong with the text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(place) = place(text) {
            return Ok(place);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("`{text}` lacks a closing brace"))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let source = place(name).ok_or_else(|| format!("`{name}` names no place"))?;
            pieces.push(Piece::Source(source));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self::Template(pieces))
    }

    /// Its text for one event; `None` where nothing stands. `scopes` are the
    /// event and what surrounds it, the nearest first.
    pub(super) fn read(&self, root: &Value, scopes: &[&Value]) -> Option<String> {
        match self {
            Self::Place(path) => tree::text(tree::get(root, path)?),
            Self::Param(path) => {
                scopes.iter().find_map(|scope| tree::text(tree::get(scope, path)?))
            }
            Self::Template(pieces) => pieces.iter().map(|p| p.read(root, scopes)).collect(),
        }
        .filter(|text| !text.is_empty())
    }
}

impl Piece {
    fn read(&self, root: &Value, scopes: &[&Value]) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Source(source) => source.read(root, scopes),
        }
    }
}

fn place(text: &str) -> Option<Source> {
    let (room, path) = text.split_once('.')?;
    if room == "param" && !path.is_empty() {
        return Some(Source::Param(path.to_owned()));
    }
    // A body that is a list: `body[1].type`.
    let room = room.split_once('[').map_or(room, |(room, _)| room);
    (ROOMS.contains(&room) && !path.is_empty()).then(|| Source::Place(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_needs_all_its_places() {
        let root = json!({"path": {"list": {"type": "t", "cat": "c"}}});
        let read = |text: &str| Source::parse(text).unwrap().read(&root, &[]);
        assert_eq!(read("{path.list.type}/{path.list.cat}").as_deref(), Some("t/c"));
        assert_eq!(read("DC-{path.list.src}"), None);
        assert_eq!(read("PageView").as_deref(), Some("PageView"));
        let list = json!({"body": [{}, {"type": "session"}]});
        let event = Source::parse("body[1].type").unwrap().read(&list, &[]);
        assert_eq!(event.as_deref(), Some("session"));
        assert!(Source::parse("{path.a").is_err() && Source::parse("{nowhere}").is_err());
    }

    #[test]
    fn a_param_is_read_nearest_the_event() {
        let (near, far) = (json!({"en": "scroll"}), json!({"en": "x", "tid": "G-1"}));
        let read = |text: &str| Source::parse(text).unwrap().read(&json!({}), &[&near, &far]);
        assert_eq!(read("param.en").as_deref(), Some("scroll"));
        assert_eq!(read("param.tid").as_deref(), Some("G-1"));
    }
}

//! How the page looks beyond what it says: a user's own templates, name and logo.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The largest logo, in bytes: it becomes part of every page.
pub const LOGO_LIMIT: usize = 128 * 1024;

/// Texts of templates by the names of ours that they take the place of.
pub type Templates = BTreeMap<String, String>;

/// How a page looks; as it comes by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The user's own templates of the page; none if empty.
    pub templates: Templates,
    /// Whose report it is: a name to stand at its head; none if empty.
    pub brand: String,
    /// A picture beside that name.
    pub logo: Option<Logo>,
}

/// A picture that a page can show from within itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    address: String,
}

impl Logo {
    /// The picture of a file: PNG, JPEG or SVG, known by how it begins. An SVG is shown as
    /// an image, in which a browser runs no script and asks nothing of the network.
    ///
    /// # Errors
    /// When it is none of these, or too large, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LOGO_LIMIT {
            return Err(format!("it is larger than {} kB", LOGO_LIMIT / 1024));
        }
        let kind = match bytes {
            [0x89, b'P', b'N', b'G', ..] => "png",
            [0xff, 0xd8, 0xff, ..] => "jpeg",
            other if is_svg(other) => "svg+xml",
            _ => return Err("it is neither PNG, JPEG nor SVG".to_owned()),
        };
        let address = format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes));
        Ok(Self { address })
    }

    /// The picture as a data address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    (text.starts_with("<svg") || text.starts_with("<?xml") || text.starts_with("<!--"))
        && text.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_known_by_how_it_begins() {
        let svg = b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>";
        assert!(Logo::read(svg).unwrap().address().starts_with("data:image/svg+xml;base64,"));
        assert!(Logo::read(b"\x89PNG\r\n").unwrap().address().starts_with("data:image/png;"));
        assert!(Logo::read(b"\xff\xd8\xff\xe0").unwrap().address().starts_with("data:image/jpeg;"));
        for other in [&b"<html><svg></svg>"[..], b"GIF89a", b"", b"\xff\xfe<svg"] {
            assert!(Logo::read(other).is_err());
        }
        assert!(Logo::read(&vec![b' '; LOGO_LIMIT + 1]).unwrap_err().contains("128 kB"));
    }
}

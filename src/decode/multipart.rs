//! `multipart/form-data`, with the boundary read from the body itself: captures
//! often lack the header that names it.

/// The most fields that are read.
const MAX_FIELDS: usize = 1000;

/// The named fields of a multipart body, in order; `None` if it is none.
///
/// Files are skipped: what a visitor uploads is not a parameter.
pub(super) fn fields(text: &str) -> Option<Vec<(String, String)>> {
    let text = text.trim_start_matches(['\r', '\n']);
    let delimiter = text.lines().next().filter(|l| l.starts_with("--") && l.len() > 4)?.trim_end();
    let mut fields = Vec::new();
    for part in text.split(delimiter).take(MAX_FIELDS) {
        let Some((head, value)) = split_head(part) else { continue };
        let Some(name) = attribute(head, "name") else { continue };
        if attribute(head, "filename").is_some() {
            continue;
        }
        let value = value.strip_suffix('\n').unwrap_or(value);
        let value = value.strip_suffix('\r').unwrap_or(value);
        fields.push((name.to_owned(), value.to_owned()));
    }
    (!fields.is_empty()).then_some(fields)
}

fn split_head(part: &str) -> Option<(&str, &str)> {
    part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n"))
}

/// A quoted attribute of the `content-disposition` header.
fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let line = head.lines().find(|l| {
        l.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
    })?;
    line.split(';').map(str::trim).find_map(|item| {
        item.strip_prefix(name)?.strip_prefix('=')?.strip_prefix('"')?.strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_files_are_not() {
        let body = "------x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n42\r\n\
                    ------x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nzz\r\n\
                    ------x\r\nContent-Disposition: form-data; name=\"cd[a]\"\r\n\r\nline\r\ntwo\r\n------x--\r\n";
        let read = fields(body).unwrap();
        assert_eq!(read[0], ("id".to_owned(), "42".to_owned()));
        assert_eq!(read[1], ("cd[a]".to_owned(), "line\r\ntwo".to_owned()));
        assert_eq!(read.len(), 2);
        assert_eq!(fields("id=42"), None);
    }
}

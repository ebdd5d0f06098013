//! The pages of the example site, embedded in the binary.

use axum::http::StatusCode;
use axum::response::Response;
use include_dir::{Dir, include_dir};

use super::reply;

/// Everything below `tests/site`.
static SITE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/site");

/// A file below `tests/site`, if there is one.
pub(super) fn file(path: &str) -> Option<&'static [u8]> {
    SITE.get_file(path).map(include_dir::File::contents)
}

/// The file of a virtual host for this path: itself, with `.html`, or the folder's `index.html`.
pub(super) fn find(folder: &str, path: &str) -> Option<(String, &'static [u8])> {
    let path = path.trim_matches('/');
    let names = match path {
        "" => vec![format!("{folder}/index.html")],
        _ => vec![
            format!("{folder}/{path}").trim_start_matches('/').to_owned(),
            format!("{folder}/{path}.html"),
            format!("{folder}/{path}/index.html"),
        ],
    };
    names.into_iter().find_map(|name| file(&name).map(|contents| (name, contents)))
}

/// The answer for a path of a virtual host, 404 if there is no file.
pub(super) fn serve(folder: &str, path: &str) -> Response {
    match find(folder, path) {
        Some((name, contents)) => reply::bytes(media_type(&name), contents),
        None => reply::status(StatusCode::NOT_FOUND),
    }
}

/// The media type by the ending of a file name.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "gif" => "image/gif",
        "xml" => "application/xml",
        "xsl" => "text/xsl",
        "woff2" => "font/woff2",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "vtt" => "text/vtt",
        _ => "text/plain; charset=utf-8",
    }
}

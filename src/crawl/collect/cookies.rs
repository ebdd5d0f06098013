//! The profile's cookie jar.

use crate::dom::{Dom, DomError};
use crate::model::Cookie;

/// Reads the jar: HttpOnly and partitioned cookies too.
pub(super) async fn collect<D: Dom>(dom: &D) -> Result<Vec<Cookie>, DomError> {
    dom.cookies().await
}

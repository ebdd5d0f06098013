//! Whose host something went to, relative to the page that the visitor sees.

use super::Party;
use crate::model::same_site;
use crate::signature::Database;

/// Whose host `host` is for a page on `page`.
///
/// `own_host`: a vendor's protocol on a host that is not the vendor's. Whoever's host it
/// is, what arrives there is passed on, so it is a proxy: also on the site itself.
#[must_use]
pub fn party(page: &str, host: &str, own_host: bool, database: &Database) -> Party {
    if own_host {
        return Party::Proxied;
    }
    if same_site(page, host) {
        return Party::FirstParty;
    }
    match (database.owner_of_host(page), database.owner_of_host(host)) {
        (Some(page), Some(host)) if page == host => Party::SameOwner,
        _ => Party::ThirdParty,
    }
}

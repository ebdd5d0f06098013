//! The database as one page to browse: who there is, what gives each away, what it
//! carries, and where that can be checked.

use handlebars::Handlebars;
use serde::Serialize;

use crate::signature::{Database, Signature, Vendor};

const TEMPLATE: &str = include_str!("../../reports/signatures/page.hbs");

/// The page cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the page's template does not fit: {0}")]
pub struct DocsError(String);

#[derive(Serialize)]
struct Page<'a> {
    version: &'a str,
    hash: &'a str,
    signatures: usize,
    vendor_count: usize,
    vendors: Vec<VendorView<'a>>,
}

#[derive(Serialize)]
struct VendorView<'a> {
    id: &'a str,
    name: &'a str,
    names: &'a [String],
    owner: &'a str,
    country: &'a str,
    homepage: &'a str,
    privacy: &'a str,
    signatures: Vec<SignatureView<'a>>,
}

#[derive(Serialize)]
struct SignatureView<'a> {
    id: &'a str,
    product: &'a str,
    title: &'a str,
    purposes: String,
    role: &'static str,
    status: &'static str,
    reviewed: String,
    requests: Vec<String>,
    cookies: Vec<String>,
    storage: Vec<&'a str>,
    globals: &'a [String],
    elements: &'a [String],
    aliases: &'a [String],
    params: Vec<ParamView>,
    references: &'a [String],
}

#[derive(Serialize)]
struct ParamView {
    name: String,
    label: String,
}

/// The page, self-contained.
///
/// # Errors
/// When the template does not fit, which a test rules out.
pub fn docs(database: &Database) -> Result<String, DocsError> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    let page = Page {
        version: database.version(),
        hash: database.hash(),
        signatures: database.vendors().iter().map(|vendor| vendor.signatures.len()).sum(),
        vendor_count: database.vendors().len(),
        vendors: database.vendors().iter().map(vendor).collect(),
    };
    engine.render_template(TEMPLATE, &page).map_err(|error| DocsError(error.to_string()))
}

fn vendor(vendor: &Vendor) -> VendorView<'_> {
    VendorView {
        id: &vendor.id,
        name: &vendor.name,
        names: &vendor.aliases,
        owner: &vendor.owner,
        country: &vendor.country,
        homepage: https(&vendor.homepage),
        privacy: https(&vendor.privacy),
        signatures: vendor.signatures.iter().map(signature).collect(),
    }
}

fn signature(signature: &Signature) -> SignatureView<'_> {
    let cookies = signature.cookies.iter();
    let params = signature.described_params();
    SignatureView {
        id: &signature.id,
        product: &signature.product,
        title: &signature.title,
        purposes: signature.categories.join(", "),
        role: signature.role.name(),
        status: signature.status.name(),
        reviewed: signature.reviewed.to_string(),
        requests: signature.described_requests().collect(),
        cookies: cookies.map(|c| format!("{} ({})", c.pattern(), c.lifetime)).collect(),
        storage: signature.storage_keys().collect(),
        globals: &signature.globals,
        elements: &signature.dom,
        aliases: &signature.cname,
        params: params
            .map(|(name, label, _)| ParamView { name, label: label.to_owned() })
            .collect(),
        references: &signature.references,
    }
}

/// A link of a user's own file leads to a page, not to a script.
fn https(address: &str) -> &str {
    if address.starts_with("https://") { address } else { "" }
}

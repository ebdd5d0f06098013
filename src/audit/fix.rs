//! How to mend things, product by product; audits share these.

use super::Fix;

const fn fix(product: &'static str, text: &'static str) -> Fix {
    Fix { product, text }
}

/// Tags wait until the visitor has agreed.
pub(crate) const WAIT_FOR_CONSENT: &[Fix] = &[
    fix(
        "Any site",
        "Load the tag only after the visitor has agreed to its purpose, and remove its cookies when consent is refused or withdrawn.",
    ),
    fix(
        "Google Tag Manager",
        "Open each tag's Consent Settings and choose `Require additional consent for tag to fire`; trigger it on the consent platform's event instead of `All Pages`.",
    ),
    fix(
        "Meta",
        "Call `fbq('consent', 'revoke')` before `fbq('init', …)` and `fbq('consent', 'grant')` once the visitor has agreed; better, do not load fbevents.js before.",
    ),
    fix(
        "Google",
        "Set Consent Mode's defaults to denied before any Google tag runs, or use basic mode, which loads the tags only after consent.",
    ),
    fix(
        "LinkedIn",
        "The Insight Tag knows no consent parameter: load it only after consent to advertising.",
    ),
    fix(
        "Consent platform",
        "Assign the vendor to its category, and let the platform block the script until that category is granted; test a first visit in a private window.",
    ),
];

/// Health content stays out of what is sent.
pub(crate) const KEEP_HEALTH_OUT: &[Fix] = &[
    fix(
        "Any site",
        "Do not load advertising or analytics tags on these pages, or only with a vendor that has signed a business associate agreement; keep conditions, doctors and search terms out of addresses and titles that a tag can read.",
    ),
    fix(
        "Google Tag Manager",
        "Add an exception trigger for these pages to every advertising and analytics tag, and remove variables that read form fields, click text or search terms.",
    ),
    fix(
        "Meta",
        "Remove the pixel from these pages; elsewhere switch off automatic events with `fbq('set', 'autoConfig', false, '<pixel id>')`, custom parameters and automatic advanced matching.",
    ),
    fix(
        "Google",
        "Override `page_location`, `page_title` and `page_referrer` with neutral values, switch off enhanced measurement for forms, site search and outbound clicks, and redact query parameters in the data stream.",
    ),
    fix(
        "LinkedIn",
        "Remove the Insight Tag from these pages: it sends the page's address and title and the text of what is clicked.",
    ),
    fix(
        "Consent platform",
        "A cookie banner does not replace the authorization that health privacy law may ask for; block the vendors on these pages whatever the visitor chose.",
    ),
];

/// No tags where a patient logs in, books or reads results.
pub(crate) const CLEAN_CARE_PAGES: &[Fix] = &[
    fix(
        "Any site",
        "Serve these pages from a template without tags, and forbid the vendors' hosts there with a Content-Security-Policy.",
    ),
    fix(
        "Google Tag Manager",
        "Leave the container out of these pages altogether; a container that is there can be changed later by anyone with access to it.",
    ),
    fix(
        "Meta",
        "Remove the pixel from these pages, and its Conversions API events that are made from them.",
    ),
    fix(
        "Google",
        "Remove gtag.js from these pages; Google signs no business associate agreement for Analytics.",
    ),
    fix(
        "LinkedIn",
        "Remove the Insight Tag from these pages, and conversion rules that rest on their addresses.",
    ),
    fix(
        "Consent platform",
        "Consent to cookies does not cover these pages: block the vendors there whatever the visitor chose.",
    ),
];

/// A banner that can be refused as easily as accepted.
pub(crate) const EQUAL_CHOICE: &[Fix] = &[
    fix(
        "Any site",
        "Put a button that refuses beside the one that accepts: same layer, same size, same contrast.",
    ),
    fix(
        "Consent platform",
        "Switch on the `Reject all` button of the first layer for every region that needs it, and load the banner before any tag.",
    ),
];

/// A choice that is stored when it is made.
pub(crate) const KEEP_THE_CHOICE: &[Fix] = &[
    fix(
        "Any site",
        "Store a refusal as an acceptance is stored, for as long, and ask again only when something has changed.",
    ),
    fix(
        "Consent platform",
        "Look for two platforms on one page, for a page that is loaded anew on every answer, and for a cache or a redirect that drops the cookie of the choice.",
    ),
];

/// Consent signals that say what the visitor chose.
pub(crate) const TRUE_SIGNALS: &[Fix] = &[
    fix("Any site", "Let the consent platform alone set the signals, before any tag runs."),
    fix(
        "Google",
        "Call `gtag('consent', 'default', …)` with denied values first, and `update` only from the visitor's choice; set `ads_data_redaction` so that denied pings carry no click ids.",
    ),
    fix(
        "Google Tag Manager",
        "Use the consent platform's own template on the `Consent Initialization` trigger, and look at the Consent tab in preview mode.",
    ),
    fix(
        "Consent platform",
        "Connect its categories with Google Consent Mode, and test a first visit, a refusal and a consent.",
    ),
];

/// Encrypted transport.
pub(crate) const ENCRYPT: &[Fix] = &[
    fix(
        "Any site",
        "Serve every page, form and tag over https; send `Strict-Transport-Security` and `upgrade-insecure-requests`.",
    ),
    fix("Google Tag Manager", "Look for `http://` in custom HTML and custom image tags."),
];

/// Cookies that end sooner.
pub(crate) const SHORTEN: &[Fix] = &[
    fix(
        "Any site",
        "Set a shorter life in the tag's settings, or in the server that sets the cookie, and state the same one in the policy.",
    ),
    fix(
        "Google",
        "Give `cookie_expires` (in seconds) to gtag.js, and `cookie_update: false` so that a visit does not begin it anew.",
    ),
    fix(
        "Consent platform",
        "Correct what its cookie list says, or have the cookie removed sooner.",
    ),
];

/// A third party that nobody knows.
pub(crate) const IDENTIFY: &[Fix] = &[
    fix(
        "Any site",
        "Find out which tag or team added it, who receives the data and on what ground; then declare it or remove it.",
    ),
    fix(
        "Google Tag Manager",
        "The evidence names the script that sent it; search the container for that script or host.",
    ),
    fix("Consent platform", "Add it to the platform's vendor list and scan the site again."),
    fix("pixelwarden", "Describe it in a signature file of your own and pass `--signatures DIR`."),
];

/// An opt-out, by signal or by choice, ends sale and sharing.
pub(crate) const HONOUR_OPT_OUT: &[Fix] = &[
    fix(
        "Any site",
        "Treat the signal and the stored choice as an opt-out of sale and sharing on every page from the first request on: do not load advertising tags, and test it with a browser that sends Global Privacy Control.",
    ),
    fix(
        "Google Tag Manager",
        "Set a blocking trigger on `navigator.globalPrivacyControl` and on the stored opt-out for every advertising tag.",
    ),
    fix(
        "Meta",
        "Do not load the pixel after an opt-out; where you must, call `fbq('dataProcessingOptions', ['LDU'], 0, 0)` before `fbq('init', …)`.",
    ),
    fix(
        "Google",
        "Do not load advertising tags after an opt-out; where you must, set `restricted_data_processing` and deny `ad_storage`, `ad_user_data` and `ad_personalization`.",
    ),
    fix(
        "LinkedIn",
        "Do not load the Insight Tag after an opt-out: it has no mode without sharing.",
    ),
    fix(
        "Consent platform",
        "Switch on its Global Privacy Control setting, map the advertising category to sale and sharing, and check that the tags are under its control.",
    ),
];

/// A visitor can opt out.
pub(crate) const OFFER_OPT_OUT: &[Fix] = &[
    fix(
        "Any site",
        "Put a link `Your Privacy Choices` (with the opt-out icon) or `Do Not Sell or Share My Personal Information` on every page, as text, and make it work without an account.",
    ),
    fix(
        "Consent platform",
        "Most platforms bring such a link with their templates for the United States; show it in the footer.",
    ),
];

/// A vendor is reached under its own name.
pub(crate) const UNCLOAK: &[Fix] = &[
    fix(
        "Any site",
        "Remove the alias and load the vendor from its own host, or limit session cookies to the host that needs them (no `Domain` attribute), so that the alias does not receive them.",
    ),
    fix(
        "Consent platform",
        "List the host with the vendor, so that the choice applies to it, too.",
    ),
];

/// A transfer stands on a ground.
pub(crate) const GROUND_TRANSFER: &[Fix] = &[
    fix(
        "Any site",
        "Check for each recipient which ground the transfer stands on, and name recipient, country and ground in the privacy policy; remove vendors that nobody needs.",
    ),
    fix(
        "Google",
        "Choose the regional settings of the product, and send through a server container in the region where that is an option.",
    ),
];

/// The site says who receives data.
pub(crate) const DECLARE: &[Fix] = &[
    fix(
        "Any site",
        "Find out which tag or team added the vendor (the evidence names the script); then name it in the privacy policy and in `[[vendor]]`, or remove it.",
    ),
    fix(
        "Google Tag Manager",
        "A container may load what the page does not show: search it for the vendor, and limit who may publish.",
    ),
    fix("Consent platform", "Add it to the platform's vendor list and scan the site again."),
];

/// One tag for one event.
pub(crate) const ONE_TAG: &[Fix] = &[
    fix(
        "Any site",
        "Look for the tag in the page, in a plug-in and in the tag manager, and keep one of them.",
    ),
    fix("Google Tag Manager", "Check that no two triggers fire the tag on one page view."),
    fix("Meta", "Send the same `eventID` from browser and server, so that one is dropped."),
];

/// A tag that does nothing goes.
pub(crate) const REMOVE_TAG: &[Fix] = &[
    fix("Any site", "Remove the tag, or give it the account that it is meant for."),
    fix("Google", "Replace Universal Analytics with Google Analytics 4, or remove it."),
];

/// Nothing is read from a form before it is sent.
pub(crate) const LEAVE_FORMS_ALONE: &[Fix] = &[
    fix(
        "Any site",
        "Find the script that the evidence names and take it off pages with forms; where it is needed, make it leave out form fields, and look again.",
    ),
    fix(
        "Google Tag Manager",
        "Remove variables and triggers that read form fields, and switch off the automatic collection of user-provided data.",
    ),
    fix(
        "Meta",
        "Switch off automatic advanced matching and automatic events: `fbq('set', 'autoConfig', false, '<pixel id>')`.",
    ),
    fix(
        "Google",
        "Switch off enhanced measurement for forms, and enhanced conversions on these pages.",
    ),
    fix(
        "Consent platform",
        "Block session replay, chat and form analytics until the visitor has agreed, and mask all inputs in them.",
    ),
];

/// Addresses name nobody.
pub(crate) const KEEP_IDENTIFIERS_OUT: &[Fix] = &[
    fix(
        "Any site",
        "Send forms by POST, keep e-mail addresses, dates of birth and numbers of patients out of links and redirects, and set `Referrer-Policy: strict-origin`.",
    ),
    fix(
        "Google Tag Manager",
        "Give tags a page address without its query, or only with parameters that you list.",
    ),
    fix("Google", "Redact e-mail addresses and the named parameters in the data stream."),
];

/// Recordings leave health pages out.
pub(crate) const STOP_RECORDING: &[Fix] = &[
    fix(
        "Any site",
        "Do not load session recording and chat on health pages, or only with a vendor that has signed a business associate agreement; mask all text and inputs by default.",
    ),
    fix(
        "Consent platform",
        "Put recording and chat into a category of their own that waits for consent.",
    ),
];

/// A promise and what the site does are one.
pub(crate) const KEEP_PROMISES: &[Fix] = &[fix(
    "Any site",
    "Take the advertising products off the site, or let the sentence say what really happens; have it read by whoever answers for such promises.",
)];

/// The policy that Washington asks for.
pub(crate) const LINK_HEALTH_POLICY: &[Fix] = &[fix(
    "Any site",
    "Publish a consumer health data privacy policy and link to it from the front page, beside the general privacy policy.",
)];

/// Video pages without Meta's pixel.
pub(crate) const NO_PIXEL_BESIDE_VIDEO: &[Fix] = &[
    fix(
        "Any site",
        "Do not load Meta's pixel on pages with videos, or give it a neutral address and title there.",
    ),
    fix("Google Tag Manager", "Add an exception trigger for pages with a video to Meta's tag."),
];

/// A message that tells nobody that it was read.
pub(crate) const MAIL: &[Fix] = &[fix(
    "Any site",
    "Switch off open and click tracking in the service that sends the messages, or for recipients who have not agreed to it; link straight to the page that is meant.",
)];

//! What an e-mail would load and link to: the part of a capture that only mail has.

use serde::{Deserialize, Serialize};

/// What is known of an e-mail beyond its text, links and pictures' addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The sender's host.
    pub sender: String,
    /// Hosts that signed it (DKIM), sorted: where the sender's own is not among them or not
    /// alone, a service sent it.
    pub signed_by: Vec<String>,
    /// The program that says it wrote it; empty if none does.
    pub mailer: String,
    /// Its pictures, in order.
    pub images: Vec<MailImage>,
}

/// One picture that an e-mail would load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailImage {
    /// The request that stands for it.
    pub request: super::RequestId,
    /// Too small to be seen, or hidden.
    pub unseen: bool,
}

//! A throwaway certificate for the vendors' names, made anew at every start, and
//! a second one that is wrong on purpose.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use super::{LabError, hosts};

/// The TLS side of the example site.
pub(super) struct Certificate {
    /// What the server needs.
    pub(super) config: Arc<ServerConfig>,
    /// SHA-256 of the good certificate's public key, in base64.
    pub(super) key_hash: String,
}

/// Makes both certificates.
pub(super) fn make() -> Result<Certificate, LabError> {
    let names: Vec<String> =
        hosts::https().filter(|h| *h != hosts::WRONG_CERTIFICATE).map(str::to_owned).collect();
    let (good, key_hash) = certified(names)?;
    let (wrong, _) = certified(vec!["somebody-else.example".to_owned()])?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(LabError::certificate)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName { good, wrong }));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Certificate { config: Arc::new(config), key_hash })
}

/// A self-signed certificate for these names, and the hash of its public key.
fn certified(names: Vec<String>) -> Result<(Arc<CertifiedKey>, String), LabError> {
    let pair = KeyPair::generate().map_err(LabError::certificate)?;
    let params = CertificateParams::new(names).map_err(LabError::certificate)?;
    let certificate = params.self_signed(&pair).map_err(LabError::certificate)?;
    let key_hash = BASE64_STANDARD.encode(Sha256::digest(pair.subject_public_key_info()));
    let der = PrivateKeyDer::try_from(pair.serialize_der()).map_err(LabError::certificate)?;
    let key = ring::sign::any_supported_type(&der).map_err(LabError::certificate)?;
    Ok((Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key)), key_hash))
}

/// Chooses by the name that the browser asks for.
#[derive(Debug)]
struct ByName {
    good: Arc<CertifiedKey>,
    wrong: Arc<CertifiedKey>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let wrong = hello.server_name() == Some(hosts::WRONG_CERTIFICATE);
        Some(Arc::clone(if wrong { &self.wrong } else { &self.good }))
    }
}

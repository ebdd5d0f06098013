//! A throwaway certificate for the vendors' names, made anew at every start, and
//! others that are wrong on purpose.

use std::collections::BTreeMap;
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

/// Makes all certificates.
pub(super) fn make() -> Result<Certificate, LabError> {
    let broken = [hosts::WRONG_CERTIFICATE, hosts::SELF_SIGNED, hosts::EXPIRED];
    let names = hosts::https().filter(|host| !broken.contains(host));
    let (good, key_hash) = certified(params(names)?)?;
    let (wrong_name, _) = certified(params(["somebody-else.example"])?)?;
    let (self_signed, _) = certified(params([hosts::SELF_SIGNED])?)?;
    let mut past = params([hosts::EXPIRED])?;
    past.not_before = rcgen::date_time_ymd(2020, 1, 1);
    past.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let (expired, _) = certified(past)?;
    let others = broken.into_iter().zip([wrong_name, self_signed, expired]).collect();
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(LabError::certificate)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName { good, others }));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Certificate { config: Arc::new(config), key_hash })
}

fn params<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<CertificateParams, LabError> {
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    CertificateParams::new(names).map_err(LabError::certificate)
}

/// A self-signed certificate, and the hash of its public key.
fn certified(params: CertificateParams) -> Result<(Arc<CertifiedKey>, String), LabError> {
    let pair = KeyPair::generate().map_err(LabError::certificate)?;
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
    others: BTreeMap<&'static str, Arc<CertifiedKey>>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let other = hello.server_name().and_then(|name| self.others.get(name));
        Some(Arc::clone(other.unwrap_or(&self.good)))
    }
}

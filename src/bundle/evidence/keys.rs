//! Ed25519 keys as OpenSSL writes them: PKCS#8 for the private one, SPKI for the public
//! one, both as PEM.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

use super::EvidenceError;

/// What stands before the 32 bytes of an Ed25519 key in its SPKI form (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A private key to sign with.
pub struct SigningKey(Ed25519KeyPair);

/// A public key, 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl SigningKey {
    /// Reads `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// When it is no Ed25519 key in PKCS#8. No message repeats any of it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, EvidenceError> {
        let wrong = |what: &str| EvidenceError::Key { what: format!("no private key: {what}") };
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| {
            wrong("not PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it")
        })?;
        // OpenSSL leaves the public key out of the file; it is computed then.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der());
        pair.map(Self).map_err(|_| wrong("not an Ed25519 key"))
    }

    pub(super) fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().as_ref().to_vec())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// When it is no Ed25519 key.
    pub fn from_pem(pem: &[u8]) -> Result<Self, EvidenceError> {
        let wrong = |what: &str| EvidenceError::Key { what: format!("no public key: {what}") };
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem)
            .map_err(|_| wrong("not PEM, as `openssl pkey -pubout` writes it"))?;
        let key = der.as_ref().strip_prefix(SPKI.as_slice()).filter(|key| key.len() == 32);
        Ok(Self(key.ok_or_else(|| wrong("not an Ed25519 key"))?.to_vec()))
    }

    pub(super) fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok().filter(|key| key.len() == 32).map(Self)
    }

    /// The key in lower-case hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

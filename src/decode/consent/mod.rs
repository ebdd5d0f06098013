//! Consent strings: Google's `gcs` and `gcd`, TCF, GPP and US Privacy.

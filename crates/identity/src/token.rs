//! A secret that a client holds: 256 random bits as text, of which only the digest is stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use vocabulary::Entropy;
use zeroize::Zeroizing;

/// A token. Shown once; there is deliberately no `Debug`, `Display` or `Clone`.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new random token.
    #[must_use]
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        entropy.fill(bytes.as_mut());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_ref())))
    }

    /// The text, for the client.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up. A digest without a key is enough: 256 random bits cannot be guessed.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Self::digest_of(&self.0)
    }

    /// The digest of what a client sent.
    #[must_use]
    pub fn digest_of(sent: &str) -> [u8; 32] {
        Sha256::digest(sent.as_bytes()).into()
    }
}

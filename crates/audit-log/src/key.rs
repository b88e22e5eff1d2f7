//! Keys of logs and witnesses, in the text form of signed notes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use vocabulary::AuthorityId;

use crate::Hash;
use crate::note::{Note, SignatureLine, is_key_name};

/// signed-note: an Ed25519 signature over the text.
const ED25519: u8 = 0x01;
/// tlog-cosignature: an Ed25519 signature over the text with an instant before it.
const COSIGNATURE: u8 = 0x04;

/// A text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key in signed-note form (name+hash+base64)")]
pub struct NotAKey;

/// The origin of an authority's log, which is also its key's name: `<host>/audit/<authority id>`.
///
/// # Errors
/// When the host has white space or a plus sign.
pub fn origin(host: &str, authority: AuthorityId) -> Result<String, NotAKey> {
    let origin = format!("{host}/audit/{authority}");
    if is_key_name(&origin) && !host.is_empty() { Ok(origin) } else { Err(NotAKey) }
}

fn key_id(name: &str, algorithm: u8, public: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] = Hash::of(&[name.as_bytes(), b"\n", &[algorithm], public]).0;
    [a, b, c, d]
}

/// Signs a log's checkpoints. The key never lies in the database.
pub struct LogSigner {
    origin: String,
    key: SigningKey,
}

impl LogSigner {
    /// From the log's origin and the 32-byte Ed25519 seed.
    ///
    /// # Errors
    /// When the origin cannot be a key name.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, NotAKey> {
        if !is_key_name(origin) {
            return Err(NotAKey);
        }
        Ok(Self { origin: origin.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// The origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key that verifies.
    pub fn verifier(&self) -> LogVerifier {
        LogVerifier { origin: self.origin.clone(), key: self.key.verifying_key() }
    }

    pub(crate) fn sign(&self, text: &str) -> SignatureLine {
        let public = self.key.verifying_key().to_bytes();
        SignatureLine {
            name: self.origin.clone(),
            key_id: key_id(&self.origin, ED25519, &public),
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl core::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LogSigner({})", self.origin)
    }
}

/// Verifies a log's checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVerifier {
    origin: String,
    key: VerifyingKey,
}

impl LogVerifier {
    /// The origin that checkpoints must name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the note carries this log's signature.
    #[must_use]
    pub fn signed(&self, note: &Note) -> bool {
        let id = key_id(&self.origin, ED25519, &self.key.to_bytes());
        let mine = |line: &&SignatureLine| line.name == self.origin && line.key_id == id;
        let mut mine = note.signatures.iter().filter(mine).peekable();
        // signed-note: a known key with a false signature makes the note false, whatever else it carries.
        mine.peek().is_some() && mine.all(|line| verifies(&self.key, note.text.as_bytes(), &line.signature))
    }
}

impl core::fmt::Display for LogVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write_key(f, &self.origin, ED25519, &self.key)
    }
}

impl core::str::FromStr for LogVerifier {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (origin, key) = read_key(text, ED25519)?;
        Ok(Self { origin, key })
    }
}

/// Verifies a witness's cosignatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessVerifier {
    name: String,
    key: VerifyingKey,
}

impl WitnessVerifier {
    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When this witness saw the note, in seconds since the epoch; none without a true cosignature of it.
    #[must_use]
    pub fn cosigned(&self, note: &Note) -> Option<u64> {
        let id = key_id(&self.name, COSIGNATURE, &self.key.to_bytes());
        let line = note.signatures.iter().find(|line| line.name == self.name && line.key_id == id)?;
        let (seconds, signature) = line.signature.split_first_chunk::<8>()?;
        let seconds = u64::from_be_bytes(*seconds);
        verifies(&self.key, cosigned_text(seconds, &note.text).as_bytes(), signature).then_some(seconds)
    }
}

impl core::fmt::Display for WitnessVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write_key(f, &self.name, COSIGNATURE, &self.key)
    }
}

impl core::str::FromStr for WitnessVerifier {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (name, key) = read_key(text, COSIGNATURE)?;
        Ok(Self { name, key })
    }
}

/// Cosigns checkpoints of other logs.
pub struct WitnessSigner {
    name: String,
    key: SigningKey,
}

impl WitnessSigner {
    /// From the witness's name and its 32-byte Ed25519 seed.
    ///
    /// # Errors
    /// When the name cannot be a key name.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NotAKey> {
        if !is_key_name(name) {
            return Err(NotAKey);
        }
        Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// The key that verifies.
    pub fn verifier(&self) -> WitnessVerifier {
        WitnessVerifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The cosignature line for a note that the witness has checked, at an instant in seconds since the epoch.
    pub fn cosign(&self, note: &Note, seconds: u64) -> SignatureLine {
        let public = self.key.verifying_key().to_bytes();
        let mut signature = seconds.to_be_bytes().to_vec();
        signature.extend_from_slice(&self.key.sign(cosigned_text(seconds, &note.text).as_bytes()).to_bytes());
        SignatureLine { name: self.name.clone(), key_id: key_id(&self.name, COSIGNATURE, &public), signature }
    }
}

/// C2SP tlog-cosignature: what a witness signs.
fn cosigned_text(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

fn verifies(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    // Strict: no signature of small order, so that no second signature exists for the same text.
    Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

fn write_key(f: &mut core::fmt::Formatter<'_>, name: &str, algorithm: u8, key: &VerifyingKey) -> core::fmt::Result {
    let public = key.to_bytes();
    let mut blob = vec![algorithm];
    blob.extend_from_slice(&public);
    write!(f, "{name}+{:08x}+{}", u32::from_be_bytes(key_id(name, algorithm, &public)), STANDARD.encode(blob))
}

fn read_key(text: &str, algorithm: u8) -> Result<(String, VerifyingKey), NotAKey> {
    let (name, rest) = text.trim_end().split_once('+').ok_or(NotAKey)?;
    let (id, blob) = rest.split_once('+').ok_or(NotAKey)?;
    let blob = STANDARD.decode(blob).map_err(|_| NotAKey)?;
    let (first, public) = blob.split_first().ok_or(NotAKey)?;
    let public: [u8; 32] = public.try_into().map_err(|_| NotAKey)?;
    let named = format!("{:08x}", u32::from_be_bytes(key_id(name, algorithm, &public)));
    if *first != algorithm || !is_key_name(name) || id != named {
        return Err(NotAKey);
    }
    Ok((name.to_owned(), VerifyingKey::from_bytes(&public).map_err(|_| NotAKey)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the note in the documentation of Go's golang.org/x/mod/sumdb/note: another implementation's signature.
    #[test]
    fn the_note_of_another_implementation_verifies() {
        let key: LogVerifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(note).unwrap();
        assert!(key.signed(&note));
        assert!(!key.signed(&Note { text: note.text.replace("problem", "answer"), ..note.clone() }));
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    #[test]
    fn a_witness_is_believed_only_for_the_text_and_the_time_it_signed() {
        let witness = WitnessSigner::new("police.example/witness", &[7; 32]).unwrap();
        let log = LogSigner::new("samlad.example/audit/1", &[1; 32]).unwrap();
        let text = "samlad.example/audit/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".to_owned();
        let mut note = Note { signatures: vec![log.sign(&text)], text };
        assert_eq!(witness.verifier().cosigned(&note), None);
        let mut line = witness.cosign(&note, 1_795_000_000);
        note.signatures.push(line.clone());
        assert_eq!(witness.verifier().cosigned(&note), Some(1_795_000_000));
        let key = witness.verifier().to_string();
        assert_eq!(key.parse::<WitnessVerifier>().unwrap().cosigned(&note), Some(1_795_000_000));
        line.signature[7] ^= 1;
        note.signatures[1] = line;
        assert_eq!(witness.verifier().cosigned(&note), None);
    }

    #[test]
    fn a_key_whose_hash_does_not_fit_is_refused() {
        let key = LogSigner::new("samlad.example/audit/1", &[1; 32]).unwrap().verifier().to_string();
        assert!(key.parse::<LogVerifier>().is_ok());
        assert!(key.replace("audit/1", "audit/2").parse::<LogVerifier>().is_err());
        assert!("name+00000000+AAAA".parse::<LogVerifier>().is_err());
        assert!(LogSigner::new("with space", &[1; 32]).is_err());
        assert!(origin("samlad example", AuthorityId(uuid::Uuid::nil())).is_err());
    }
}

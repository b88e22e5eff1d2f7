//! C2SP signed notes: a text, an empty line, and one line per signature.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A text ends with a line feed; the signatures follow after an empty line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, with its final line feed.
    pub text: String,
    /// The signature lines, in order, verified or not.
    pub signatures: Vec<SignatureLine>,
}

/// `— <name> <base64 of key id and signature>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// The key's name.
    pub name: String,
    /// The first four bytes of the hash of name, algorithm and public key.
    pub key_id: [u8; 4],
    /// What follows the key id: for Ed25519 64 bytes, for a cosignature 8 bytes of time and 64 bytes.
    pub signature: Vec<u8>,
}

/// The bytes are not a signed note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a signed note")]
pub struct NotANote;

/// More signatures than this are refused before anything is computed (signed-note allows a limit; tlog-witness uses few).
const MAX_SIGNATURES: usize = 32;

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// When it is malformed. No signature is verified here.
    pub fn parse(note: &str) -> Result<Self, NotANote> {
        if !note.ends_with('\n') || note.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(NotANote);
        }
        let split = note.rfind("\n\n").ok_or(NotANote)?;
        let (text, signatures) = note.split_at_checked(split + 1).ok_or(NotANote)?;
        let lines = signatures.get(1..).ok_or(NotANote)?.lines();
        let signatures = lines.map(SignatureLine::parse).collect::<Result<Vec<_>, _>>()?;
        if signatures.is_empty() || signatures.len() > MAX_SIGNATURES {
            return Err(NotANote);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }
}

impl core::fmt::Display for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl SignatureLine {
    fn parse(line: &str) -> Result<Self, NotANote> {
        let (name, blob) = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')).ok_or(NotANote)?;
        let blob = STANDARD.decode(blob).map_err(|_| NotANote)?;
        let (key_id, signature) = blob.split_first_chunk::<4>().ok_or(NotANote)?;
        if !is_key_name(name) || signature.is_empty() {
            return Err(NotANote);
        }
        Ok(Self { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
    }
}

impl core::fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut blob = self.key_id.to_vec();
        blob.extend_from_slice(&self.signature);
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode(blob))
    }
}

/// signed-note: a key name is not empty and has neither white space nor a plus sign.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_survives_its_text_and_a_malformed_one_is_refused() {
        let note = "samlad.example/audit\n3\nAAAA\n\n\u{2014} samlad.example/audit qrvM3QE=\n";
        assert_eq!(Note::parse(note).unwrap().to_string(), note);
        for bad in [
            "",
            "text\n",
            "text\n\n",
            "text\n\n- name AAAAAAA=\n",
            "text\n\n\u{2014} name\n",
            "text\n\n\u{2014} na+me qrvM3QE=\n",
            "text\n\n\u{2014} name qrvM\n",
            "text\n\n\u{2014} name qrvM3QE=",
            "te\txt\n\n\u{2014} name qrvM3QE=\n",
        ] {
            assert_eq!(Note::parse(bad), Err(NotANote), "{bad:?}");
        }
    }
}

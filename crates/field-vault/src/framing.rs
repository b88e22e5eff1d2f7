//! Length-prefixed lists of byte strings: the one way in which the vault puts several things into one hash, MAC or AAD.
//!
//! Each part is a 32-bit big-endian length and the bytes, so that no two different lists give the same bytes.

/// The parts, each with its length before it.
pub(crate) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|part| 4 + part.len()).sum());
    for part in parts {
        // No part can reach 4 GiB: names are constants, values are bounded before they come here.
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::framed;

    #[test]
    fn moving_a_byte_between_parts_changes_the_frame() {
        assert_ne!(framed(&[b"ab", b"c"]), framed(&[b"a", b"bc"]));
        assert_ne!(framed(&[b"ab"]), framed(&[b"ab", b""]));
    }
}

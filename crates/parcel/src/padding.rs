//! Payloads come in nine sizes, so that the length of a parcel says little about what is in it.

/// Smallest payload, and the first of the sizes (each the double of the one before).
const SMALLEST: usize = 4 * 1024;

/// The largest payload: what fits into a parcel of 1 MiB with everything around it.
pub const MAX_PAYLOAD: usize = 1024 * 1024 - 8 * 1024;

/// The size that a payload of `length` bytes is padded to; none when it is too large.
pub(crate) fn padded(length: usize) -> Option<usize> {
    (length <= MAX_PAYLOAD).then(|| length.max(SMALLEST).next_power_of_two().min(MAX_PAYLOAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_message_and_a_long_note_have_the_same_size() {
        assert_eq!(padded(2), Some(4096));
        assert_eq!(padded(4096), Some(4096));
        assert_eq!(padded(4097), Some(8192));
        assert_eq!(padded(600_000), Some(MAX_PAYLOAD));
        assert_eq!(padded(MAX_PAYLOAD + 1), None);
        let sizes: std::collections::BTreeSet<_> = (0..=MAX_PAYLOAD).step_by(511).filter_map(padded).collect();
        assert_eq!(sizes.len(), 9);
    }
}

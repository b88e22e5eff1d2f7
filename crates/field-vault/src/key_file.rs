//! Key files: age files to X25519 recipients, as any age program writes and reads them. Only keys are wrapped this way, never single fields.

use std::io::{Read, Write};

use age::x25519::{Identity, Recipient};
use zeroize::Zeroizing;

use crate::VaultError;

/// The `wrap_format` of an age file to X25519 recipients.
pub const WRAP_FORMAT_AGE_X25519: i64 = 1;

/// No key file holds more than this; a larger one is refused before it fills memory.
const MAX_SECRET: u64 = 4096;

/// Seals a secret to two recipients. The first is the one that is used every day, so that opening tries it first.
pub(crate) fn wrap(secret: &[u8], daily: &Recipient, recovery: &Recipient) -> Result<Vec<u8>, VaultError> {
    let recipients: [&dyn age::Recipient; 2] = [daily, recovery];
    let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).map_err(|_| VaultError::Cipher)?;
    let mut file = Vec::with_capacity(512);
    let mut writer = encryptor.wrap_output(&mut file).map_err(|_| VaultError::Cipher)?;
    writer.write_all(secret).map_err(|_| VaultError::Cipher)?;
    writer.finish().map_err(|_| VaultError::Cipher)?;
    Ok(file)
}

/// Opens a key file.
pub(crate) fn unwrap(file: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    open_bounded(file, identity, MAX_SECRET)
}

/// Opens an age file whose content is at most `limit` bytes.
pub(crate) fn open_bounded(file: &[u8], identity: &Identity, limit: u64) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let decryptor = age::Decryptor::new_buffered(file).map_err(|_| VaultError::DamagedKeyFile)?;
    let reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(|error| match error {
        age::DecryptError::NoMatchingKeys => VaultError::WrongRoot,
        _ => VaultError::DamagedKeyFile,
    })?;
    // The plain text is never longer than the file: room for it at once, so that growing leaves no copies behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.take(limit + 1).read_to_end(&mut secret).map_err(|_| VaultError::DamagedKeyFile)?;
    if secret.len() as u64 > limit { Err(VaultError::TooLarge) } else { Ok(secret) }
}

//! Creates of the API: one row, even when the request is sent twice with the same `Idempotency-Key`.

use core::future::Future;

use case_registry::{Answer, RegistryError};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::{Caller, Idempotency};

use crate::call::{Call, Replied, Reply};
use crate::idempotency::IdempotencyKey;

/// What a create answers: the id of the new record, which `Location` leads to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Created {
    /// Random id.
    pub id: Uuid,
}

/// `path` is the address under which the new record stands; one that ends with `#` is the address of what shows it among others.
/// Makes a record, or finds what the same key made before: that is a fresh, authorised and logged read (200 instead of 201).
///
/// # Errors
/// As the use case; `key-reused` when the key was sent with another body.
pub async fn create<V, F>(
    call: &Call,
    key: IdempotencyKey,
    digest: [u8; 32],
    path: &str,
    make: impl FnOnce(Caller) -> F,
) -> Replied<Created>
where
    V: Into<Uuid>,
    F: Future<Output = Result<Answer<V>, RegistryError>>,
{
    let mut caller = call.caller.clone();
    caller.idempotency = key.0.map(|key| Idempotency { key, request: digest });
    if let Some(before) = call.registry()?.replayed(&caller).await? {
        return Ok(Reply::of(before.map(|id| Created { id })));
    }
    let answer = make(caller).await?.map(|id| Created { id: id.into() });
    let part = if path.ends_with('#') { "" } else { "/" };
    let location = format!("{path}{part}{}", answer.view.id);
    Ok(Reply::created(answer, location))
}

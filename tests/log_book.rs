//! The access log as it lies in the database, read on a connection of its own.

use std::collections::HashMap;

use case_registry::Registry;
use store::{Value, args};
use testkit::Reply;
use uuid::Uuid;
use vocabulary::{AuthorityId, Timestamp};

/// One entry, as far as the stories look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: Uuid,
    pub(crate) action: String,
    pub(crate) outcome: String,
    pub(crate) resource: Option<Uuid>,
}

impl Line {
    /// Whether both stand for the same look at the same record.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.resource.is_some() && (&self.action, self.resource) == (&other.action, other.resource)
    }
}

/// Entries of one authority since an instant, by the request that they stand for.
pub(crate) async fn since(
    (authority, registry): (AuthorityId, &Registry),
    from: Timestamp,
) -> HashMap<Uuid, Vec<Line>> {
    const SQL: &str =
        "SELECT request_id, id, action, outcome, resource_id FROM log_entry WHERE authority_id = $1 AND at >= $2";
    read(registry, authority, SQL, args![authority, from]).await
}

/// Entries of one request.
pub(crate) async fn of_request((authority, registry): (AuthorityId, &Registry), request: Uuid) -> Vec<Line> {
    const SQL: &str = "SELECT request_id, id, action, outcome, resource_id FROM log_entry WHERE authority_id = $1 AND request_id = $2";
    read(registry, authority, SQL, args![authority, request]).await.remove(&request).unwrap_or_default()
}

async fn read(
    registry: &Registry,
    authority: AuthorityId,
    sql: &'static str,
    args: Vec<Value>,
) -> HashMap<Uuid, Vec<Line>> {
    let mut snapshot = registry.store.snapshot(authority).await.unwrap();
    let rows = snapshot.fetch(sql, args).await.unwrap();
    snapshot.close().await.unwrap();
    let mut book: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for row in rows {
        let line = Line {
            id: row.uuid(1).unwrap(),
            action: row.text(2).unwrap(),
            outcome: row.text(3).unwrap(),
            resource: row.opt_uuid(4).unwrap(),
        };
        book.entry(row.uuid(0).unwrap()).or_default().push(line);
    }
    book
}

/// The request that an answer belongs to.
pub(crate) fn request_of(reply: &Reply) -> Uuid {
    reply.header("samlad-request").parse().unwrap()
}

//! Parcels between instances over HTTP: the sending side, and the one route that takes them in.
//!
//! A parcel is signed by its sender and sealed to its recipient, so that it proves itself: the route asks for no session, and TLS below it protects only
//! who writes to whom and when.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use case_registry::Registry;
use case_registry::courier::{NotDelivered, NotTakenIn, Transport};

/// Where parcels are taken in, below the instance's base address.
pub const PATH: &str = "/parcels/v1";

/// The largest parcel. A release holds at most a few notes; what is larger is refused unread.
pub const LARGEST_PARCEL: usize = 1024 * 1024;

const CONTENT_TYPE: &str = "application/vnd.samlad.parcel";

/// A receipt is a few hundred bytes.
const LARGEST_RECEIPT: usize = 16 * 1024;

/// Sends parcels to other instances.
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A client that follows no redirect and waits for nobody long: what is not delivered stays in the queue.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .user_agent("samlad")
            .build()?;
        Ok(Self { client })
    }

    async fn send(&self, endpoint: &str, parcel: Vec<u8>) -> Result<Vec<u8>, NotDelivered> {
        let unreachable = |error: reqwest::Error| {
            // Without its address: whom an authority writes to is for its own log.
            tracing::warn!(error = %error.without_url(), "the other instance cannot be reached");
            NotDelivered
        };
        let request = self.client.post(endpoint).header(header::CONTENT_TYPE, CONTENT_TYPE).body(parcel);
        let mut response = request.send().await.map_err(unreachable)?;
        if response.status() != StatusCode::OK {
            tracing::warn!(status = response.status().as_u16(), "the other instance did not take the parcel");
            return Err(NotDelivered);
        }
        let mut receipt = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if receipt.len() + chunk.len() > LARGEST_RECEIPT {
                tracing::warn!("the other instance sent something that is no receipt");
                return Err(NotDelivered);
            }
            receipt.extend_from_slice(&chunk);
        }
        Ok(receipt)
    }
}

impl Transport for HttpTransport {
    fn deliver<'a>(
        &'a self,
        endpoint: &'a str,
        parcel: Vec<u8>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, NotDelivered>> + Send + 'a>> {
        Box::pin(self.send(endpoint, parcel))
    }
}

/// The route that takes parcels in.
pub fn intake(registry: Registry) -> Router {
    Router::new().route(PATH, post(take_in)).with_state(registry)
}

async fn take_in(State(registry): State<Registry>, body: Body) -> Response {
    let Ok(parcel) = to_bytes(body, LARGEST_PARCEL).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Ok(registry) = registry.now().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match registry.take_in(&parcel).await {
        Ok(receipt) => ([(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))], receipt).into_response(),
        Err(error) => {
            tracing::warn!(%error, "a parcel was not taken in");
            // What was wrong is for our own operator; a stranger learns nothing from the answer.
            match error {
                NotTakenIn::Refused(_) | NotTakenIn::Replayed => StatusCode::FORBIDDEN.into_response(),
                NotTakenIn::TooEarly { .. } => StatusCode::CONFLICT.into_response(),
                NotTakenIn::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }
    }
}

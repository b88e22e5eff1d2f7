//! Listens, serves, and stops without cutting anybody off.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::router::router;
use crate::site::Site;

/// How long requests may take to end after the signal to stop.
const FAREWELL: Duration = Duration::from_secs(20);

/// Serves until `stop` resolves; then takes no new connection, lets running requests end, and returns.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_router(listener, router(site), stop).await
}

/// Serves a router, for a binary that takes in more than the site, such as parcels from other instances.
///
/// # Errors
/// As [`serve`].
pub async fn serve_router(
    listener: TcpListener,
    router: axum::Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let signal = async move {
        stop.await;
        // Nobody listens any more only when the server has ended by itself.
        let _ = stopping.send(());
    };
    let serving = async { axum::serve(listener, router).with_graceful_shutdown(signal).await };
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return ended,
        _ = stopped => {}
    }
    tokio::time::timeout(FAREWELL, serving).await.unwrap_or_else(|_| {
        tracing::warn!("connections were still open when the time to end them was over");
        Ok(())
    })
}

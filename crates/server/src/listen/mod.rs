//! Listening: plain http or https, the redirect to https, and how the server stops.

pub mod redirect;
pub mod signals;
pub mod tls;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum_server::{Control, Handle, Server};
use redirect::Redirect;
use signals::{Hangup, Stop};
use tls::Certificate;

use crate::state::AppState;

/// How long requests under way may take after the stop signal.
const GRACE: Duration = Duration::from_secs(10);

/// How long the head of a request may take, and how long a connection may lie idle: enough for a phone on a bad network,
/// and nobody holds connections by sending nothing.
const HEAD: Duration = Duration::from_secs(75);

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// What to listen on.
#[derive(Debug)]
pub struct Doors {
    /// For the app.
    pub listener: TcpListener,
    /// Speak https, with this certificate.
    pub certificate: Option<Certificate>,
    /// Send those who come over plain http to https.
    pub redirect: Option<(TcpListener, Redirect)>,
    /// How long to go on after the stop signal while `/readyz` says that it stops, so that a load balancer sends people
    /// elsewhere first.
    pub drain: Duration,
    /// What ends it.
    pub stop: Stop,
    /// What makes it look for a new certificate at once; without one of these the signal ends the process.
    pub hangup: Option<Hangup>,
}

/// Serves until SIGTERM or Ctrl-C. Then `/readyz` answers 503 at once; after `drain` no new connection is taken, and
/// requests under way get [`GRACE`] to end. A second signal ends the drain.
///
/// # Errors
/// When a listener fails.
pub async fn serve(state: AppState, doors: Doors) -> io::Result<()> {
    let control = Control::new();
    let app = crate::app(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = open(doors.listener, &control)?;
    let redirect = match doors.redirect {
        Some((listener, redirect)) => Some((open(listener, &control)?, redirect)),
        None => None,
    };
    let acceptor = doors.certificate.as_ref().map(|certificate| certificate.acceptor().handshake_timeout(HANDSHAKE));
    let stopping = tokio::spawn(stop(state, control.clone(), doors.stop, doors.drain));
    let watching = tokio::spawn(watch(doors.certificate, doors.hangup));
    let main = async {
        match acceptor {
            Some(acceptor) => server.acceptor(acceptor).serve(app).await,
            None => server.serve(app).await,
        }
    };
    let redirecting = async {
        let Some((server, redirect)) = redirect else { return Ok(()) };
        server.serve(redirect.router().into_make_service()).await
    };
    let ended = tokio::try_join!(main, redirecting);
    stopping.abort();
    watching.abort();
    let cut = control.connection_count();
    if cut > 0 {
        tracing::warn!(cut, "some requests did not end in time");
    }
    ended.map(|_| ())
}

fn open(listener: TcpListener, control: &Control) -> io::Result<Server<SocketAddr>> {
    let mut server = axum_server::from_tcp(listener)?
        .handle(Handle::with_control(control.clone()))
        .first_request_timeout(HEAD)
        .accept_error_handler(|_, error| tracing::debug!(%error, "a connection was not taken"));
    server.http_builder().http1().header_read_timeout(HEAD);
    server.http_builder().http2().keep_alive_interval(HEAD);
    Ok(server)
}

async fn stop(state: AppState, control: Control, mut signals: Stop, drain: Duration) {
    signals.next().await;
    state.health().stop();
    if !drain.is_zero() {
        tracing::info!(seconds = drain.as_secs(), "stopping; new requests are still answered");
        // Whether the time is over or a second signal came: on to the end.
        let _ = tokio::time::timeout(drain, signals.next()).await;
    }
    control.graceful_shutdown(Some(GRACE));
}

/// Looks for a new certificate every minute, and at once on SIGHUP.
async fn watch(certificate: Option<Certificate>, hangup: Option<Hangup>) {
    let (mut certificate, mut hangup) = (certificate, hangup);
    let mut ticks = tokio::time::interval(tls::EVERY);
    ticks.tick().await;
    loop {
        match &mut hangup {
            Some(hangup) => tokio::select! { _ = ticks.tick() => {}, () = hangup.next() => {} },
            None => _ = ticks.tick().await,
        }
        match certificate.as_mut().map(Certificate::refresh) {
            Some(Ok(true)) => tracing::info!("the new certificate is in use"),
            Some(Ok(false)) | None => {}
            Some(Err(error)) => tracing::error!(%error, "the certificate was not renewed; the old one stays in use"),
        }
    }
}

//! `zhucun serve`.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use clap::Args;
use tokio::{net::TcpListener, sync::oneshot};

use super::{CliError, config, config::Config, open, say};
use crate::{
    service::first,
    state::{AppState, Settings},
};

/// How long requests under way may take after the stop signal.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "ZHUCUN_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The address people use, for links and QR codes, e.g. https://zhucun.example
    #[arg(long, env = "ZHUCUN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Believe X-Forwarded-For, -Host and -Proto: a proxy of ours stands in front
    #[arg(long, env = "ZHUCUN_TRUST_PROXY")]
    trust_proxy: bool,
}

pub(super) async fn run(config: Config, options: Options) -> Result<(), CliError> {
    let listen = options.listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let settings = Settings {
        public_url: options.public_url.as_deref().or(config.public_url.as_deref()).map(checked).transpose()?,
        trust_proxy: options.trust_proxy || config.trust_proxy,
    };
    let data = config.data(open::DATA);
    say(format!("data         {}", data.display()));
    say(format!("database     {}", config::without_secret(&config.database(&data))));
    say(format!("public url   {}", settings.public_url.as_deref().unwrap_or("(as the request names it)")));
    say(format!("trust proxy  {}", settings.trust_proxy));
    let plain = is_plain(&settings, listen.ip());
    let public = settings.public_url.clone();
    let state = open::state(&config, &data, settings).await?;
    let listener = TcpListener::bind(listen).await.map_err(CliError::io(format!("listening on {listen}")))?;
    if plain {
        say(PLAIN);
    }
    if let Some(link) = first::administrator(&state.store, state.clock.now()).await? {
        let address = listener.local_addr().map_err(CliError::io("listening"))?;
        let here = if address.ip().is_loopback() || address.ip().is_unspecified() {
            format!("http://localhost:{}", address.port())
        } else {
            format!("http://{address}")
        };
        say(format!("{FIRST}\n             {}", link.address(&public.unwrap_or(here))));
    }
    serve(state, listener).await
}

/// Said at the start where people elsewhere reach the server without encryption.
const PLAIN: &str = "\
WARNING      plain http: names and passwords travel UNENCRYPTED to this address, and phones can neither work offline
             nor take photos. For real use put a proxy with https in front: --public-url https://… --trust-proxy";

/// Said where nobody has a password yet. To standard output only: the log must not hold a secret.
const FIRST: &str = "\
first start  nobody can sign in yet. Open this link once, within 7 days, to become the county's administrator; whoever
             has it can, so pass it to nobody. A new start makes a new one until one was used:";

/// Whether people on other machines sign in over plain http. Behind a trusted proxy without a public address only the
/// proxy knows.
fn is_plain(settings: &Settings, listen: IpAddr) -> bool {
    match &settings.public_url {
        Some(_) => !settings.is_public_https(),
        None => !settings.trust_proxy && !listen.is_loopback(),
    }
}

/// The public address without a slash at its end.
fn checked(url: &str) -> Result<String, CliError> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
        Ok(url.to_owned())
    } else {
        Err(CliError::input("--public-url is like https://zhucun.example, without a path"))
    }
}

/// Serves until SIGTERM or Ctrl-C; then lets requests under way end.
pub(super) async fn serve(state: AppState, listener: TcpListener) -> Result<(), CliError> {
    let address = listener.local_addr().map_err(CliError::io("listening"))?;
    let store = state.store.clone();
    let app = crate::app(state).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop_signal().await;
        // The receiver is gone only when the server itself has ended.
        let _ = stopping.send(());
    });
    say(format!("listening    http://{address}"));
    let mut server = std::pin::pin!(server.into_future());
    let ended = tokio::select! {
        ended = &mut server => Some(ended),
        _ = stopped => tokio::time::timeout(GRACE, &mut server).await.ok(),
    };
    match ended {
        Some(ended) => ended.map_err(CliError::io("serving"))?,
        None => tracing::warn!("some requests did not end in time"),
    }
    store.close().await;
    say("stopped");
    Ok(())
}

async fn stop_signal() {
    let interrupt = async {
        // Without a handler for Ctrl-C the default one ends the process, which is safe too.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! { () = interrupt => {}, _ = terminate.recv() => {} },
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_serves_other_machines_without_encryption_is_warned() {
        let (local, all) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0]));
        let table = [
            (None, false, local, false),
            (None, false, all, true),
            (None, true, all, false),
            (Some("https://zhucun.example"), true, all, false),
            (Some("http://zhucun.lan"), false, local, true),
            (Some("http://zhucun.lan"), true, all, true),
        ];
        for (url, trust_proxy, listen, plain) in table {
            let settings = Settings { public_url: url.map(str::to_owned), trust_proxy };
            assert_eq!(is_plain(&settings, listen), plain, "{settings:?} {listen}");
        }
    }
}

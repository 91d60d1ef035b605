//! `zhucun serve`.

use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use super::{CliError, config, config::Config, lock::Lock, open, say, upgrade};
use crate::{
    listen::{
        self, Doors,
        redirect::Redirect,
        signals::{Hangup, Stop},
        tls::{Certificate, Files},
    },
    service::first,
    state::{AppState, Settings},
};

/// Longest drain, seconds: a service manager does not wait for ever.
const DRAIN_MAX: u64 = 600;

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
    /// Speak https, with this certificate and those above it (PEM); read again when it changes, at once on SIGHUP
    #[arg(long, env = "ZHUCUN_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, env = "ZHUCUN_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// With --tls-cert: also listen here on plain http, and send people to https, e.g. 0.0.0.0:80
    #[arg(long, env = "ZHUCUN_HTTP_REDIRECT", value_name = "ADDRESS:PORT")]
    http_redirect: Option<SocketAddr>,
    /// With --http-redirect: show certbot's challenges from this folder (certbot certonly --webroot -w FOLDER)
    #[arg(long, env = "ZHUCUN_ACME_FOLDER", value_name = "FOLDER")]
    acme_folder: Option<PathBuf>,
    /// Go on for so long after the stop signal while /readyz answers 503, for a load balancer [default: 0]
    #[arg(long, env = "ZHUCUN_DRAIN", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=DRAIN_MAX))]
    drain: Option<u64>,
}

pub(super) async fn run(mut config: Config, options: Options) -> Result<(), CliError> {
    let address = options.listen.or(config.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let certificate = certificate(&mut config, &options)?;
    let settings = Settings {
        public_url: options.public_url.as_deref().or(config.public_url.as_deref()).map(checked).transpose()?,
        trust_proxy: options.trust_proxy || config.trust_proxy,
        tls: certificate.is_some(),
    };
    if settings.tls && settings.public_url.as_deref().is_some_and(|url| url.starts_with("http://")) {
        return Err(CliError::input("with --tls-cert, --public-url begins with https://"));
    }
    let data = config.data(open::DATA);
    say(format!("data         {}", data.display()));
    say(format!("database     {}", config::without_secret(&config.database(&data))));
    say(format!("public url   {}", settings.public_url.as_deref().unwrap_or("(as the request names it)")));
    say(format!("trust proxy  {}", settings.trust_proxy));
    let public = settings.public_url.clone();
    let is_tls = settings.tls;
    let plain = is_plain(&settings, address.ip());
    let listener = bind(address)?;
    let port = listener.local_addr().map_err(CliError::io("listening"))?.port();
    let redirect = redirect(&config, &options, &settings, port)?;
    let drain = Duration::from_secs(options.drain.or(config.drain).unwrap_or(0).min(DRAIN_MAX));
    open::make(&data)?;
    upgrade::before_serving(&config, &data).await?;
    let _lock = Lock::shared(&data)?;
    let state = open::state(&config, &data, settings).await?;
    if plain {
        say(PLAIN);
    }
    if let Some(link) = first::administrator(&state.store, state.clock.now()).await? {
        let here = own_address(listener.local_addr().map_err(CliError::io("listening"))?, is_tls);
        say(format!("{FIRST}\n             {}", link.address(&public.unwrap_or(here))));
    }
    let hangup = Some(Hangup::new().map_err(CliError::io("signals"))?);
    let stop = Stop::new().map_err(CliError::io("signals"))?;
    serve(state, Doors { listener, certificate, redirect, drain, stop, hangup }).await
}

/// Said at the start where people elsewhere reach the server without encryption.
const PLAIN: &str = "\
WARNING      plain http: names and passwords travel UNENCRYPTED to this address, and phones can neither work offline
             nor take photos; villagers' pages work. For real use serve https: --tls-cert FILE --tls-key FILE, or put a
             proxy with https in front: --public-url https://… --trust-proxy";

/// Said where nobody has a password yet. To standard output only: the log must not hold a secret.
const FIRST: &str = "\
first start  nobody can sign in yet. Open this link once, within 7 days, to become the county's administrator; whoever
             has it can, so pass it to nobody. A new start makes a new one until one was used:";

/// The server's address for somebody on this machine.
fn own_address(address: SocketAddr, is_tls: bool) -> String {
    let scheme = if is_tls { "https" } else { "http" };
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// Whether people on other machines sign in over plain http. Behind a trusted proxy without a public address only the
/// proxy knows.
fn is_plain(settings: &Settings, listen: IpAddr) -> bool {
    match &settings.public_url {
        _ if settings.tls => false,
        Some(_) => !settings.is_https(),
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

/// The certificate, when there is to be one.
fn certificate(config: &mut Config, options: &Options) -> Result<Option<Certificate>, CliError> {
    let cert = options.tls_cert.clone().or_else(|| config.tls_cert.take());
    let key = options.tls_key.clone().or_else(|| config.tls_key.take());
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(Certificate::load(Files { cert, key })?)),
        (None, None) => Ok(None),
        (Some(_), None) => Err(CliError::input("--tls-cert needs --tls-key, the certificate's private key")),
        (None, Some(_)) => Err(CliError::input("--tls-key needs --tls-cert, the key's certificate")),
    }
}

/// The plain door that sends people on, when there is to be one.
fn redirect(
    config: &Config,
    options: &Options,
    settings: &Settings,
    port: u16,
) -> Result<Option<(TcpListener, Redirect)>, CliError> {
    let address = options.http_redirect.or(config.http_redirect);
    let acme = options.acme_folder.clone().or_else(|| config.acme_folder.clone());
    let Some(address) = address else {
        return match acme {
            Some(_) => Err(CliError::input("--acme-folder needs --http-redirect, the door that certbot asks at")),
            None => Ok(None),
        };
    };
    if !settings.tls {
        return Err(CliError::input(
            "--http-redirect needs --tls-cert and --tls-key: without them there is no https here",
        ));
    }
    let listener = bind(address)?;
    let shown = listener.local_addr().map_err(CliError::io("listening"))?;
    say(format!("redirecting  http://{shown} to https"));
    Ok(Some((listener, Redirect { public_url: settings.public_url.clone(), port, acme })))
}

fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).map_err(CliError::io(format!("listening on {address}")))
}

/// Serves until SIGTERM or Ctrl-C; then lets requests under way end.
pub(super) async fn serve(state: AppState, doors: Doors) -> Result<(), CliError> {
    let address = doors.listener.local_addr().map_err(CliError::io("listening"))?;
    let store = state.store.clone();
    let scheme = if doors.certificate.is_some() { "https" } else { "http" };
    say(format!("listening    {scheme}://{address}"));
    listen::serve(state, doors).await.map_err(CliError::io("serving"))?;
    store.close().await;
    say("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_serves_other_machines_without_encryption_is_warned() {
        let (local, all) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0]));
        let table = [
            (None, false, false, local, false),
            (None, false, false, all, true),
            (None, false, true, all, false),
            (None, true, false, all, false),
            (Some("https://zhucun.example"), true, false, all, false),
            (Some("https://zhucun.example"), false, true, all, false),
            (Some("http://zhucun.lan"), false, false, local, true),
            (Some("http://zhucun.lan"), true, false, all, true),
        ];
        for (url, trust_proxy, tls, listen, plain) in table {
            let settings = Settings { public_url: url.map(str::to_owned), trust_proxy, tls };
            assert_eq!(is_plain(&settings, listen), plain, "{settings:?} {listen}");
        }
    }
}

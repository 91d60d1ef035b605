//! The server as a process: https, the redirect to it, a renewed certificate, and how it stops.

use std::{
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use crate::process::{Serving, Zhucun, exchange};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

/// Files of a certificate for `localhost`.
struct Pair {
    cert: PathBuf,
    key: PathBuf,
}

impl Pair {
    /// A new certificate in the files of a folder.
    fn new(folder: &Path) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let pair = Self { cert: folder.join("fullchain.pem"), key: folder.join("privkey.pem") };
        std::fs::write(&pair.cert, made.cert.pem()).unwrap();
        std::fs::write(&pair.key, made.signing_key.serialize_pem()).unwrap();
        pair
    }

    fn serve(&self, zhucun: &Zhucun, more: &[&str]) -> Command {
        let files = [self.cert.to_string_lossy().into_owned(), self.key.to_string_lossy().into_owned()];
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", &files[0], "--tls-key", &files[1]];
        zhucun.command(&[&fixed, more].concat())
    }

    /// Connects and trusts this certificate alone.
    async fn connect(&self, address: &str, alpn: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.cert).unwrap()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }

    /// One exchange over HTTP/1.1.
    async fn exchange(&self, address: &str, request: &str) -> std::io::Result<String> {
        let mut stream = self.connect(address, "http/1.1").await?;
        stream.write_all(request.as_bytes()).await?;
        Ok(rest(&mut stream).await)
    }
}

/// What still comes, until the other side closes.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => {}
        // Closed without TLS' own word for it.
        Err(error) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

/// Begins a request whose body comes slowly: all of its head and half of its body.
async fn begin(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let head =
        "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let request = format!("{head}content-length: {}\r\nexpect: 100-continue\r\n\r\n", BODY.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    // The server asks for the body: the handler has begun.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&BODY.as_bytes()[..20]).await.unwrap();
}

/// Ends it; gives the answer.
async fn end(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    stream.write_all(&BODY.as_bytes()[20..]).await.unwrap();
    rest(stream).await
}

const BODY: &str = r#"{"username": "nobody", "password": "no-such-password"}"#;

/// Waits until a condition holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..500 {
        if holds().await {
            return;
        }
        ticks.tick().await;
    }
    panic!("{what}: not within ten seconds");
}

async fn refuses_connections(address: &str) -> bool {
    TcpStream::connect(address).await.is_err()
}

fn ended_well(mut serving: Serving) {
    assert!(serving.child.wait().unwrap().success());
    let mut rest = String::new();
    serving.lines.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("stopped\n"), "{rest}");
}

#[tokio::test]
async fn a_slow_request_is_answered_before_the_server_ends() {
    let zhucun = Zhucun::new();
    let (serving, address) = zhucun.serve();
    let mut slow = TcpStream::connect(&address).await.unwrap();
    begin(&mut slow).await;
    serving.signal("TERM");
    until("new connections are refused", async || refuses_connections(&address).await).await;
    let answer = end(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("wrong_password"), "{answer}");
    ended_well(serving);
    assert!(!zhucun.0.path().join("data/zhucun.db-wal").exists(), "the file is complete by itself");
}

#[tokio::test]
async fn a_slow_request_over_https_is_answered_before_the_server_ends() {
    let zhucun = Zhucun::new();
    let pair = Pair::new(zhucun.0.path());
    let serving = Serving::start(&mut pair.serve(&zhucun, &[]));
    let address = serving.address();
    let mut slow = pair.connect(&address, "http/1.1").await.unwrap();
    begin(&mut slow).await;
    serving.signal("TERM");
    until("new connections are refused", async || refuses_connections(&address).await).await;
    let answer = end(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("wrong_password"), "{answer}");
    ended_well(serving);
}

#[tokio::test]
async fn while_it_drains_it_says_that_it_is_not_ready_and_answers_all_the_same() {
    let zhucun = Zhucun::new();
    let serving = Serving::start(&mut zhucun.command(&["serve", "--listen", "127.0.0.1:0", "--drain", "600"]));
    let address = serving.address();
    assert!(exchange(&address, get("/readyz").as_bytes()).contains(r#""server":"ok""#));
    serving.signal("TERM");
    until("it says that it stops", async || {
        let ready = exchange(&address, get("/readyz").as_bytes());
        ready.starts_with("HTTP/1.1 503") && ready.contains(r#""server":"stopping""#)
    })
    .await;
    assert!(exchange(&address, get("/healthz").as_bytes()).starts_with("HTTP/1.1 200"));
    assert!(exchange(&address, get("/t").as_bytes()).starts_with("HTTP/1.1 200"), "villagers are still answered");
    // A second signal: do not wait any longer.
    serving.signal("TERM");
    ended_well(serving);
}

#[tokio::test]
async fn https_is_spoken_in_both_versions_with_secure_cookies_and_a_promise_to_stay() {
    let zhucun = Zhucun::with_village();
    let pair = Pair::new(zhucun.0.path());
    let serving = Serving::start(&mut pair.serve(&zhucun, &[]));
    assert!(serving.said.contains("listening    https://") && !serving.said.contains("WARNING"), "{}", serving.said);
    let address = serving.address();
    let answer = pair.exchange(&address, &get("/t")).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");

    let add = ["user", "add", "--username", "luo", "--name", "罗素英", "--role", "secretary", "--village", "shiban"];
    let said = zhucun.good(&add);
    let password = said.lines().next().unwrap().strip_prefix("password: ").unwrap().to_owned();
    let stream = pair.connect(&address, "h2").await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = axum::http::Request::post(format!("https://localhost:{}/api/v1/session", port(&address)))
        .header("content-type", "application/json")
        .header("origin", format!("https://localhost:{}", port(&address)))
        .body(format!(r#"{{"username": "luo", "password": "{password}"}}"#))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-zhucun=") && cookie.contains("; Secure;"), "{cookie}");
    let body = axum::body::to_bytes(axum::body::Body::new(answer.into_body()), 10_000).await.unwrap();
    let link = format!("https://localhost:{}/n/", port(&address));
    assert!(String::from_utf8_lossy(&body).contains(&link), "links lead back here over https");
}

fn port(address: &str) -> &str {
    address.rsplit_once(':').unwrap().1
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_at_a_signal_and_a_broken_one_is_not() {
    let zhucun = Zhucun::new();
    let pair = Pair::new(zhucun.0.path());
    let mut command = pair.serve(&zhucun, &[]);
    let log = zhucun.0.path().join("log");
    command.env("ZHUCUN_LOG", "info").stderr(std::fs::File::create(&log).unwrap());
    let serving = Serving::start(&mut command);
    let address = serving.address();
    let said = |words: &str| std::fs::read_to_string(&log).unwrap().contains(words);

    let good = std::fs::read(&pair.cert).unwrap();
    std::fs::write(&pair.cert, "no certificate").unwrap();
    serving.signal("HUP");
    until("it says why not", async || said("fullchain.pem: there is no certificate in PEM form")).await;
    std::fs::write(&pair.cert, good).unwrap();
    pair.exchange(&address, &get("/healthz")).await.expect("the old one stays in use");

    let new = Pair::new(zhucun.0.path());
    new.exchange(&address, &get("/healthz")).await.expect_err("not yet in use");
    serving.signal("HUP");
    until("the new one is in use", async || new.exchange(&address, &get("/healthz")).await.is_ok()).await;
    assert!(said("the new certificate is in use"));
}

#[tokio::test]
async fn who_comes_over_plain_http_is_sent_to_https() {
    let zhucun = Zhucun::new();
    let pair = Pair::new(zhucun.0.path());
    let folder = zhucun.0.path().to_string_lossy().into_owned();
    let more = ["--http-redirect", "127.0.0.1:0", "--acme-folder", &folder];
    let serving = Serving::start(&mut pair.serve(&zhucun, &more));
    let redirecting = serving.said.lines().find_map(|line| line.strip_prefix("redirecting  http://")).unwrap();
    let plain = redirecting.split(' ').next().unwrap();
    let sent = exchange(plain, get("/n/abc?x=1").as_bytes());
    let location = format!("location: https://localhost:{}/n/abc?x=1", port(&serving.address()));
    assert!(sent.starts_with("HTTP/1.1 308") && sent.contains(&location), "{sent}");
    std::fs::create_dir_all(zhucun.0.path().join(".well-known/acme-challenge")).unwrap();
    zhucun.file(".well-known/acme-challenge/token", b"token.print");
    let shown = exchange(plain, get("/.well-known/acme-challenge/token").as_bytes());
    assert!(shown.starts_with("HTTP/1.1 200") && shown.ends_with("token.print"), "{shown}");
    serving.signal("TERM");
    ended_well(serving);
}

#[test]
fn settings_of_https_that_do_not_fit_are_told() {
    let zhucun = Zhucun::new();
    let pair = Pair::new(zhucun.0.path());
    let (cert, key) = (pair.cert.to_string_lossy(), pair.key.to_string_lossy());
    let told = |arguments: &[&str]| zhucun.bad(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
    assert!(told(&["--tls-cert", &cert]).contains("--tls-cert needs --tls-key"));
    assert!(told(&["--tls-key", &key]).contains("--tls-key needs --tls-cert"));
    assert!(told(&["--tls-cert", &key, "--tls-key", &cert]).contains("are --tls-cert and --tls-key exchanged?"));
    assert!(told(&["--http-redirect", "127.0.0.1:0"]).contains("--http-redirect needs --tls-cert"));
    assert!(told(&["--acme-folder", "."]).contains("--acme-folder needs --http-redirect"));
    let plain = ["--tls-cert", &cert, "--tls-key", &key, "--public-url", "http://zhucun.lan"];
    assert!(told(&plain).contains("--public-url begins with https://"));
}

#[tokio::test]
async fn https_can_be_set_up_in_the_settings_file() {
    let zhucun = Zhucun::new();
    let pair = Pair::new(zhucun.0.path());
    let (cert, key) = (pair.cert.to_string_lossy(), pair.key.to_string_lossy());
    let toml = format!(
        "listen = '127.0.0.1:0'\ntls_cert = '{cert}'\ntls_key = '{key}'\nhttp_redirect = '127.0.0.1:0'\ndrain = 0\n"
    );
    let file = zhucun.file("zhucun.toml", toml.as_bytes());
    let serving = Serving::start(&mut zhucun.command(&["serve", "--config", &file]));
    assert!(serving.said.contains("redirecting  http://"), "{}", serving.said);
    let answer = pair.exchange(&serving.address(), &get("/healthz")).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_hangup_does_not_end_a_server_without_a_certificate() {
    let zhucun = Zhucun::new();
    let (serving, address) = zhucun.serve();
    serving.signal("HUP");
    assert!(exchange(&address, get("/healthz").as_bytes()).starts_with("HTTP/1.1 200"));
    serving.signal("TERM");
    ended_well(serving);
}

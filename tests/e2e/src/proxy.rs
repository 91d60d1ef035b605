//! A proxy between phone and server that behaves as networks in villages do: it passes, cuts, answers with a captive portal's
//! page, or stops in the middle of a request. Each connection carries one request, so that none escapes it.

use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};

use crate::wait::within;

/// What a captive portal says to every question.
const PORTAL: &str = "<!doctype html><title>Welcome</title><p>Please accept the terms to use this network.</p>";
/// The longest request head that is read.
const HEAD_MAX: usize = 64 * 1024;

/// How the proxy behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// As if it were not there.
    Pass,
    /// Nobody answers.
    Cut,
    /// Requests to `/api` get 200 and a page of HTML.
    Portal,
    /// A part of the app does not come: `forms` or `later`.
    NoPart(&'static str),
    /// A part of the app comes only when the proxy behaves in another way.
    HoldPart(&'static str),
    /// Requests of a kind are held after their head and half of their body went to the server.
    HoldHalf(Kind),
    /// Requests of a kind go to the server; the answer is held when it comes.
    HoldAnswer(Kind),
}

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Changes of records.
    Changes,
    /// The question for what others have changed.
    Pull,
    /// A photo or a signature.
    Photo,
    /// The question for a checklist's definition.
    Form,
}

/// The running proxy.
pub struct Proxy {
    port: u16,
    way: watch::Sender<Way>,
    held: mpsc::UnboundedReceiver<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// Starts in front of a server, letting everything pass.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(server: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let (way, seen) = watch::channel(Way::Pass);
        let (tell, held) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { server, way: seen, tell });
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A connection that breaks is what this is for.
                tokio::spawn(async move { drop(shared.carry(client).await) });
            }
        });
        Ok(Self { port, way, held, task })
    }

    /// The address that the phone opens, without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Behaves in another way from now on; what is held is let go: its connection breaks.
    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Waits until a request is held.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn held(&mut self) -> Result<()> {
        within("a request to hold", self.held.recv()).await?.context("the proxy has ended")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Shared {
    server: u16,
    way: watch::Receiver<Way>,
    tell: mpsc::UnboundedSender<()>,
}

impl Shared {
    async fn carry(&self, mut client: TcpStream) -> Result<()> {
        let mut way = self.way.clone();
        let now = way.borrow_and_update().clone();
        if now == Way::Cut {
            return Ok(());
        }
        let request = Request::read(&mut client).await?;
        if matches!(now, Way::HoldPart(part) if request.is_part(part)) {
            self.hold(&mut way).await?;
        }
        match now {
            Way::Portal if request.target().starts_with("/api") => portal(&mut client).await,
            Way::NoPart(part) if request.is_part(part) => Ok(()),
            Way::HoldHalf(kind) if request.kind() == Some(kind) => {
                let mut server = self.connect().await?;
                let half = request.bytes.len() - request.body() / 2;
                server.write_all(&request.bytes[..half]).await?;
                self.hold(&mut way).await
            }
            Way::HoldAnswer(kind) if request.kind() == Some(kind) => {
                let mut server = self.connect().await?;
                server.write_all(&request.bytes).await?;
                // The first byte of the answer: what was sent is kept by now.
                server.read_u8().await?;
                self.hold(&mut way).await
            }
            _ => {
                let mut server = self.connect().await?;
                server.write_all(&request.bytes).await?;
                copy_bidirectional(&mut client, &mut server).await?;
                Ok(())
            }
        }
    }

    async fn connect(&self) -> Result<TcpStream> {
        Ok(TcpStream::connect(("127.0.0.1", self.server)).await?)
    }

    async fn hold(&self, way: &mut watch::Receiver<Way>) -> Result<()> {
        self.tell.send(())?;
        way.changed().await?;
        Ok(())
    }
}

async fn portal(client: &mut TcpStream) -> Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        PORTAL.len()
    );
    client.write_all(head.as_bytes()).await?;
    client.write_all(PORTAL.as_bytes()).await?;
    Ok(client.shutdown().await?)
}

/// A request as far as it came: the head, and the whole body where its length is said.
struct Request {
    bytes: Vec<u8>,
    head: usize,
}

impl Request {
    /// Reads one, and asks in its name that the connection ends with it.
    async fn read(client: &mut TcpStream) -> Result<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
                break at;
            }
            anyhow::ensure!(bytes.len() < HEAD_MAX, "no end of the head");
            anyhow::ensure!(client.read_buf(&mut bytes).await? > 0, "the client has gone");
        };
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let named = |name: &str| text.lines().find_map(|line| value(line, name));
        let length: usize = named("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        while bytes.len() < end + 4 + length {
            anyhow::ensure!(client.read_buf(&mut bytes).await? > 0, "the client has gone");
        }
        let kept = text.lines().filter(|line| value(line, "connection").is_none());
        let head = kept.chain(["Connection: close", "", ""]).collect::<Vec<_>>().join("\r\n");
        let mut whole = head.into_bytes();
        let head = whole.len();
        whole.extend_from_slice(&bytes[end + 4..]);
        Ok(Self { bytes: whole, head })
    }

    fn first(&self, part: usize) -> String {
        let line = self.bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(line).split(' ').nth(part).unwrap_or_default().to_owned()
    }

    /// Whether it asks for a part of the app.
    fn is_part(&self, part: &str) -> bool {
        self.target().strip_prefix("/assets/").is_some_and(|file| file.starts_with(&format!("{part}-")))
    }

    fn target(&self) -> String {
        self.first(1)
    }

    fn kind(&self) -> Option<Kind> {
        let target = self.target();
        match self.first(0).as_str() {
            "POST" if target.ends_with("/changes") => Some(Kind::Changes),
            "GET" if target.contains("/changes?") => Some(Kind::Pull),
            "PUT" if target.contains("/attachments/") => Some(Kind::Photo),
            "GET" if target.starts_with("/api/v1/forms/") => Some(Kind::Form),
            _ => None,
        }
    }

    fn body(&self) -> usize {
        self.bytes.len() - self.head
    }
}

/// The value of a header, when the line is that header.
fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

//! Just enough HTTP to count the bytes of an answer from our own server.
use anyhow::{Context, Result, bail};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// An answer.
pub struct Answer {
    /// Bytes of the body as they came over the wire.
    pub wire: u64,
    /// The body, unpacked.
    pub text: String,
}

/// GET with brotli and gzip accepted, as a phone's browser does.
pub fn get(address: &str, path: &str, cookie: &str) -> Result<Answer> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    let bytes = exchange(
        address,
        &format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br, gzip\r\n{cookie}Connection: close\r\n\r\n"
        ),
    )?;
    parse(&bytes).with_context(|| format!("GET {path}"))
}

/// POST of JSON that signs in; gives the cookie of the session.
pub fn sign_in(address: &str, path: &str, json: &str) -> Result<String> {
    let bytes = exchange(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{json}",
            json.len()
        ),
    )?;
    let text = String::from_utf8_lossy(&bytes);
    cookie(&text)
        .map(str::to_owned)
        .with_context(|| format!("POST {path} gave no session: {}", text.lines().next().unwrap_or_default()))
}

/// Name and value of the cookie that an answer sets.
fn cookie(answer: &str) -> Option<&str> {
    let mut headers = answer.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))?;
    value.split(';').next().map(str::trim)
}

fn exchange(address: &str, request: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("the answer has no end of headers")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        bail!("answered {}", head.lines().next().unwrap_or_default());
    }
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
    let chunked = header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    let body = if chunked { unchunk(&bytes[end + 4..])? } else { bytes[end + 4..].to_vec() };
    let mut text = String::new();
    match header("content-encoding") {
        Some("br") => brotli::Decompressor::new(&body[..], 4096).read_to_string(&mut text)?,
        Some("gzip") => flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text)?,
        _ => (&body[..]).read_to_string(&mut text)?,
    };
    Ok(Answer { wire: body.len() as u64, text })
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").context("a chunk has no length")?;
        let length = std::str::from_utf8(&rest[..line])?.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(length, 16).context("a chunk's length is not a number")?;
        if length == 0 {
            return Ok(body);
        }
        let from = line + 2;
        body.extend_from_slice(rest.get(from..from + length).context("a chunk is cut off")?);
        rest = rest.get(from + length + 2..).context("a chunk is cut off")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_as_they_came() {
        let answer = parse(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhello").unwrap();
        assert_eq!((answer.wire, answer.text.as_str()), (5, "hello"));
    }

    #[test]
    fn the_cookie_of_a_session_is_found() {
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: __Host-a=Bc; Path=/; Secure\r\n\r\nset-cookie: no=1";
        assert_eq!(cookie(answer), Some("__Host-a=Bc"));
        assert_eq!(cookie("HTTP/1.1 401 Unauthorized\r\n\r\nset-cookie: no=1"), None);
    }

    #[test]
    fn chunks_are_put_together() {
        let answer =
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n")
                .unwrap();
        assert_eq!(answer.text, "hello");
    }

    #[test]
    fn anything_but_200_is_an_error() {
        assert!(parse(b"HTTP/1.1 404 Not Found\r\n\r\n").is_err());
    }
}

//! Compression by `Accept-Encoding`.

use std::io::Write as _;

use axum::http::{HeaderMap, header};

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// `br`.
    Brotli,
    /// `gzip`.
    Gzip,
}

impl Encoding {
    /// Best first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The name in HTTP.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The ending of a file compressed this way.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Whether the request takes it: named (or `*`) and not with `q=0`.
    #[must_use]
    pub fn accepted(self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut star = false;
        for item in values.flat_map(|value| value.split(',')) {
            let (name, rest) = item.split_once(';').unwrap_or((item, ""));
            let wanted = rest.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()) != Some(0.0);
            match name.trim() {
                found if found.eq_ignore_ascii_case(self.name()) => return wanted,
                "*" => star = wanted,
                _ => {}
            }
        }
        star
    }

    /// The best one that the request takes.
    #[must_use]
    pub fn best(headers: &HeaderMap) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.accepted(headers))
    }

    /// Compresses; for what is made once and sent often.
    ///
    /// # Errors
    /// Never in memory, but the writers say so.
    pub fn compress(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        self.compress_at(9, bytes)
    }

    /// Compresses in little time; for what is made for one answer.
    ///
    /// # Errors
    /// Never in memory, but the writers say so.
    pub fn compress_quickly(self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        self.compress_at(5, bytes)
    }

    fn compress_at(self, level: u32, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, level, 22);
                writer.write_all(bytes)?;
                writer.flush()?;
                Ok(writer.into_inner())
            }
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
                writer.write_all(bytes)?;
                writer.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_accepted_coding_is_taken() {
        let table = [
            ("gzip, deflate, br", Some(Encoding::Brotli)),
            ("gzip;q=1.0, br;q=0", Some(Encoding::Gzip)),
            ("*", Some(Encoding::Brotli)),
            ("identity", None),
            ("", None),
        ];
        for (accept, best) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            assert_eq!(Encoding::best(&headers), best, "{accept}");
        }
    }
}

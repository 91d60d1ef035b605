//! Brotli and gzip, once, at build time: the server never compresses.
use super::bundle::Bundle;
use crate::files;
use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::{io::Write, path::Path, thread};

/// Whether compressing helps: pictures are compressed already.
pub fn worth_it(name: &str) -> bool {
    !name.ends_with(".png")
}

/// Writes `name.br` and `name.gz` beside each file, two at a time.
pub fn beside(folder: &Path, bundle: &Bundle) -> Result<()> {
    let mut work: Vec<(&String, &Vec<u8>)> = bundle.iter().filter(|(name, _)| worth_it(name)).collect();
    work.sort_by_key(|(_, bytes)| bytes.len());
    // The two large ones, the modules, end up in different halves.
    let halves: [Vec<_>; 2] = [0, 1].map(|half| work.iter().skip(half).step_by(2).copied().collect());
    thread::scope(|scope| {
        let threads = halves
            .map(|half| scope.spawn(move || half.into_iter().try_for_each(|(name, bytes)| both(folder, name, bytes))));
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("compressing stopped"))?)
    })
}

fn both(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    files::write(&folder.join(format!("{name}.br")), &brotli(bytes)?)?;
    files::write(&folder.join(format!("{name}.gz")), &gzip(bytes)?)
}

/// Brotli at its best.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_encodings_give_back_the_file() {
        let text = "一村一本账 ".repeat(100);
        let mut back = String::new();
        brotli::Decompressor::new(&brotli(text.as_bytes()).unwrap()[..], 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        back.clear();
        flate2::read::GzDecoder::new(&gzip(text.as_bytes()).unwrap()[..]).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
    }
}

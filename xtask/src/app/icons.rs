//! The icons as PNG: a vermilion notebook on paper, drawn here so that no binary file lies in the repository.
use super::bundle::Bundle;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;

const PAPER: [f32; 3] = [251.0, 248.0, 241.0];
const VERMILION: [f32; 3] = [179.0, 38.0, 30.0];
const INK: [f32; 3] = [30.0, 27.0, 22.0];

/// The colour of each point of the unit square.
type Picture = fn(f32, f32) -> [f32; 3];

/// Adds the sizes that public/manifest.webmanifest and the page name.
pub fn add(bundle: &mut Bundle) {
    // A maskable icon is cut to a circle of 80 %: the notebook is drawn smaller there.
    for (name, size, scale) in
        [("icon-192.png", 192, 1.0), ("icon-512.png", 512, 1.0), ("icon-maskable-512.png", 512, 0.72)]
    {
        bundle.insert(name.to_owned(), png(size, &draw(size, scale, colour)));
    }
    let shortcuts: [(&str, Picture); 3] = [
        ("shortcut-visit.png", shortcut_visit),
        ("shortcut-household.png", shortcut_household),
        ("shortcut-needs.png", shortcut_needs),
    ];
    for (name, colour) in shortcuts {
        bundle.insert(name.to_owned(), png(96, &draw(96, 1.0, colour)));
    }
}

/// Rows of RGB.
fn draw(size: usize, scale: f32, colour: Picture) -> Vec<u8> {
    const FINE: usize = 4;
    let mut pixels = Vec::with_capacity(size * size * 3);
    for y in 0..size {
        for x in 0..size {
            let mut sum = [0.0; 3];
            for sub in 0..FINE * FINE {
                let at = |pixel: usize, sub: usize| (pixel as f32 + (sub as f32 + 0.5) / FINE as f32) / size as f32;
                let place = |v: f32| (v - 0.5) / scale + 0.5;
                let colour = colour(place(at(x, sub % FINE)), place(at(y, sub / FINE)));
                sum.iter_mut().zip(colour).for_each(|(sum, part)| *sum += part);
            }
            pixels.extend(sum.map(|part| (part / (FINE * FINE) as f32).round() as u8));
        }
    }
    pixels
}

/// Whether a point lies in a box with round corners.
fn in_box((x, y): (f32, f32), (x0, y0): (f32, f32), (x1, y1): (f32, f32), r: f32) -> bool {
    let dx = (x0 + r - x).max(x - (x1 - r)).max(0.0);
    let dy = (y0 + r - y).max(y - (y1 - r)).max(0.0);
    x >= x0 && x <= x1 && y >= y0 && y <= y1 && dx * dx + dy * dy <= r * r
}

/// How far a point is from a line between two points.
fn from_line((x, y): (f32, f32), (x0, y0): (f32, f32), (x1, y1): (f32, f32)) -> f32 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let along = (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

/// Half the width of a shortcut's lines.
const PEN: f32 = 0.035;

/// A shortcut's ground, a vermilion disc on paper, and its lines.
fn shortcut(x: f32, y: f32, is_line: bool) -> [f32; 3] {
    if is_line || (x - 0.5).hypot(y - 0.5) > 0.48 { PAPER } else { VERMILION }
}

/// A list with its first line ticked: a visit is begun.
fn shortcut_visit(x: f32, y: f32) -> [f32; 3] {
    let at = (x, y);
    let lines = [
        ((0.26, 0.36), (0.32, 0.42)),
        ((0.32, 0.42), (0.42, 0.3)),
        ((0.5, 0.37), (0.74, 0.37)),
        ((0.28, 0.52), (0.74, 0.52)),
        ((0.28, 0.67), (0.74, 0.67)),
    ];
    shortcut(x, y, lines.into_iter().any(|(from, to)| from_line(at, from, to) < PEN))
}

/// A house with a plus: a new household.
fn shortcut_household(x: f32, y: f32) -> [f32; 3] {
    let at = (x, y);
    let lines = [
        ((0.24, 0.48), (0.5, 0.25)),
        ((0.5, 0.25), (0.76, 0.48)),
        ((0.32, 0.44), (0.32, 0.74)),
        ((0.68, 0.44), (0.68, 0.74)),
        ((0.32, 0.74), (0.68, 0.74)),
        ((0.5, 0.48), (0.5, 0.66)),
        ((0.41, 0.57), (0.59, 0.57)),
    ];
    shortcut(x, y, lines.into_iter().any(|(from, to)| from_line(at, from, to) < PEN))
}

/// A speech bubble: what villagers need.
fn shortcut_needs(x: f32, y: f32) -> [f32; 3] {
    let at = (x, y);
    let bubble = in_box(at, (0.24, 0.28), (0.76, 0.64), 0.08) && !in_box(at, (0.31, 0.35), (0.69, 0.57), 0.04);
    let tail = from_line(at, (0.36, 0.6), (0.36, 0.76)) < PEN || from_line(at, (0.36, 0.76), (0.5, 0.62)) < PEN;
    let words = from_line(at, (0.4, 0.46), (0.6, 0.46)) < PEN;
    shortcut(x, y, bubble || tail || words)
}

/// The picture in the unit square; the same shapes as public/favicon.svg.
fn colour(x: f32, y: f32) -> [f32; 3] {
    let inside = |x0: f32, y0: f32, x1: f32, y1: f32, r: f32| in_box((x, y), (x0, y0), (x1, y1), r);
    let ring = |top: f32| inside(0.19, top, 0.31, top + 0.045, 0.0225);
    if ring(0.28) || ring(0.4775) || ring(0.675) {
        INK
    } else if inside(0.38, 0.32, 0.68, 0.37, 0.025)
        || inside(0.38, 0.44, 0.68, 0.49, 0.025)
        || inside(0.38, 0.56, 0.56, 0.61, 0.025)
    {
        PAPER
    } else if inside(0.25, 0.16, 0.78, 0.84, 0.06) {
        VERMILION
    } else {
        PAPER
    }
}

/// An 8-bit RGB PNG.
fn png(size: usize, pixels: &[u8]) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() + size);
    for row in pixels.chunks(size * 3) {
        // Filter 0: the picture is flat, zlib does the rest.
        rows.push(0);
        rows.extend_from_slice(row);
    }
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    let data = zlib.write_all(&rows).and_then(|()| zlib.finish()).expect("writing to memory does not fail");
    let side = (size as u32).to_be_bytes();
    let header = [&side[..], &side[..], &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &data);
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    png.extend_from_slice(&crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_a_png_of_its_size_and_small() {
        let icon = png(192, &draw(192, 1.0, colour));
        assert_eq!(&icon[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&icon[16..24], [0, 0, 0, 192, 0, 0, 0, 192]);
        assert!(icon.len() < 6000, "{} bytes", icon.len());
    }

    #[test]
    fn shortcuts_have_pictures_of_their_own() {
        let mut bundle = Bundle::new();
        add(&mut bundle);
        let pictures: Vec<_> = bundle.iter().filter(|(name, _)| name.starts_with("shortcut-")).collect();
        assert_eq!(pictures.len(), 3);
        assert!(pictures.windows(2).all(|two| two[0].1 != two[1].1));
        assert!(pictures.iter().all(|(_, png)| png.len() < 4000 && png[16..24] == [0, 0, 0, 96, 0, 0, 0, 96]));
    }

    #[test]
    fn the_notebook_is_vermilion_on_paper() {
        assert_eq!(colour(0.5, 0.75), VERMILION);
        assert_eq!(colour(0.02, 0.02), PAPER);
    }
}

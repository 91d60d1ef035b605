//! A QR code as one small SVG path.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// The code of an address with its quiet zone; empty when the address is too long for one.
#[must_use]
pub fn svg(address: &str) -> String {
    let Ok(code) = QRBuilder::new(address).ecl(ECL::M).build() else { return String::new() };
    let mut path = String::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let run = row[x..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + 4, y + 4);
            }
            x += run + 1;
        }
    }
    let side = code.size + 8;
    format!(
        r#"<svg class="qr" viewBox="0 0 {side} {side}" width="200" height="200" shape-rendering="crispEdges" aria-hidden="true"><path d="{path}"/></svg>"#
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_a_small_picture_without_the_address_in_words() {
        let svg = super::svg("https://qingxi.example/t?c=12345678901234567");
        assert!(svg.starts_with("<svg") && svg.len() < 9000, "{}", svg.len());
        assert!(!svg.contains("12345678901234567"));
        assert_eq!(super::svg(&"x".repeat(5000)), "");
    }
}

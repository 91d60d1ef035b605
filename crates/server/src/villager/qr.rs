//! A QR code as one small SVG.

use zhucun_domain::qr;

/// The code of an address with its quiet zone; empty when the address is too long for one.
#[must_use]
pub fn svg(address: &str) -> String {
    let Some(qr::Qr { side, path }) = qr::of(address) else { return String::new() };
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

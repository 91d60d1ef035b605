//! Expressions: parsed, printed and parsed again to the same; checked, looked through and evaluated without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhucun_forms::NativeHost;
use zhucun_forms::xpath::{Document, Expr, Tree};

const DOCUMENT: &str = "<data id='f'><a>1</a><b>2026-11-23</b><r><x>3</x></r><r><x/></r><c id='k'>yes no</c></data>";

fuzz_target!(|text: &str| {
    let Ok(expr) = Expr::parse(text) else { return };
    let again = Expr::parse(&expr.to_string()).expect("what was printed can be parsed");
    assert_eq!(again, expr, "printed as {expr}");
    expr.check();
    expr.paths();
    expr.functions();
    let document = Document::read(DOCUMENT).expect("a document");
    let host = NativeHost::new(1_795_406_400_000, 480);
    if let Ok(value) = expr.eval(&document, document.root(), &host) {
        value.text(&document, &host);
        value.number(&document, &host);
    }
});

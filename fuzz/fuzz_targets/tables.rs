//! Tables as text, Markdown and CSV. A form that is read can be told to a phone, read there, and filled.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use zhucun_forms::{Definition, NativeHost, Session, read_form};

fuzz_target!(|text: &str| {
    let Ok(parsed) = read_form("form.md", text.as_bytes()) else { return };
    let json = serde_json::to_string(&parsed.definition).expect("a definition is JSON");
    let told: Definition = serde_json::from_str(&json).expect("a phone reads what the server wrote");
    assert_eq!(told, parsed.definition);
    let session = Session::new(Rc::new(told), Rc::default(), Rc::new(NativeHost::new(1_795_406_400_000, 480)));
    session.pages();
    session.problems();
});

//! A phone reads a definition that came damaged: a typed error, or a form that can be opened.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use zhucun_forms::{Definition, NativeHost, Session};

fuzz_target!(|text: &str| {
    let Ok(definition) = serde_json::from_str::<Definition>(text) else { return };
    let session = Session::new(Rc::new(definition), Rc::default(), Rc::new(NativeHost::new(0, 0)));
    session.pages();
    session.problems();
});

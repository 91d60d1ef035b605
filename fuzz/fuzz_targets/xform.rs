//! XForm XML, and instances of it.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use zhucun_forms::xform::read_xform;
use zhucun_forms::{NativeHost, Session};

fuzz_target!(|text: &str| {
    let Ok(form) = read_xform(text) else { return };
    let session =
        Session::new(Rc::new(form.definition), Rc::default(), Rc::new(NativeHost::new(1_795_406_400_000, 480)));
    session.pages();
    session.problems();
});

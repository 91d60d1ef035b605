//! Files that are no text: xlsx, xlsm, ods, xls, by their bytes. Whatever they hold, they are read or refused with a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhucun_forms::read_form;

fuzz_target!(|bytes: &[u8]| {
    match read_form("form.xlsx", bytes) {
        Ok(parsed) => assert!(!parsed.definition.nodes.is_empty()),
        Err(problems) => assert!(!problems.is_empty(), "refused without a reason"),
    }
});

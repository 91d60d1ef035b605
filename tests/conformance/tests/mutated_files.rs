//! Spreadsheets of `xlsforms/` with some bytes changed: read or refused, never a panic.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use serde::Deserialize;
use zhucun_conformance::{cases, shared};
use zhucun_forms::read_form;

/// How often each file is changed anew; `ZHUCUN_MUTATIONS` for more.
const TIMES: u32 = 60;

#[derive(Deserialize)]
struct File {
    file: String,
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % limit as u64).unwrap()
    }
}

/// Changes a few bytes, or copies a part over another, or cuts the end off.
fn change(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(8) {
            0 => bytes.truncate(at.max(1)),
            1 => {
                let (from, length) = (numbers.below(bytes.len()), numbers.below(64));
                let part: Vec<u8> = bytes[from..].iter().copied().take(length).collect();
                for (byte, new) in bytes[at..].iter_mut().zip(part) {
                    *byte = new;
                }
            }
            2 => bytes[at] = 0xff,
            3 => bytes[at] = 0,
            _ => bytes[at] ^= 1 << numbers.below(8),
        }
    }
}

#[test]
fn changed_files_are_read_or_refused() {
    let Some(files) = cases::<File>("xlsforms/manifest.jsonl") else { return };
    let times = std::env::var("ZHUCUN_MUTATIONS").ok().and_then(|times| times.parse().ok()).unwrap_or(TIMES);
    let mut numbers = Numbers(7);
    let (mut fine, mut refused) = (0, 0);
    for file in files {
        let bytes = std::fs::read(shared().join("conformance").join(&file.file)).unwrap();
        for _ in 0..times {
            let mut changed = bytes.clone();
            change(&mut changed, &mut numbers);
            match read_form(&file.file, &changed) {
                Ok(_) => fine += 1,
                Err(problems) => {
                    assert!(!problems.is_empty(), "{}: refused without a problem", file.file);
                    refused += 1;
                }
            }
        }
    }
    assert!(fine > 0 && refused > 0, "{fine} read and {refused} refused");
}

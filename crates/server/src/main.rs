//! The binary `zhucun`.
fn main() {}

//! The binary `zhucun`.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhucun_server::cli::main()
}

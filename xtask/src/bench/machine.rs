//! The machine that was measured on, in a line.
use crate::{place::Place, run};
use std::fs;

/// Processor, cores, memory, system, day and commit.
pub fn describe(place: &Place) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok();
    let model = cpu.as_deref().and_then(|text| field(text, "model name")).unwrap_or("unknown processor").to_owned();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo").ok();
    let kilobytes: u64 = memory
        .as_deref()
        .and_then(|text| field(text, "MemTotal")?.split_whitespace().next()?.parse().ok())
        .unwrap_or_default();
    let line = |program: &str, arguments: &[&str]| {
        run::version(place.command(program).args(arguments)).unwrap_or_else(|| "unknown".to_owned())
    };
    format!(
        "{model}, {cores} cores, {} GiB; {}; {}, commit {}",
        kilobytes.div_ceil(1024 * 1024),
        line("uname", &["-sr"]),
        line("date", &["+%Y-%m-%d"]),
        line("git", &["describe", "--always", "--dirty"]),
    )
}

/// The first value under a name in a file of `name : value` lines.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.trim_start().strip_prefix(':')?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_their_whole_name() {
        let text = "model\t\t: 85\nmodel name\t: Some CPU @ 2.00GHz\n";
        assert_eq!(field(text, "model name"), Some("Some CPU @ 2.00GHz"));
        assert_eq!(field(text, "model"), Some("85"));
        assert_eq!(field(text, "mode"), None);
    }
}

//! `zhucun form eval`.

use std::io::{self, BufRead, Read as _, Write};

use zhucun_forms::xpath;

use super::CliError;
use crate::clock::Clock;

/// A line may have this many bytes: a whole form and more.
const MOST: u64 = 32 << 20;

/// Answers the lines of standard input, each as soon as it is there.
pub(super) fn run() -> Result<(), CliError> {
    match answer(&mut io::stdin().lock(), &mut io::stdout().lock(), Clock::System.now()) {
        // Who reads the answers has enough of them.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(CliError::io("standard input or output".to_owned())),
    }
}

/// Answers line by line; blank lines are passed over.
fn answer(input: &mut dyn BufRead, output: &mut dyn Write, now: i64) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut *input).take(MOST).read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        if line.len() as u64 == MOST && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            writeln!(output, "{}", xpath::refused("the line is longer than 32 MiB; ask with a smaller document"))?;
        } else if !line.trim_ascii().is_empty() {
            writeln!(output, "{}", xpath::answer(&line, now))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(input: &[u8]) -> Vec<String> {
        let mut output = Vec::new();
        answer(&mut &*input, &mut output, 0).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_bad_line_is_told_and_the_rest_goes_on() {
        let answers = answered(b"{\"id\":1,\"expr\":\"1+1\"}\r\n\n  \nbad\n\xff\n{\"id\":2,\"expr\":\"'a'\"}");
        assert_eq!(answers.len(), 4, "{answers:?}");
        assert_eq!(answers[0], r#"{"id":1,"type":"number","value":2}"#);
        assert!(answers[1].starts_with(r#"{"id":null,"type":"error""#));
        assert!(answers[2].starts_with(r#"{"id":null,"type":"error""#));
        assert_eq!(answers[3], r#"{"id":2,"type":"string","value":"a"}"#);
        assert!(answered(b"").is_empty());
    }

    #[test]
    fn a_line_without_end_is_not_kept_and_the_next_is_answered() {
        let long = vec![b' '; MOST as usize + 10];
        let answers = answered(&[&long[..], b"\n{\"expr\":\"1\"}\n"].concat());
        assert!(answers[0].contains("longer than 32 MiB"), "{answers:?}");
        assert_eq!(answers[1], r#"{"id":null,"type":"number","value":1}"#);
    }
}

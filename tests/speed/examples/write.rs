//! Writes the forms as spreadsheets into a folder, for engines that run elsewhere: `write FOLDER`.

use std::path::Path;

use zhucun_speed::{Rows, cascade, chained, repeated};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("say into which folder")?;
    let write = |name: &str, rows: Rows| -> Result<(), Box<dyn std::error::Error>> {
        std::fs::write(Path::new(&folder).join(name), rows.xlsx()?)?;
        Ok(())
    };
    write("chained-300.xlsx", chained(300, 200))?;
    write("chained-1000.xlsx", chained(1_000, 200))?;
    write("repeated.xlsx", repeated(false))?;
    write("cascade.xlsx", cascade(8_000))
}

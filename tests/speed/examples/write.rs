//! Writes the forms as spreadsheets into a folder, for engines that run elsewhere: `write FOLDER`.

use std::path::Path;

use zhucun_speed::{Rows, branched, cascade, chained, lookup, register_csv, repeated};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("say into which folder")?;
    let write = |name: &str, rows: Rows| -> Result<(), Box<dyn std::error::Error>> {
        std::fs::write(Path::new(&folder).join(name), rows.xlsx()?)?;
        Ok(())
    };
    write("chained-300.xlsx", chained(300, 200))?;
    write("chained-1000.xlsx", chained(1_000, 200))?;
    write("branched-300.xlsx", branched(300, 10, 20))?;
    write("branched-1000.xlsx", branched(1_000, 10, 20))?;
    write("repeated.xlsx", repeated(false))?;
    write("cascade.xlsx", cascade(8_000))?;
    write("lookup.xlsx", lookup(true))?;
    write("no-lookup.xlsx", lookup(false))?;
    std::fs::write(Path::new(&folder).join("register.csv"), register_csv(30_000))?;
    Ok(())
}

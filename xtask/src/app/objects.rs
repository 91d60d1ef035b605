//! Where each value of a program's data begins. The linker leaves them apart when it is told to (`trunk.rs`); a module weighs less
//! when they are together, so they are put together here, and where they began is kept.
use anyhow::{Result, anyhow};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use wasm_encoder::{
    ConstExpr, DataSection, Module, NameSection,
    reencode::{self, Reencode},
};
use wasmparser::{DataSectionReader, Name, Parser, Payload};

use super::texts::place;

/// Zeros between two values that weigh less than a new piece.
const GAP: u32 = 16;

/// Pieces of data by address.
type Pieces = BTreeMap<u32, Vec<u8>>;

/// The module with its data put together, and the addresses at which values begin.
pub fn joined(module: &[u8]) -> Result<(Vec<u8>, BTreeSet<u32>)> {
    let mut values = Pieces::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(section) = payload? {
            for piece in section {
                let piece = piece?;
                values.insert(place(&piece.kind)?, piece.data.to_vec());
            }
        }
    }
    let starts = values.keys().copied().collect();
    let mut written = Module::new();
    Together { pieces: together(values)? }
        .parse_core_module(&mut written, Parser::new(0), module)
        .map_err(|error| anyhow!("the module with its data put together: {error}"))?;
    Ok((written.finish(), starts))
}

fn together(values: Pieces) -> Result<Pieces> {
    let mut pieces = Pieces::new();
    for (at, bytes) in values {
        if let Some(mut last) = pieces.last_entry() {
            let end = last.key() + last.get().len() as u32;
            if at < end {
                return Err(anyhow!("values of the program's data lie over each other"));
            }
            if at - end <= GAP {
                let length = last.get().len() + (at - end) as usize;
                last.get_mut().resize(length, 0);
                last.get_mut().extend(bytes);
                continue;
            }
        }
        pieces.insert(at, bytes);
    }
    Ok(pieces)
}

/// Writes a module with other pieces of data.
struct Together {
    pieces: Pieces,
}

impl Reencode for Together {
    type Error = Infallible;

    /// Without those of the pieces, which are others now.
    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: Name<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        if matches!(section, Name::Data(_)) {
            return Ok(());
        }
        reencode::utils::parse_custom_name_subsection(self, names, section)
    }

    fn parse_data_section(
        &mut self,
        pieces: &mut DataSection,
        _: DataSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for (at, bytes) in &self.pieces {
            pieces.active(0, &ConstExpr::i32_const(at.cast_signed()), bytes.iter().copied());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{MemorySection, MemoryType};

    #[test]
    fn values_that_nearly_touch_become_one_piece_and_their_beginnings_are_known() {
        let (mut memories, mut pieces) = (MemorySection::new(), DataSection::new());
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        for (at, text) in [(16, "ab"), (20, "cd"), (100, "e")] {
            pieces.active(0, &ConstExpr::i32_const(at), text.bytes());
        }
        let mut module = Module::new();
        module.section(&memories).section(&pieces);
        let (module, starts) = joined(&module.finish()).unwrap();
        assert_eq!(starts, BTreeSet::from([16, 20, 100]));
        let (again, starts) = joined(&module).unwrap();
        assert_eq!((starts, again), (BTreeSet::from([16, 100]), module));
    }

    #[test]
    fn values_in_one_place_are_refused() {
        assert!(together(Pieces::from([(16, vec![1, 2]), (17, vec![3])])).is_err());
    }
}

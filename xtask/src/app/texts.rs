//! Texts that only the last part of the app uses are fetched with it: words of its pages, icons and pictures. The texts of the
//! others come with the page, for which the line has time while the program has only just been asked for. All parts work in
//! one memory, so texts keep their places there: the first part has zeros in them, which weigh nothing. Those of the page are
//! the first thing the program fills in (`src/platform/texts.rs`), the last part brings its own.
//!
//! What an earlier part reaches from its own code, by an address in a value, at once or through addresses in the data, is not the
//! last one's; all of a value is reached with any of it (`objects.rs`). Should one ever show a text that it does not know by an
//! address, then that text is missing until the last part is there, and no longer. Any text may be among them, names and codes
//! too, so nothing that the program does before it has filled them in may need one.
//!
//! With the last part's texts go the tables by which closures of its own are called, and other values of unknown types: what
//! they lead to is not there before it either.
use anyhow::{Result, anyhow};
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    convert::Infallible,
    ops::Range,
};
use wasm_encoder::{
    DataSection, Module, Section,
    reencode::{self, Reencode},
};
use wasmparser::{
    ConstExpr, DataKind, DataSectionReader, ElementItems, ElementKind, MemArg, Operator, Parser, Payload,
};

use super::split::Parts;

/// A shorter run of texts weighs more as a piece of its own than where it was. Bytes.
const SHORTEST: usize = 32;
/// The same for the page, where its address stands as text and the room is small (`xtask/src/size`). Bytes.
const SHORTEST_IN_PAGE: usize = 96;

/// The texts that come with the page, by their addresses.
pub type InPage = Vec<(u32, String)>;

/// Moves texts out of the first part: those that only the last one uses into that, all others into the page.
/// `values` are the addresses at which values begin (`objects.rs`).
pub fn part(parts: Parts, values: &BTreeSet<u32>) -> Result<(Parts, InPage)> {
    let data = data(&parts[0])?;
    let addresses = parts.iter().map(|part| addresses(part)).collect::<Result<Vec<_>>>()?;
    let own = parts.last().map_or_else(|| Ok(BTreeSet::new()), |last| filled(last))?;
    let placed = placed(&data, values, &addresses, &own);
    if placed.is_empty() {
        return Ok((parts, InPage::new()));
    }
    let last = parts.len() - 1;
    let (later, early): (Vec<_>, Vec<_>) = placed.iter().partition(|(part, _)| *part == last);
    let text = |(_, place): &(usize, Range<u32>)| Ok((place.start, String::from_utf8(data.bytes(place).collect())?));
    let in_page = early.into_iter().map(text).collect::<Result<InPage>>()?;
    let mut written = Module::new();
    let mut writer = Zeroed { moved: &placed };
    writer
        .parse_core_module(&mut written, Parser::new(0), &parts[0])
        .map_err(|error| anyhow!("the first part without the later ones' texts: {error}"))?;
    let mut parted = vec![written.finish()];
    for (number, mut part) in parts.into_iter().enumerate().skip(1) {
        let mut pieces = DataSection::new();
        for (_, text) in later.iter().filter(|(part, _)| *part == number) {
            pieces.active(0, &wasm_encoder::ConstExpr::i32_const(text.start as i32), data.bytes(text));
        }
        if !pieces.is_empty() {
            pieces.append_to(&mut part);
        }
        parted.push(part);
    }
    Ok((parted, in_page))
}

/// What lies in memory at the start, by address.
struct Data(BTreeMap<u32, Vec<u8>>);

impl Data {
    fn range(&self) -> Range<u32> {
        let end = self.0.last_key_value().map_or(0, |(at, bytes)| at + bytes.len() as u32);
        self.0.first_key_value().map_or(0, |(at, _)| *at)..end
    }

    /// What lies in a place that is in one piece.
    fn bytes(&self, place: &Range<u32>) -> impl ExactSizeIterator<Item = u8> {
        let piece = self.0.range(..=place.start).next_back();
        let found = piece.and_then(|(at, bytes)| bytes.get((place.start - at) as usize..(place.end - at) as usize));
        found.unwrap_or_default().to_vec().into_iter()
    }

    /// Numbers that may be addresses, with their places.
    fn words(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().flat_map(|(at, bytes)| {
            let skipped = (at.next_multiple_of(4) - at) as usize;
            let words = bytes.get(skipped..).unwrap_or_default().chunks_exact(4);
            let number = |word: &[u8]| u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            words.enumerate().map(move |(place, word)| (at + (skipped + place * 4) as u32, number(word)))
        })
    }
}

fn data(module: &[u8]) -> Result<Data> {
    let mut data = Data(BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(section) = payload? {
            for piece in section {
                let piece = piece?;
                data.0.insert(place(&piece.kind)?, piece.data.to_vec());
            }
        }
    }
    Ok(data)
}

/// Where a piece of data is filled in.
pub fn place(kind: &DataKind<'_>) -> Result<u32> {
    let DataKind::Active { memory_index: 0, offset_expr } = kind else {
        return Err(anyhow!("data is filled in at once"));
    };
    constant(offset_expr)
}

fn constant(place: &ConstExpr<'_>) -> Result<u32> {
    let Operator::I32Const { value } = place.get_operators_reader().read()? else {
        return Err(anyhow!("data and functions lie at fixed places"));
    };
    Ok(value.cast_unsigned())
}

/// Numbers in a module's code that may be addresses.
fn addresses(module: &[u8]) -> Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload? {
            let mut reader = body.get_operators_reader()?;
            while !reader.eof() {
                match reader.read()? {
                    Operator::I32Const { value } => {
                        found.insert(value.cast_unsigned());
                    }
                    other => found.extend(memory(&other).and_then(|at| u32::try_from(at.offset).ok())),
                }
            }
        }
    }
    Ok(found)
}

/// Where an operator reads or writes, beyond what is on the stack.
fn memory(operator: &Operator<'_>) -> Option<MemArg> {
    use Operator as O;
    match operator {
        O::I32Load { memarg }
        | O::I64Load { memarg }
        | O::F32Load { memarg }
        | O::F64Load { memarg }
        | O::I32Load8S { memarg }
        | O::I32Load8U { memarg }
        | O::I32Load16S { memarg }
        | O::I32Load16U { memarg }
        | O::I64Load8S { memarg }
        | O::I64Load8U { memarg }
        | O::I64Load16S { memarg }
        | O::I64Load16U { memarg }
        | O::I64Load32S { memarg }
        | O::I64Load32U { memarg }
        | O::I32Store { memarg }
        | O::I64Store { memarg }
        | O::F32Store { memarg }
        | O::F64Store { memarg }
        | O::I32Store8 { memarg }
        | O::I32Store16 { memarg }
        | O::I64Store8 { memarg }
        | O::I64Store16 { memarg }
        | O::I64Store32 { memarg } => Some(*memarg),
        _ => None,
    }
}

/// The places of the table of functions that a module fills.
fn filled(module: &[u8]) -> Result<BTreeSet<u32>> {
    let mut places = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ElementSection(section) = payload? else { continue };
        for row in section {
            let row = row?;
            let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) = (&row.kind, &row.items)
            else {
                return Err(anyhow!("functions are put into the table at once"));
            };
            let from = constant(offset_expr)?;
            places.extend(from..from + functions.count());
        }
    }
    Ok(places)
}

/// The places of texts, each with the part that is the first to reach it. `values` are the addresses at which values begin, `own`
/// the places of the table of functions that the last part fills.
fn placed(
    data: &Data,
    values: &BTreeSet<u32>,
    addresses: &[BTreeSet<u32>],
    own: &BTreeSet<u32>,
) -> Vec<(usize, Range<u32>)> {
    let range = data.range();
    let starts: BTreeSet<u32> = values.iter().chain(data.0.keys()).copied().collect();
    let value = |at: u32| starts.range(..=at).next_back().copied();
    // An address in the middle may also be meant for the next value, less what is added to it.
    let values_at = |at: u32| {
        let next = (!starts.contains(&at)).then(|| starts.range(at..).next().copied()).flatten();
        value(at).into_iter().chain(next)
    };
    let mut leads: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, word) in data.words().filter(|(_, word)| range.contains(word)) {
        leads.entry(value(at).unwrap_or(at)).or_default().extend(value(word));
    }
    let last = addresses.len() - 1;
    let mut part_of: BTreeMap<u32, usize> = BTreeMap::new();
    for (part, addresses) in addresses.iter().enumerate() {
        let mut todo: Vec<u32> =
            addresses.iter().filter(|at| range.contains(at)).flat_map(|at| values_at(*at)).collect();
        while let Some(start) = todo.pop() {
            if let Entry::Vacant(place) = part_of.entry(start) {
                place.insert(part);
                todo.extend(leads.get(&start).into_iter().flatten());
            }
        }
    }
    let mut moved: Vec<(usize, Range<u32>)> = Vec::new();
    for start in &starts {
        let part = part_of.get(start).copied().unwrap_or(last);
        let place = *start..starts.range(start + 1..).next().copied().unwrap_or(range.end);
        let found = text(data, place.start, place.end);
        let found = found.or_else(|| if part == last { of_the_last(data, place, own) } else { None });
        let Some(text) = found else { continue };
        match moved.last_mut() {
            // Pieces that touch are two all the same.
            Some((of, before)) if *of == part && before.end == text.start && !data.0.contains_key(&text.start) => {
                before.end = text.end;
            }
            _ => moved.push((part, text)),
        }
    }
    let last = |part: &usize| *part == addresses.len() - 1;
    moved.retain(|(part, text)| text.len() >= if last(part) { SHORTEST } else { SHORTEST_IN_PAGE });
    moved
}

/// The text that fills a place, but for zeros at its end.
fn text(data: &Data, start: u32, end: u32) -> Option<Range<u32>> {
    let (at, piece) = data.0.range(..=start).next_back()?;
    let bytes = piece.get((start - at) as usize..((end - at) as usize).min(piece.len()))?;
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[..bytes.len() - zeros];
    let is_text = !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    is_text.then(|| start..start + bytes.len() as u32)
}

/// A place that only the last part reaches, with what is no text and yet its own: an element as `view!` writes it, with NULs in
/// it, or tables of methods.
fn of_the_last(data: &Data, place: Range<u32>, own: &BTreeSet<u32>) -> Option<Range<u32>> {
    let (at, piece) = data.0.range(..=place.start).next_back()?;
    let bytes = piece.get((place.start - at) as usize..((place.end - at) as usize).min(piece.len()))?;
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let written = &bytes[..bytes.len() - zeros];
    let is_written = written.first().is_some_and(u8::is_ascii_lowercase)
        && written.iter().all(|byte| *byte == 0 || *byte >= b' ')
        && std::str::from_utf8(written).is_ok();
    if is_written {
        return Some(place.start..place.start + written.len() as u32);
    }
    (place.start.is_multiple_of(4) && is_table(bytes, own)).then(|| place.start..place.start + bytes.len() as u32)
}

/// Whether it is a table of methods as rustc writes it, with all methods the last part's own: how to drop a value, its size and
/// alignment, and its methods.
fn is_table(bytes: &[u8], own: &BTreeSet<u32>) -> bool {
    let words: Vec<u32> =
        bytes.chunks(4).map(|word| word.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))).collect();
    let [_, size, alignment, methods @ ..] = &words[..] else { return false };
    *size < 1 << 16
        && [1, 2, 4, 8, 16].contains(alignment)
        && !methods.is_empty()
        && methods.iter().all(|m| own.contains(m))
}

/// Writes a module with zeros in some places of its data.
struct Zeroed<'a> {
    moved: &'a [(usize, Range<u32>)],
}

impl Reencode for Zeroed<'_> {
    type Error = Infallible;

    fn parse_data_section(
        &mut self,
        pieces: &mut DataSection,
        section: DataSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for piece in section {
            let piece = piece?;
            // Every piece was read before, as an active one.
            let Ok(at) = place(&piece.kind) else { continue };
            let mut bytes = piece.data.to_vec();
            let here = at..at + bytes.len() as u32;
            for (_, text) in self.moved.iter().filter(|(_, text)| here.contains(&text.start)) {
                bytes[(text.start - at) as usize..(text.end - at) as usize].fill(0);
            }
            pieces.active(0, &wasm_encoder::ConstExpr::i32_const(at.cast_signed()), bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, Function, FunctionSection, ImportSection,
        Instruction, MemorySection, MemoryType, RefType, TableType, TypeSection,
    };

    const BASE: u32 = 0x10_0000;
    const MEMORY: MemoryType =
        MemoryType { minimum: 32, maximum: None, memory64: false, shared: false, page_size_log2: None };
    const EARLY: &str = "what the first page says, long enough to be moved into the page, where a text that is shorter than \
        that weighs more than it saves";
    const LATE: &str = "后来的页面才说的话，也够长，可以一起搬走";
    const BOTH: &str = "what both parts say, and both know by its address: it has to come before the one and the other, with \
        the page then";

    /// A module that uses these addresses; with data, one whose texts have an address in a table behind them.
    fn module(addresses: &[u32], data: Option<&[u8]>) -> Vec<u8> {
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], []);
        functions.function(0);
        let mut body = Function::new([]);
        for at in addresses {
            body.instruction(&Instruction::I32Const(at.cast_signed())).instruction(&Instruction::Drop);
        }
        body.instruction(&Instruction::End);
        code.function(&body);
        let mut module = Module::new();
        module.section(&types);
        if let Some(data) = data {
            let (mut memories, mut pieces) = (MemorySection::new(), DataSection::new());
            memories.memory(MEMORY);
            pieces.active(0, &ConstExpr::i32_const(BASE.cast_signed()), data.to_vec());
            module.section(&functions).section(&memories).section(&code).section(&pieces);
        } else {
            let mut imports = ImportSection::new();
            imports.import("0", "=m", EntityType::Memory(MEMORY));
            module.section(&imports).section(&functions).section(&code);
        }
        module.finish()
    }

    /// The texts one behind the other, and behind them a table with the address of each: where each lies, and the table.
    fn laid_out(texts: &[&str]) -> (Vec<u8>, Vec<u32>, u32) {
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        for text in texts {
            places.push(BASE + bytes.len() as u32);
            bytes.extend(text.as_bytes());
        }
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let table = BASE + bytes.len() as u32;
        for place in &places {
            bytes.extend(place.to_le_bytes());
        }
        (bytes, places, table)
    }

    fn values(places: &[u32], tables: &[u32]) -> BTreeSet<u32> {
        places.iter().chain(tables).copied().collect()
    }

    fn shown(module: &[u8]) -> String {
        let data = data(module).unwrap();
        data.0.values().map(|bytes| String::from_utf8_lossy(bytes).replace('\0', "")).collect()
    }

    #[test]
    fn a_text_that_only_the_last_part_uses_goes_with_it_and_others_with_the_page_each_in_its_place() {
        let (bytes, places, table) = laid_out(&[EARLY, LATE, BOTH]);
        let first = module(&[places[0], places[2]], Some(&bytes));
        let later = module(&[places[1], places[2], table], None);
        let (parts, in_page) = part(vec![first, later], &values(&places, &[table])).unwrap();
        let [first, later] = &parts[..] else { panic!("there are two") };
        assert_eq!(in_page, [(places[0], EARLY.to_owned()), (places[2], BOTH.to_owned())]);
        assert!(![EARLY, LATE, BOTH].into_iter().any(|text| shown(first).contains(text)));
        let moved = data(later).unwrap();
        assert_eq!(moved.0.keys().copied().collect::<Vec<_>>(), [places[1]]);
        assert_eq!(shown(later), LATE);
        assert_eq!(data(first).unwrap().range(), BASE..BASE + bytes.len() as u32);
    }

    #[test]
    fn a_text_of_two_later_parts_comes_before_either_of_them() {
        let (mut bytes, places, table) = laid_out(&[EARLY, LATE, BOTH]);
        bytes.truncate((table - BASE) as usize);
        let parts =
            vec![module(&[places[0]], Some(&bytes)), module(&[places[2]], None), module(&[places[1], places[2]], None)];
        let (parts, in_page) = part(parts, &values(&places, &[])).unwrap();
        assert_eq!(in_page, [(places[0], EARLY.to_owned()), (places[2], BOTH.to_owned())]);
        assert_eq!((data(&parts[1]).unwrap().0.len(), shown(&parts[2])), (0, LATE.to_owned()));
    }

    #[test]
    fn a_text_that_is_reached_through_a_table_of_the_first_part_comes_with_the_page() {
        let (bytes, places, table) = laid_out(&[EARLY, LATE, BOTH]);
        let first = module(&[table], Some(&bytes));
        let later = module(&places, None);
        let (_, in_page) = part(vec![first, later], &values(&places, &[table])).unwrap();
        let all = [EARLY, LATE, BOTH].concat();
        assert_eq!(in_page, [(BASE, all)], "its addresses stand behind one another from the table on");
    }

    #[test]
    fn what_a_table_of_the_first_part_leads_to_is_not_the_last_ones_although_that_knows_a_place_in_its_middle() {
        let (bytes, places, table) = laid_out(&[EARLY, LATE, BOTH]);
        let parts = vec![module(&[table], Some(&bytes)), module(&[table + 4], None)];
        let (parts, _) = part(parts, &values(&places, &[table])).unwrap();
        assert_eq!(shown(&parts[1]), "");
        // And an address before a value that is not the beginning of another may be meant for it.
        let parts = vec![module(&[table - 1], Some(&bytes)), module(&[table], None)];
        let (parts, _) = part(parts, &values(&places, &[table])).unwrap();
        assert_eq!(shown(&parts[1]), "");
    }

    /// A last part that uses these addresses and fills two places of the table from 7 on.
    fn with_functions(addresses: &[u32]) -> Vec<u8> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        imports.import("0", "=m", EntityType::Memory(MEMORY));
        let table =
            TableType { element_type: RefType::FUNCREF, minimum: 9, maximum: None, table64: false, shared: false };
        imports.import("0", "=t", EntityType::Table(table));
        let (mut functions, mut elements, mut code) =
            (FunctionSection::new(), ElementSection::new(), CodeSection::new());
        functions.function(0);
        elements.active(None, &ConstExpr::i32_const(7), Elements::Functions(vec![0, 0].into()));
        let mut body = Function::new([]);
        for at in addresses {
            body.instruction(&Instruction::I32Const(at.cast_signed())).instruction(&Instruction::Drop);
        }
        body.instruction(&Instruction::End);
        code.function(&body);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&elements).section(&code);
        module.finish()
    }

    #[test]
    fn tables_of_the_last_parts_own_methods_and_its_elements_go_with_it() {
        const ELEMENT: &[u8] = b"input\0type\0checkbox\0class\0a-long-name-of-a-class\0hidden\0";
        let tables: [[u32; 4]; 4] = [[0, 4, 4, 7], [3, 12, 4, 8], [0, 4, 4, 3], [0, 4, 3, 7]];
        let mut bytes: Vec<u8> = tables.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(ELEMENT);
        let addresses: Vec<u32> = (0..5).map(|table| BASE + table * 16).collect();
        let apart = values(&addresses, &[]);
        let two = vec![module(&[], Some(&bytes)), with_functions(&addresses)];
        let (parts, in_page) = part(two, &apart).expect("two parts");
        assert_eq!(in_page, InPage::new());
        let moved = data(&parts[1]).unwrap();
        // A method of the first part, and what has no alignment, stay.
        assert_eq!(moved.0.keys().copied().collect::<Vec<_>>(), [BASE, BASE + 64]);
        assert_eq!(moved.0[&BASE], bytes[..32]);
        assert_eq!(moved.0[&(BASE + 64)], ELEMENT[..ELEMENT.len() - 1], "the last zero is there already");
        // What an earlier part reaches is not moved.
        let early = vec![module(&addresses, Some(&bytes)), with_functions(&addresses)];
        assert_eq!(part(early.clone(), &apart).unwrap(), (early, InPage::new()));
    }

    #[test]
    fn what_is_no_text_or_too_short_stays() {
        let mut bytes = vec![0xff; 64];
        bytes.extend(*b"short");
        let parts = vec![module(&[], Some(&bytes)), module(&[BASE, BASE + 64], None)];
        let apart = BTreeSet::from([BASE, BASE + 64]);
        assert_eq!(part(parts.clone(), &apart).unwrap(), (parts, InPage::new()));
    }
}

//! One module made several: what a phone needs first, and parts that come after it, one after the other. All work in one
//! memory and one table. A part takes functions from those before it; an earlier one reaches a later one only through places
//! of the table, which are empty until that is there: the app waits for it before it enters it (`src/later.rs`).
//!
//! Where a function belongs is told by its name: functions of the modules that are listed for a part, what is made for their
//! types, and what only those call. Nothing may have been put together under one name before, so the compiler is told to keep
//! like functions apart (`trunk.rs`); `wasm-opt` puts them together afterwards, in each part for itself.
use anyhow::{Context, Result, anyhow, ensure};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalType, ImportSection, Instruction, MemoryType, Module, TableType, TypeSection,
    reencode::{self, Reencode, RoundtripReencoder, utils},
};
use wasmparser::{
    CodeSectionReader, ElementItems, ElementKind, ElementSectionReader, ExportSectionReader, ExternalKind,
    FunctionBody, KnownCustom, Name, Operator, Parser, Payload, TypeRef,
};

/// The parts, the first one first. Each exports what later ones take from it, under names that begin with `=`; they import
/// it from the part's number, counted from 0.
pub type Parts = Vec<Vec<u8>>;

/// Splits a module. `rooms` lists the later parts' modules: a function belongs to the last part of which its name
/// has one in it, or to the one after that is the first to call it.
pub fn split(module: &[u8], rooms: &[&[&str]]) -> Result<Parts> {
    let whole = Whole::read(module)?;
    for room in rooms.iter().flat_map(|part| part.iter()) {
        let found = whole.names.values().any(|name| name.contains(room));
        ensure!(
            found,
            "no function of {room} is in the module, or it has no names: is the list of later modules right?"
        );
    }
    let (part_of, early) = whole.parts(rooms);
    ensure!(
        early.is_empty(),
        "called before its part is there; enter it by zhucun_app::later, or take its module from the list in \
         xtask/src/app/mod.rs:\n  {}",
        early.join("\n  ")
    );
    let taken = (0..=rooms.len()).map(|part| whole.taken(part, &part_of)).collect::<Result<Vec<_>>>()?;
    let given = |part: usize| -> BTreeSet<u32> {
        let functions = taken.iter().flat_map(|taken| taken.functions.iter().copied());
        functions.filter(|function| part_of[*function as usize] == part).collect()
    };
    let globals = taken.iter().flat_map(|taken| taken.globals.iter().copied()).collect();
    let mut parts = vec![first(module, &whole, &part_of, &Shared { functions: given(0), globals })?];
    for (part, taken) in taken.iter().enumerate().skip(1) {
        parts.push(further(&whole, part, &part_of, taken, &given(part))?);
    }
    Ok(parts)
}

/// A module, taken apart as far as is needed.
struct Whole<'a> {
    /// Types of functions.
    types: Vec<wasmparser::FuncType>,
    /// Types of the functions, the imported ones first.
    functions: Vec<u32>,
    imported: u32,
    table: wasmparser::TableType,
    memory: wasmparser::MemoryType,
    globals: Vec<wasmparser::GlobalType>,
    exported: BTreeSet<u32>,
    /// The place of the first function of the table, and the functions.
    elements: (u32, Vec<u32>),
    bodies: Vec<FunctionBody<'a>>,
    names: BTreeMap<u32, &'a str>,
}

impl<'a> Whole<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
        let (mut types, mut functions, mut imported, mut tables, mut memories) = (vec![], vec![], 0, vec![], vec![]);
        let (mut globals, mut exported, mut elements) = (vec![], BTreeSet::new(), vec![]);
        let (mut bodies, mut names) = (vec![], BTreeMap::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let TypeRef::Func(kind) = import?.ty else {
                            return Err(anyhow!("only functions are imported"));
                        };
                        functions.push(kind);
                        imported += 1;
                    }
                }
                Payload::FunctionSection(section) => {
                    for kind in section {
                        functions.push(kind?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => memories = section.into_iter().collect::<Result<_, _>>()?,
                Payload::GlobalSection(section) => {
                    for global in section {
                        globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            exported.insert(export.index);
                        }
                    }
                }
                Payload::ElementSection(section) => elements.push(read_elements(section)?),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        names = read_names(section)?;
                    }
                }
                _ => {}
            }
        }
        let one = "the module has one table with one row of functions, and one memory";
        ensure!(tables.len() == 1 && memories.len() == 1 && elements.len() == 1, one);
        let (table, memory) = (tables.remove(0), memories.remove(0));
        let elements = elements.remove(0);
        Ok(Self { types, functions, imported, table, memory, globals, exported, elements, bodies, names })
    }

    fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported)? as usize)
    }

    /// What a function calls by number, and the globals it uses.
    fn uses(&self, function: u32) -> Result<(Vec<u32>, Vec<u32>)> {
        let (mut calls, mut globals) = (Vec::new(), Vec::new());
        if let Some(body) = self.body(function) {
            let mut reader = body.get_operators_reader()?;
            while !reader.eof() {
                match reader.read()? {
                    Operator::Call { function_index } => calls.push(function_index),
                    Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index } => {
                        globals.push(global_index);
                    }
                    _ => {}
                }
            }
        }
        Ok((calls, globals))
    }

    /// The part of each function by its number; and the names of those that an earlier part calls, each with who does. What
    /// nobody calls goes with the last.
    fn parts(&self, rooms: &[&[&str]]) -> (Vec<usize>, Vec<String>) {
        let named: Vec<usize> = (0..self.functions.len() as u32).map(|function| self.named(function, rooms)).collect();
        let mut part_of = vec![rooms.len(); named.len()];
        part_of[..self.imported as usize].fill(0);
        // What is imported is the first part's.
        let mut is_placed: Vec<bool> = (0..named.len()).map(|function| function < self.imported as usize).collect();
        let mut early = Vec::new();
        for part in 0..=rooms.len() {
            let in_table = self.elements.1.iter().filter(|function| named[**function as usize] == part);
            let exported = self.exported.iter().filter(|_| part == 0);
            let mut todo: Vec<(u32, u32)> = exported.chain(in_table).map(|root| (*root, *root)).collect();
            while let Some((function, caller)) = todo.pop() {
                if std::mem::replace(&mut is_placed[function as usize], true) {
                    continue;
                }
                part_of[function as usize] = part;
                if named[function as usize] > part {
                    early.push(format!("{}, by {}", self.name(function), self.name(caller)));
                    continue;
                }
                let (calls, _) = self.uses(function).unwrap_or_default();
                todo.extend(calls.into_iter().map(|called| (called, function)));
            }
        }
        (part_of, early)
    }

    fn name(&self, function: u32) -> &str {
        self.names.get(&function).copied().unwrap_or_default()
    }

    /// The part that a function's name tells.
    fn named(&self, function: u32, rooms: &[&[&str]]) -> usize {
        let name = self.name(function);
        rooms.iter().rposition(|rooms| rooms.iter().any(|room| name.contains(room))).map_or(0, |part| part + 1)
    }

    /// What a part takes from others: functions of earlier ones, and globals.
    fn taken(&self, part: usize, part_of: &[usize]) -> Result<Shared> {
        let mut shared = Shared::default();
        for function in
            (0..self.functions.len() as u32).filter(|function| part > 0 && part_of[*function as usize] == part)
        {
            let (calls, globals) = self.uses(function)?;
            shared.functions.extend(calls.into_iter().filter(|called| part_of[*called as usize] != part));
            shared.globals.extend(globals);
        }
        Ok(shared)
    }
}

fn read_elements(section: ElementSectionReader<'_>) -> Result<(u32, Vec<u32>)> {
    let mut rows = section.into_iter().collect::<Result<Vec<_>, _>>()?;
    ensure!(rows.len() == 1, "the table is filled in one go");
    let row = rows.remove(0);
    let ElementKind::Active { offset_expr, .. } = row.kind else { return Err(anyhow!("the table is filled at once")) };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        return Err(anyhow!("the table is filled from a fixed place"));
    };
    let ElementItems::Functions(functions) = row.items else { return Err(anyhow!("the table holds functions")) };
    Ok((u32::try_from(value)?, functions.into_iter().collect::<Result<_, _>>()?))
}

fn read_names(section: wasmparser::NameSectionReader<'_>) -> Result<BTreeMap<u32, &str>> {
    let mut names = BTreeMap::new();
    for part in section {
        if let Name::Function(functions) = part? {
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, naming.name);
            }
        }
    }
    Ok(names)
}

/// What goes from one part to another.
#[derive(Default)]
struct Shared {
    functions: BTreeSet<u32>,
    globals: BTreeSet<u32>,
}

const TABLE: &str = "=t";
const MEMORY: &str = "=m";

fn function_name(function: u32) -> String {
    format!("=f{function}")
}

fn global_name(global: u32) -> String {
    format!("=g{global}")
}

/// The whole module with nothing in the functions of the later parts, and exports for them.
fn first(module: &[u8], whole: &Whole<'_>, part_of: &[usize], shared: &Shared) -> Result<Vec<u8>> {
    let mut written = Module::new();
    let empty = part_of.iter().position(|part| *part > 0).context("nothing is later")? as u32;
    let mut writer = First { whole, part_of, shared, empty };
    writer
        .parse_core_module(&mut written, Parser::new(0), module)
        .map_err(|error| anyhow!("the first part: {error}"))?;
    Ok(written.finish())
}

struct First<'a> {
    whole: &'a Whole<'a>,
    part_of: &'a [usize],
    shared: &'a Shared,
    /// One of the later functions: stands in the table for all of them, which is shorter.
    empty: u32,
}

impl Reencode for First<'_> {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        // Names would be those of before.
        if section.name() == "name" { Ok(()) } else { utils::parse_custom_section(self, module, section) }
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        utils::parse_export_section(self, exports, section)?;
        exports.export(TABLE, ExportKind::Table, 0).export(MEMORY, ExportKind::Memory, 0);
        for global in &self.shared.globals {
            exports.export(&global_name(*global), ExportKind::Global, *global);
        }
        for function in &self.shared.functions {
            exports.export(&function_name(*function), ExportKind::Func, *function);
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        _: ElementSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        let (from, functions) = &self.whole.elements;
        let functions: Vec<u32> = functions
            .iter()
            .map(|function| if self.part_of[*function as usize] > 0 { self.empty } else { *function })
            .collect();
        elements.active(None, &ConstExpr::i32_const(*from as i32), Elements::Functions(functions.into()));
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error<Self::Error>> {
        for (number, body) in section.into_iter().enumerate() {
            if self.part_of[self.whole.imported as usize + number] > 0 {
                let mut empty = Function::new([]);
                empty.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
                code.function(&empty);
            } else {
                self.parse_function_body(code, body?)?;
            }
        }
        Ok(())
    }
}

/// A later part.
fn further(
    whole: &Whole<'_>,
    part: usize,
    part_of: &[usize],
    taken: &Shared,
    given: &BTreeSet<u32>,
) -> Result<Vec<u8>> {
    let mut plain = RoundtripReencoder;
    let fault = |error: reencode::Error<Infallible>| anyhow!("part {part}: {error}");
    let mut types = TypeSection::new();
    for kind in &whole.types {
        types.ty().func_type(&plain.func_type(kind.clone()).map_err(fault)?);
    }
    let mut imports = ImportSection::new();
    let table: TableType = plain.table_type(whole.table).map_err(fault)?;
    let memory: MemoryType = plain.memory_type(whole.memory).map_err(fault)?;
    imports.import("0", TABLE, EntityType::Table(table)).import("0", MEMORY, EntityType::Memory(memory));
    let mut numbers = Numbers::default();
    for global in &taken.globals {
        let kind: GlobalType = plain.global_type(whole.globals[*global as usize]).map_err(fault)?;
        imports.import("0", &global_name(*global), EntityType::Global(kind));
        numbers.globals.insert(*global, numbers.globals.len() as u32);
    }
    for function in &taken.functions {
        let kind = EntityType::Function(whole.functions[*function as usize]);
        imports.import(&part_of[*function as usize].to_string(), &function_name(*function), kind);
        numbers.functions.insert(*function, numbers.functions.len() as u32);
    }
    let (mut functions, mut exports, mut code) = (FunctionSection::new(), ExportSection::new(), CodeSection::new());
    let own: Vec<u32> = (0..part_of.len() as u32).filter(|function| part_of[*function as usize] == part).collect();
    for function in &own {
        functions.function(whole.functions[*function as usize]);
        numbers.functions.insert(*function, numbers.functions.len() as u32);
    }
    for function in given {
        exports.export(&function_name(*function), ExportKind::Func, numbers.functions[function]);
    }
    for function in &own {
        let body = whole.body(*function).context("a function without a body")?;
        numbers.parse_function_body(&mut code, body.clone()).map_err(fault)?;
    }
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports);
    let is_own = |function: &u32| part_of[*function as usize] == part;
    module.section(&rows(whole, is_own, &numbers)).section(&code);
    Ok(module.finish())
}

/// The places in the table of a part's functions, a row for those side by side.
fn rows(whole: &Whole<'_>, is_own: impl Fn(&u32) -> bool, numbers: &Numbers) -> ElementSection {
    let (from, functions) = &whole.elements;
    let mut elements = ElementSection::new();
    let mut place = 0;
    for row in functions.chunk_by(|one, other| is_own(one) == is_own(other)) {
        if is_own(&row[0]) {
            let row: Vec<u32> = row.iter().map(|function| numbers.functions[function]).collect();
            let offset = ConstExpr::i32_const((from + place) as i32);
            elements.active(None, &offset, Elements::Functions(row.into()));
        }
        place += row.len() as u32;
    }
    elements
}

/// A part's numbers by those of the whole.
#[derive(Default)]
struct Numbers {
    functions: BTreeMap<u32, u32>,
    globals: BTreeMap<u32, u32>,
}

impl Reencode for Numbers {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Infallible>> {
        Ok(self.functions[&function])
    }

    fn global_index(&mut self, global: u32) -> Result<u32, reencode::Error<Infallible>> {
        Ok(self.globals[&global])
    }
}

/// What a part takes from those before it, by name.
pub fn taken(part: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(part) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                names.insert(import?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// What a later part gives to those after it, by name.
pub fn given(part: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(part) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                names.push(export?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// A later part with other names for what it takes and gives; what it gives and nobody takes, as `names` tell, it gives no more.
pub fn rename(part: &[u8], names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut written = Module::new();
    let mut writer = Rename { names };
    let fault = |error| anyhow!("a later part: {error}");
    writer.parse_core_module(&mut written, Parser::new(0), part).map_err(fault)?;
    Ok(written.finish())
}

struct Rename<'a> {
    names: &'a BTreeMap<String, String>,
}

impl Reencode for Rename<'_> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, self.names.get(import.name).map_or(import.name, String::as_str), kind);
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        for export in section {
            let export = export?;
            if let Some(name) = self.names.get(export.name) {
                exports.export(name, ExportKind::Func, export.index);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

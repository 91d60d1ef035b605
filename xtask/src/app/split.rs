//! One module made two: what a phone needs before the first question, and what can come after it. Both work in one memory
//! and one table. The later one takes functions from the first; the first reaches the later one only through places of the
//! table, which are empty until it is there: the app waits for it before it shows a page of it (`src/later.rs`).
//!
//! What is later is told by name: functions of the modules that are listed, what is made for their types, and what only
//! those call. Nothing may have been put together under one name before, so the compiler is told to keep like functions
//! apart (`trunk.rs`); `wasm-opt` puts them together afterwards, in each part for itself.
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

/// The name under which the later part takes things from the first.
pub const FROM: &str = "p";

/// The two parts.
#[derive(Debug)]
pub struct Split {
    /// The first part. It exports to the second under names that begin with `=`.
    pub first: Vec<u8>,
    /// The second.
    pub later: Vec<u8>,
}

/// Splits a module. A function is later when its name has one of `rooms` in it.
pub fn split(module: &[u8], rooms: &[&str]) -> Result<Split> {
    let whole = Whole::read(module)?;
    for room in rooms {
        let found = whole.names.values().any(|name| name.contains(room));
        ensure!(
            found,
            "no function of {room} is in the module, or it has no names: is the list of later modules right?"
        );
    }
    let (later, early) = whole.later(rooms);
    ensure!(
        early.is_empty(),
        "called before the later part is there; enter it by zhucun_app::later::later, or take its module from the list in \
         xtask/src/app/mod.rs:\n  {}",
        early.join("\n  ")
    );
    let shared = whole.shared(&later)?;
    Ok(Split { first: first(module, &whole, &later, &shared)?, later: second(&whole, &later, &shared)? })
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

    /// The functions of the later part; and the names of those that are later and that the first part calls.
    fn later(&self, rooms: &[&str]) -> (BTreeSet<u32>, Vec<String>) {
        let name = |function: &u32| self.names.get(function).copied().unwrap_or_default();
        let is_named = |function: &u32| rooms.iter().any(|room| name(function).contains(room));
        let defined = self.imported..self.functions.len() as u32;
        let in_table = self.elements.1.iter().filter(|function| !is_named(function));
        let mut first: BTreeSet<u32> = BTreeSet::new();
        let mut todo: Vec<u32> = self.exported.iter().chain(in_table).copied().collect();
        while let Some(function) = todo.pop() {
            if first.insert(function) {
                todo.extend(self.uses(function).map(|(calls, _)| calls).unwrap_or_default());
            }
        }
        let early = first.iter().filter(|function| is_named(function)).map(|function| name(function).to_owned());
        (defined.filter(|function| !first.contains(function)).collect(), early.collect())
    }

    /// What the later part takes from the first: functions and globals.
    fn shared(&self, later: &BTreeSet<u32>) -> Result<Shared> {
        let mut shared = Shared::default();
        for function in later {
            let (calls, globals) = self.uses(*function)?;
            shared.functions.extend(calls.into_iter().filter(|called| !later.contains(called)));
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

/// What goes from the first part to the later one.
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

/// The whole module with nothing in the functions of the later part, and exports for it.
fn first(module: &[u8], whole: &Whole<'_>, later: &BTreeSet<u32>, shared: &Shared) -> Result<Vec<u8>> {
    let mut written = Module::new();
    let empty = later.first().copied().context("nothing is later")?;
    let mut writer = First { whole, later, shared, empty };
    writer
        .parse_core_module(&mut written, Parser::new(0), module)
        .map_err(|error| anyhow!("the first part: {error}"))?;
    Ok(written.finish())
}

struct First<'a> {
    whole: &'a Whole<'a>,
    later: &'a BTreeSet<u32>,
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
            .map(|function| if self.later.contains(function) { self.empty } else { *function })
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
            if self.later.contains(&(self.whole.imported + number as u32)) {
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

/// The later part.
fn second(whole: &Whole<'_>, later: &BTreeSet<u32>, shared: &Shared) -> Result<Vec<u8>> {
    let mut plain = RoundtripReencoder;
    let fault = |error: reencode::Error<Infallible>| anyhow!("the later part: {error}");
    let mut types = TypeSection::new();
    for kind in &whole.types {
        types.ty().func_type(&plain.func_type(kind.clone()).map_err(fault)?);
    }
    let mut imports = ImportSection::new();
    let table: TableType = plain.table_type(whole.table).map_err(fault)?;
    let memory: MemoryType = plain.memory_type(whole.memory).map_err(fault)?;
    imports.import(FROM, TABLE, EntityType::Table(table)).import(FROM, MEMORY, EntityType::Memory(memory));
    let mut numbers = Numbers::default();
    for global in &shared.globals {
        let kind: GlobalType = plain.global_type(whole.globals[*global as usize]).map_err(fault)?;
        imports.import(FROM, &global_name(*global), EntityType::Global(kind));
        numbers.globals.insert(*global, numbers.globals.len() as u32);
    }
    for function in &shared.functions {
        imports.import(FROM, &function_name(*function), EntityType::Function(whole.functions[*function as usize]));
        numbers.functions.insert(*function, numbers.functions.len() as u32);
    }
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for function in later {
        functions.function(whole.functions[*function as usize]);
        numbers.functions.insert(*function, numbers.functions.len() as u32);
    }
    for function in later {
        let body = whole.body(*function).context("a function without a body")?;
        numbers.parse_function_body(&mut code, body.clone()).map_err(fault)?;
    }
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&rows(whole, later, &numbers)).section(&code);
    Ok(module.finish())
}

/// The later functions' places in the table, a row for those side by side.
fn rows(whole: &Whole<'_>, later: &BTreeSet<u32>, numbers: &Numbers) -> ElementSection {
    let (from, functions) = &whole.elements;
    let mut elements = ElementSection::new();
    let mut place = 0;
    for row in functions.chunk_by(|one, other| later.contains(one) == later.contains(other)) {
        if later.contains(&row[0]) {
            let row: Vec<u32> = row.iter().map(|function| numbers.functions[function]).collect();
            let offset = ConstExpr::i32_const((from + place) as i32);
            elements.active(None, &offset, Elements::Functions(row.into()));
        }
        place += row.len() as u32;
    }
    elements
}

/// The later part's numbers by those of the whole.
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

/// What a later part takes from the first, by name.
pub fn taken(later: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(later) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                names.insert(import?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// The later part with other names for what it takes.
pub fn rename(later: &[u8], names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut written = Module::new();
    let mut writer = Rename { names };
    writer
        .parse_core_module(&mut written, Parser::new(0), later)
        .map_err(|error| anyhow!("the later part: {error}"))?;
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
            imports.import(FROM, self.names.get(import.name).map_or(import.name, String::as_str), kind);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{GlobalSection, MemorySection, NameMap, NameSection, TableSection, ValType};

    /// What a function of the test's module does: calls these, by their places.
    const BODIES: [(&str, &[u32]); 7] = [
        ("app::start", &[0, 4]),
        ("app::pages::list::view", &[4]),
        ("app::later::draw", &[5, 3]),
        ("app::shared", &[]),
        ("core::only_for_later", &[6, 0]),
        ("core::drop<app::later::Thing>", &[]),
        ("app::unused", &[3]),
    ];
    const START: u32 = 1;

    /// One imported function, then those of `BODIES`; `app::start` is exported, the table holds the next two and a dropper.
    fn module(bodies: &[(&str, &[u32])]) -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], []);
        imports.import("./x_bg.js", "f", EntityType::Function(0));
        let (mut code, mut names) = (CodeSection::new(), NameMap::new());
        for (number, (name, calls)) in bodies.iter().enumerate() {
            functions.function(0);
            let mut body = Function::new([]);
            for called in *calls {
                body.instruction(&Instruction::Call(*called));
            }
            body.instruction(&Instruction::GlobalGet(1)).instruction(&Instruction::GlobalSet(1));
            body.instruction(&Instruction::End);
            code.function(&body);
            names.append(START + number as u32, name);
        }
        let mut tables = TableSection::new();
        let table = TableType {
            element_type: wasm_encoder::RefType::FUNCREF,
            table64: false,
            minimum: 9,
            maximum: None,
            shared: false,
        };
        tables.table(table);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut globals = GlobalSection::new();
        let global = |mutable| GlobalType { val_type: ValType::I32, mutable, shared: false };
        globals.global(global(false), &ConstExpr::i32_const(7)).global(global(true), &ConstExpr::i32_const(9));
        let mut exports = ExportSection::new();
        exports.export("start", ExportKind::Func, START);
        let mut elements = ElementSection::new();
        let row = [START + 1, START + 2, START + 2, START + 3, START + 5];
        elements.active(None, &ConstExpr::i32_const(1), Elements::Functions((&row[..]).into()));
        let mut section = NameSection::new();
        section.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        module.section(&globals).section(&exports).section(&elements).section(&code).section(&section);
        module.finish()
    }

    /// The names and kinds of what a module takes, or of what it gives.
    fn ends(module: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut taken, mut given) = (vec![], vec![]);
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    taken.extend(section.into_imports().map(|import| import.unwrap().name.to_owned()));
                }
                Payload::ExportSection(section) => {
                    given.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
                }
                _ => {}
            }
        }
        (taken, given)
    }

    /// How many functions do something.
    fn working(module: &[u8]) -> usize {
        let full = |payload: &Payload<'_>| match payload {
            Payload::CodeSectionEntry(body) => body.range().end - body.range().start > 3,
            _ => false,
        };
        Parser::new(0).parse_all(module).filter(|payload| full(payload.as_ref().unwrap())).count()
    }

    fn rows_of(module: &[u8]) -> Vec<(u32, Vec<u32>)> {
        let mut rows = vec![];
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::ElementSection(section) = payload.unwrap() {
                for row in section {
                    let ElementKind::Active { offset_expr, .. } = row.as_ref().unwrap().kind.clone() else { continue };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read().unwrap() else {
                        continue;
                    };
                    let ElementItems::Functions(functions) = row.unwrap().items else { continue };
                    rows.push((value as u32, functions.into_iter().map(Result::unwrap).collect()));
                }
            }
        }
        rows
    }

    #[test]
    fn what_only_later_modules_call_goes_with_them_and_the_rest_stays() {
        let split = split(&module(&BODIES), &["later::"]).unwrap();
        // Start, the list and what both parts call; the unused one is nobody's and goes along.
        assert_eq!((working(&split.first), working(&split.later)), (3, 4));
        let (taken, _) = ends(&split.later);
        assert_eq!(taken, ["=t", "=m", "=g1", "=f0"]);
        let (_, given) = ends(&split.first);
        assert_eq!(given, ["start", "=t", "=m", "=g1", "=f0"]);
    }

    #[test]
    fn each_function_keeps_its_place_in_the_table() {
        let split = split(&module(&BODIES), &["later::"]).unwrap();
        let (list, empty, shared) = (START + 1, START + 2, START + 3);
        assert_eq!(rows_of(&split.first), [(1, vec![list, empty, empty, shared, empty])]);
        // Counted anew: the one that is taken, then those of the part in their order.
        assert_eq!(rows_of(&split.later), [(2, vec![1, 1]), (5, vec![3])]);
    }

    #[test]
    fn a_later_function_that_the_first_part_calls_is_an_error_that_names_it() {
        let mut bodies = BODIES;
        bodies[1].1 = &[START + 2];
        let error = split(&module(&bodies), &["later::"]).unwrap_err().to_string();
        assert!(error.contains("app::later::draw") && error.contains("later::later"), "{error}");
        assert!(split(&module(&BODIES), &["nowhere::"]).unwrap_err().to_string().contains("nowhere::"));
    }

    #[test]
    fn the_later_part_takes_things_by_their_new_names() {
        let split = split(&module(&BODIES), &["later::"]).unwrap();
        let names = [("=t", "a"), ("=m", "b"), ("=g1", "c"), ("=f0", "d")];
        let names = names.map(|(old, new)| (old.to_owned(), new.to_owned())).into();
        let renamed = rename(&split.later, &names).unwrap();
        assert_eq!(ends(&renamed).0, ["a", "b", "c", "d"]);
        assert_eq!(taken(&split.later).unwrap().len(), 4);
        assert_eq!(working(&renamed), working(&split.later));
    }
}

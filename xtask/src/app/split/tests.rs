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
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
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

const LATER: &[&[&str]] = &[&["later::"]];

#[test]
fn what_only_later_modules_call_goes_with_them_and_the_rest_stays() {
    let parts = split(&module(&BODIES), LATER).unwrap();
    // Start, the list and what both parts call; the unused one is nobody's and goes along.
    assert_eq!((working(&parts[0]), working(&parts[1])), (3, 4));
    let (taken, _) = ends(&parts[1]);
    assert_eq!(taken, ["=t", "=m", "=g1", "=f0"]);
    let (_, given) = ends(&parts[0]);
    assert_eq!(given, ["start", "=t", "=m", "=g1", "=f0"]);
}

#[test]
fn each_function_keeps_its_place_in_the_table() {
    let parts = split(&module(&BODIES), LATER).unwrap();
    let (list, empty, shared) = (START + 1, START + 2, START + 3);
    assert_eq!(rows_of(&parts[0]), [(1, vec![list, empty, empty, shared, empty])]);
    // Counted anew: the one that is taken, then those of the part in their order.
    assert_eq!(rows_of(&parts[1]), [(2, vec![1, 1]), (5, vec![3])]);
}

#[test]
fn a_later_function_that_the_first_part_calls_is_an_error_that_names_it() {
    let mut bodies = BODIES;
    bodies[1].1 = &[START + 2];
    let error = split(&module(&bodies), LATER).unwrap_err().to_string();
    assert!(error.contains("app::later::draw") && error.contains("app/mod.rs"), "{error}");
    assert!(split(&module(&BODIES), &[&["nowhere::"]]).unwrap_err().to_string().contains("nowhere::"));
}

/// The list comes before what else is later, and that calls it.
fn three_parts() -> Parts {
    let mut bodies = BODIES;
    bodies[1].1 = &[START + 3, 0];
    bodies[2].1 = &[START + 4, START + 1];
    // What is named after rooms of both is of the last.
    split(&module(&bodies), &[&["app::pages", "Thing"], &["later::"]]).unwrap()
}

#[test]
fn each_part_takes_from_all_before_it() {
    let parts = three_parts();
    assert_eq!(parts.iter().map(|part| working(part)).collect::<Vec<_>>(), [2, 1, 4]);
    assert_eq!(ends(&parts[1]), (names(&["=t", "=m", "=g1", "=f0", "=f4"]), names(&["=f2"])));
    assert_eq!(ends(&parts[2]).0, ["=t", "=m", "=g1", "=f0", "=f2"]);
}

#[test]
fn a_part_takes_and_gives_things_by_their_new_names_and_nothing_that_has_none() {
    let new = [("=t", "a"), ("=m", "b"), ("=g1", "c"), ("=f0", "d"), ("=f4", "e")];
    let mut new: BTreeMap<_, _> = new.map(|(old, new)| (old.to_owned(), new.to_owned())).into();
    let parts = three_parts();
    let renamed = rename(&parts[1], &new).unwrap();
    assert_eq!(ends(&renamed), (names(&["a", "b", "c", "d", "e"]), vec![]));
    new.insert("=f2".to_owned(), "A".to_owned());
    let renamed = rename(&parts[1], &new).unwrap();
    assert_eq!(ends(&renamed).1, ["A"]);
    assert_eq!(working(&renamed), working(&parts[1]));
    assert_eq!(taken(&parts[1]).unwrap().len(), 5);
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

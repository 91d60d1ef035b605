//! Files made to harm: refused with a clear problem, soon, and without taking the memory they ask for.
#![cfg(feature = "read")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

use std::io::{Cursor, Write};

use peak_alloc::PeakAlloc;
use serde_json::json;
use zhucun_forms::definition::{ChoiceSource, Kind};
use zhucun_forms::parse::{ProblemKind, read_xlsform};
use zhucun_forms::told::{Say, tell};
use zhucun_forms::{Definition, read_form, xform_out};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Counts what is allocated: what the process has from the machine differs from one machine and moment to another.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// More bytes than this are never in use for one file, beyond the file itself.
const MEMORY: usize = 256 << 20;

/// An archive whose parts are each some text, then a text so many times, then some text.
fn archive(parts: &[(&str, &str, (&str, usize), &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, before, (text, times), after) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(before.as_bytes()).unwrap();
        let many = text.repeat(1000);
        for _ in 0..times / 1000 {
            zip.write_all(many.as_bytes()).unwrap();
        }
        zip.write_all(text.repeat(times % 1000).as_bytes()).unwrap();
        zip.write_all(after.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const SPACE: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// An xlsx of one sheet `survey` with this XML in it, and these shared texts.
fn xlsx(sheet: (&str, (&str, usize), &str), texts: (&str, (&str, usize), &str)) -> Vec<u8> {
    xlsx_at("worksheets/sheet1.xml", sheet, texts)
}

/// An xlsx whose sheet is the part of this name.
fn xlsx_at(part: &str, sheet: (&str, (&str, usize), &str), texts: (&str, (&str, usize), &str)) -> Vec<u8> {
    let book = format!(
        "<workbook {SPACE} xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"{part}\"/>\
         <Relationship Id=\"r2\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    archive(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ("", 0),
            "",
        ),
        ("_rels/.rels", &root, ("", 0), ""),
        ("xl/workbook.xml", &book, ("", 0), ""),
        ("xl/_rels/workbook.xml.rels", &relations, ("", 0), ""),
        (&format!("xl/{part}"), sheet.0, sheet.1, sheet.2),
        ("xl/sharedStrings.xml", texts.0, texts.1, texts.2),
    ])
}

const SHEET: &str = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
const SHEET_END: &str = "</sheetData></worksheet>";
const TEXTS: &str = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
const TEXTS_END: &str = "</sst>";
const NO_TEXTS: (&str, (&str, usize), &str) = (TEXTS, ("", 0), TEXTS_END);

/// What the reader gives, which must not take more than [`MEMORY`] while at it.
fn bounded<T>(read: impl FnOnce() -> T) -> T {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let outcome = read();
    let most = HEAP.peak_usage();
    assert!(most > before, "nothing was counted");
    assert!(most - before < MEMORY, "{} MB more were in use", (most - before) >> 20);
    outcome
}

fn code(bytes: &[u8]) -> &'static str {
    match bounded(|| read_xlsform("form", bytes)) {
        Ok(_) => "fine",
        Err(problems) => problems[0].kind.code(),
    }
}

fn zip_bomb() {
    let bomb = xlsx((SHEET, (" ", 40 << 20), SHEET_END), NO_TEXTS);
    assert!(bomb.len() < 1 << 20, "a few kilobytes");
    assert_eq!(code(&bomb), "too_large");
    // What the archive tells of its sizes may be wrong.
    let size = u32::try_from(SHEET.len() + (40 << 20) + SHEET_END.len()).unwrap().to_le_bytes();
    let mut liar = bomb;
    for at in 0..liar.len() - 4 {
        if liar[at..at + 4] == size {
            liar[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
    }
    assert_ne!(code(&liar), "fine");
    // The workbook may name any part as its sheet: none is opened before it was measured.
    let cell = format!("{SHEET}<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>");
    for part in ["worksheets/sheet1.dat", "media/image1.png", "sheet"] {
        let long = xlsx_at(part, (&cell, ("A", 40 << 20), &format!("</t></is></c></row>{SHEET_END}")), NO_TEXTS);
        let problems = bounded(|| read_xlsform("form.xlsx", &long)).unwrap_err();
        assert_eq!((problems[0].cell.as_str(), &problems[0].kind), ("", &ProblemKind::TooLarge), "{part}");
    }
    let texts = xlsx((SHEET, ("", 0), SHEET_END), (TEXTS, ("<si><t>a</t></si>", 2_000_000), TEXTS_END));
    assert_eq!(code(&texts), "too_large", "two million texts of one letter");
}

fn entity_bomb() {
    let mut kinds = String::from("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a0 \"ha\">");
    for level in 1..40 {
        kinds += &format!("<!ENTITY a{level} \"&a{0};&a{0};&a{0};\">", level - 1);
    }
    kinds += "]>";
    let cell = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a39;</t></is></c></row>";
    let before = format!("{kinds}{SHEET}{cell}");
    assert_ne!(code(&xlsx((&before, ("", 0), SHEET_END), NO_TEXTS)), "fine");
    let before = format!("{kinds}{TEXTS}<si><t>&a39;</t></si>");
    let sheet = format!("{SHEET}<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>");
    assert_ne!(code(&xlsx((&sheet, ("", 0), SHEET_END), (&before, ("", 0), TEXTS_END))), "fine");
}

fn sheets_without_end() {
    let cell = "<c><v>1</v></c>";
    let rows = xlsx((SHEET, (&format!("<row>{cell}</row>"), 1_000_000), SHEET_END), NO_TEXTS);
    assert_eq!(code(&rows), "too_large", "a million rows");
    let columns = xlsx((&format!("{SHEET}<row>"), (cell, 100_000), &format!("</row>{SHEET_END}")), NO_TEXTS);
    assert_ne!(code(&columns), "fine", "a hundred thousand columns");
    // Each row is as wide as can be and holds one word.
    let wide = "<row><c r=\"SF1\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
    assert_ne!(code(&xlsx((SHEET, (wide, 600_000), SHEET_END), NO_TEXTS)), "fine", "wide rows");
    let cell = format!("{SHEET}<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>");
    let long = xlsx((&cell, ("long ", 2_000_000), &format!("</t></is></c></row>{SHEET_END}")), NO_TEXTS);
    let problems = bounded(|| read_xlsform("form.xlsx", &long)).unwrap_err();
    assert_eq!((problems[0].cell.as_str(), &problems[0].kind), ("A1", &ProblemKind::TooLarge), "10 MB in a cell");
}

fn ods_that_repeats() {
    const SPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
    let content = format!(
        "<office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name=\"survey\">\
         <table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\">\
         <text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    );
    assert_eq!(code(&archive(&[("content.xml", &content, ("", 0), "")])), "too_large");
    let deep = format!("<office:document-content {SPACES}>");
    assert_eq!(code(&archive(&[("content.xml", &deep, ("<text:span>", 1_000_000), "")])), "not_a_spreadsheet");
}

fn tables_of_text() {
    let mut groups = String::from("| survey |\n| | type | name | label |\n");
    for number in 0..100_000 {
        groups += &format!("| | begin group | g{number} | G |\n");
    }
    assert_eq!(code(groups.as_bytes()), "too_large", "groups in groups");
    let mut loops = String::from("| survey |\n| | type | name | label |\n");
    for number in 0..8 {
        loops += &format!("| | begin loop over l | g{number} | G |\n");
    }
    loops += "| | text | a | A |\n";
    loops += &"| | end loop | | |\n".repeat(8);
    loops += "| choices |\n| | list_name | name | label |\n";
    for number in 0..100 {
        loops += &format!("| | l | c{number} | C |\n");
    }
    assert_eq!(code(loops.as_bytes()), "too_large", "loops in loops");
    let rows = format!("survey,,\n,type,name\n{}", ",text,a\n".repeat(1_000_000));
    assert_eq!(code(rows.as_bytes()), "too_large", "a million rows of text");
    let columns = format!("survey,,\n,type,name{}\n", ",a".repeat(1_000_000));
    assert_eq!(code(columns.as_bytes()), "no_questions", "a million columns of text");
}

#[test]
fn files_made_to_harm_are_refused_in_bounded_memory() {
    for attack in [zip_bomb, entity_bomb, sheets_without_end, ods_that_repeats, tables_of_text, xforms] {
        attack();
    }
}

/// An `XForm` with this document type, these elements in its instance, and this body.
fn xform(kinds: &str, inside: &str, body: &str) -> Vec<u8> {
    format!(
        "{kinds}<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><h:title>T</h:title>\
         <model><instance><data id='f'>{inside}</data></instance></model></h:head><h:body>{body}</h:body></h:html>"
    )
    .into_bytes()
}

fn xforms() {
    let code = |bytes: &[u8]| match bounded(|| read_form("form.xml", bytes)) {
        Ok(_) => "fine",
        Err(problems) => problems[0].code(),
    };
    let mut kinds = String::from("<!DOCTYPE x [<!ENTITY a0 \"ha\">");
    for level in 1..40 {
        kinds += &format!("<!ENTITY a{level} \"&a{0};&a{0};&a{0};\">", level - 1);
    }
    assert_eq!(code(&xform(&(kinds + "]>"), "<a>&a39;</a>", "")), "document_type", "an entity bomb");
    let file = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>";
    assert_eq!(code(&xform(file, "<a>&a;</a>", "")), "document_type", "an entity from elsewhere");
    let many: String = (0..1_200_000).map(|number| format!("<a{number}>1</a{number}>")).collect();
    assert_eq!(code(&xform("", &many, "")), "too_large", "more than a million elements");
    let deep =
        |count: usize, tag: &str| ["<", tag, ">"].concat().repeat(count) + &["</", tag, ">"].concat().repeat(count);
    assert_eq!(code(&xform("", &deep(100_000, "g"), "")), "too_deep", "an instance");
    assert_eq!(code(&xform("", "<a/>", &deep(100_000, "group"))), "too_deep", "a body");
    let open = xform("", &"<g>".repeat(100_000), "");
    assert_eq!(code(&open), "not_xml", "elements that nobody closes");
    let nested = ["(".repeat(100_000), "1".into(), ")".repeat(100_000)].concat();
    let bind = format!("<a/></data></instance><bind nodeset='/data/a' relevant='{nested}'/><instance id='x'><data>");
    assert_eq!(code(&xform("", &bind, "<input ref='/data/a'/>")), "bad_expression", "an expression");
}

/// Script, quotes, entities, and marks that turn the direction of writing.
const HOSTILE: &str = "<script>alert('1')</script><img src=x onerror=\"f()\"> & &amp; ]]> \u{202e}txt\u{2066}";

struct AsItIs;

impl Say for AsItIs {
    fn value(&self, _: Kind, value: &str) -> String {
        value.to_owned()
    }

    fn listed(&self, _: &ChoiceSource, _: &str) -> Option<String> {
        None
    }

    fn between(&self) -> &str {
        ", "
    }
}

#[test]
fn script_in_labels_and_answers_is_words_for_whoever_shows_them() {
    let md = format!(
        "| survey |\n| | type | name | label |\n| | text | a | {HOSTILE} |\n| | select_one l | b | {HOSTILE} |\n\
         | choices |\n| | list_name | name | label |\n| | l | x | {HOSTILE} |\n"
    );
    let form = read_form("form.md", md.as_bytes()).unwrap().definition;
    let told = tell(&form, 0, &json!({ "a": HOSTILE, "b": "x" }), &AsItIs);
    let rows: Vec<_> = told.iter().flat_map(|section| &section.rows).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.label == HOSTILE && row.answer == HOSTILE), "{rows:?}");

    let written = xform_out::write(&form).unwrap();
    assert!(!written.contains("<script") && !written.contains("<img"), "{written}");
    let again = read_form("form.xml", written.as_bytes()).unwrap().definition;
    let label = |form: &Definition, name: &str| form.nodes.iter().find(|node| node.name == name).unwrap().label.clone();
    for name in ["a", "b"] {
        assert_eq!(label(&again, name), label(&form, name));
    }
}

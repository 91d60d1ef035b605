//! A WebAssembly module opened just far enough to change what it imports and exports: names, and what is exported at all.
use anyhow::{Context, Result, bail, ensure};

/// Magic number and version.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// Numbers of sections.
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// A module. Everything but imports and exports stays as it is, in its order.
pub struct Module {
    /// What it takes from outside.
    pub imports: Vec<Import>,
    /// What it gives. Taking one away leaves its function where it is: `wasm-opt` finds that nothing uses it.
    pub exports: Vec<Export>,
    sections: Vec<(u8, Vec<u8>)>,
}

/// Something imported.
pub struct Import {
    /// From where.
    pub module: String,
    /// Under which name.
    pub name: String,
    /// Kind and type, as encoded.
    kind: Vec<u8>,
}

/// Something exported.
pub struct Export {
    /// Under which name.
    pub name: String,
    /// Kind and index, as encoded.
    kind: Vec<u8>,
}

impl Module {
    /// Opens it.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let rest = bytes.strip_prefix(HEAD).context("this is not a WebAssembly module of version 1")?;
        let mut module = Self { imports: Vec::new(), exports: Vec::new(), sections: Vec::new() };
        let mut reader = Reader { rest };
        while !reader.rest.is_empty() {
            let section = reader.byte()?;
            let length = reader.number()?;
            let body = reader.take(length)?;
            match section {
                IMPORTS => module.imports = imports(Reader { rest: body })?,
                EXPORTS => module.exports = exports(Reader { rest: body })?,
                _ => {}
            }
            module.sections.push((section, body.to_vec()));
        }
        Ok(module)
    }

    /// Drops what says who made it and with which features: no browser reads it.
    pub fn drop_custom_sections(&mut self) {
        self.sections.retain(|(section, _)| *section != CUSTOM);
    }

    /// The bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut out = HEAD.to_vec();
        for (section, body) in &self.sections {
            let body = match *section {
                IMPORTS => row(&self.imports, |out, import| {
                    text(out, &import.module);
                    text(out, &import.name);
                    out.extend(&import.kind);
                }),
                EXPORTS => row(&self.exports, |out, export| {
                    text(out, &export.name);
                    out.extend(&export.kind);
                }),
                _ => body.clone(),
            };
            out.push(*section);
            number(&mut out, body.len());
            out.extend(body);
        }
        out
    }
}

fn imports(mut reader: Reader<'_>) -> Result<Vec<Import>> {
    (0..reader.number()?)
        .map(|_| {
            let (module, name) = (reader.text()?, reader.text()?);
            // wasm-bindgen's modules import functions only; their type is a number.
            let kind = reader.rest;
            ensure!(reader.byte()? == 0, "the import {module} {name} is not a function");
            reader.number()?;
            Ok(Import { module, name, kind: kind[..kind.len() - reader.rest.len()].to_vec() })
        })
        .collect()
}

fn exports(mut reader: Reader<'_>) -> Result<Vec<Export>> {
    (0..reader.number()?)
        .map(|_| {
            let name = reader.text()?;
            let kind = reader.rest;
            reader.byte()?;
            reader.number()?;
            Ok(Export { name, kind: kind[..kind.len() - reader.rest.len()].to_vec() })
        })
        .collect()
}

/// The bytes not yet read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).context("the module is cut off")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// LEB128, without sign, of 32 bits.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0_usize;
        for place in 0..5 {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number of the module does not end")
    }

    fn text(&mut self) -> Result<String> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?.to_owned())
    }
}

fn row<T>(items: &[T], write: impl Fn(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, items.len());
    items.iter().for_each(|item| write(&mut out, item));
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len());
    out.extend(text.as_bytes());
}

fn number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (import "./a_bg.js" "f" (func)) (func) (export "g" (func 1)))` with a custom section at its end.
    const BYTES: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x0f\x01\x09./a_bg.js\x01f\0\0\x03\x02\x01\0\x07\x05\x01\x01g\0\x01\x0a\x04\x01\x02\0\x0b\0\x02\x01x";

    #[test]
    fn a_module_left_alone_is_the_same_bytes() {
        assert_eq!(Module::read(BYTES).unwrap().write(), BYTES);
    }

    #[test]
    fn names_change_and_what_they_stand_for_does_not() {
        let mut module = Module::read(BYTES).unwrap();
        assert_eq!((module.imports[0].module.as_str(), module.imports[0].name.as_str()), ("./a_bg.js", "f"));
        module.imports[0].module = "a".into();
        module.imports[0].name = "x".repeat(200);
        module.exports[0].name = "h".into();
        module.drop_custom_sections();
        let again = Module::read(&module.write()).unwrap();
        assert_eq!((again.imports[0].module.as_str(), again.imports[0].name.len()), ("a", 200));
        assert_eq!((again.exports[0].name.as_str(), again.exports[0].kind.as_slice()), ("h", &[0, 1][..]));
        assert!(again.write().ends_with(b"\x02\0\x0b"));
    }

    #[test]
    fn a_module_that_is_cut_off_is_refused() {
        assert!(Module::read(&BYTES[..BYTES.len() - 1]).is_err());
        assert!(Module::read(b"<!doctype html>").is_err());
    }
}

//! A list out of the JSON that the server gives phones. Apart: it comes to a phone with the last part of the app.

use zhucun_json::Reader;

use super::List;

/// Reads `{"columns":["name","label"],"rows":[["a","A"]]}`, the columns first, all texts; a row has as many as there are
/// columns. What follows the rows is not looked at. `None` when it is something else.
pub fn read(text: &str) -> Option<List> {
    let mut reader = Reader::new(text);
    let mut list = List::default();
    // No text is longer than it is written.
    list.text.reserve(text.len());
    let is_begun = reader.passes(b'{') && is_field(&mut reader, "columns");
    if !is_begun || u32::try_from(text.len()).is_err() {
        return None;
    }
    each(&mut reader, &mut |reader| {
        let mut column = String::new();
        reader.string_onto(&mut column)?;
        list.columns.push(column);
        Some(())
    })?;
    if !reader.passes(b',') || !is_field(&mut reader, "rows") {
        return None;
    }
    each(&mut reader, &mut |reader| {
        let whole = list.ends.len() + list.columns.len();
        each(reader, &mut |reader| {
            reader.string_onto(&mut list.text)?;
            list.end();
            Some(())
        })?;
        (list.ends.len() == whole).then_some(())
    })?;
    list.text.shrink_to_fit();
    Some(list)
}

/// Passes over a field's name.
fn is_field(reader: &mut Reader<'_>, name: &str) -> bool {
    let mut own = String::new();
    reader.string_onto(&mut own).is_some() && own == name && reader.passes(b':')
}

/// Calls `each` at every item of a list, for it to be read.
fn each(reader: &mut Reader<'_>, each: &mut dyn FnMut(&mut Reader<'_>) -> Option<()>) -> Option<()> {
    if !reader.passes(b'[') {
        return None;
    }
    if reader.passes(b']') {
        return Some(());
    }
    loop {
        each(reader)?;
        if !reader.passes(b',') {
            return reader.passes(b']').then_some(());
        }
    }
}

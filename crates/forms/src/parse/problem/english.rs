//! The problems in English.

use super::{EntityFault, ProblemKind, RangeFault};

pub(super) fn words(kind: &ProblemKind) -> String {
    use ProblemKind as K;
    match kind {
        K::NotASpreadsheet => {
            "the file cannot be opened as a spreadsheet: save it again as .xlsx and try once more".into()
        }
        K::NotUtf8 => "the text is not UTF-8: save it as “CSV UTF-8”, or as .xlsx".into(),
        K::TooLarge => "this is too large for a form: delete the rows, columns and texts that are not needed".into(),
        K::NoSheet(name, other) if other.is_empty() => format!("there is no sheet named “{name}”: add it"),
        K::NoSheet(name, other) => format!("there is no sheet named “{name}”: rename “{other}”, or add it"),
        K::NoColumn(name) => format!("the column “{name}” is missing: add it to the first row"),
        K::SameColumn(one, other) => format!("the columns “{one}” and “{other}” mean the same: delete one"),
        K::StrangeColumn(name) => {
            format!("this sheet cannot have the column “{name}”: check the spelling, or delete it")
        }
        K::NoQuestions => "the form has no question: add rows below the column names".into(),
        K::NoType => "this row has no type: write one, such as text or select_one".into(),
        K::NoName => "this row has no name: write one".into(),
        K::BadName(name) => format!(
            "“{name}” cannot be a name: begin with a letter or underscore, go on with letters, digits, - _ or ."
        ),
        K::ReservedName(name) => format!("the name “{name}” is kept for the form itself: choose another"),
        K::DuplicateName(name, row) => {
            format!("the name “{name}” is already used in this group, in row {row}: choose another")
        }
        K::DuplicateRepeat(name) => {
            format!("“{name}” already names another repeat or the form itself: choose another name")
        }
        K::UnknownType(name) => format!("“{name}” is not a question type: check the spelling"),
        K::UnsupportedType(name) => {
            format!("the question type “{name}” cannot be filled with this version: remove the row or use another type")
        }
        K::Unsupported(text) => format!("“{text}” cannot be done with this version: remove it"),
        K::BadFile(name) => format!("the list “{name}” must be a file that ends with .csv, .xml or .geojson"),
        K::SameFile(name, one, other) => {
            format!("“{name}” would be both {one} and {other}: give the list or the file another name")
        }
        K::NoCalculation => "this row calculates nothing: fill the column “calculation”".into(),
        K::NoWords(name) => format!("“{name}” has neither label nor hint: write what is asked"),
        K::NoSmallImage(name) => format!("“{name}” has a big-image and no image: add the small picture"),
        K::BadMedia(name) => format!("“{name}” is no kind of media: use image, big-image, audio or video"),
        K::NoList(name) if name.is_empty() => "the name of a choice list is missing: write it after the type".into(),
        K::NoList(name) => format!("there is no choice list “{name}”: add it to the sheet “choices”"),
        K::NoExternalList(name) => {
            format!("there is no choice list “{name}” on the sheet “external_choices”: add it there")
        }
        K::DuplicateChoice(name) => format!("the choice “{name}” is already in this list: rename or delete one"),
        K::SpaceInChoice(name) => {
            format!("the choice “{name}” is used by a select_multiple and may have no space in its name")
        }
        K::NoFilterHere(what) => format!("{what} and choice_filter do not go together: remove one"),
        K::SeveralLists(one, other) => {
            format!("a table has one list of choices, not “{one}” and “{other}”: use one list, or two groups")
        }
        K::MixedSearch(name) => {
            format!("search() needs a list of its own, and “{name}” is a file or used without search() too: add a list")
        }
        K::UnmatchedEnd(name) => format!("“{name}” ends nothing: add its begin, or delete this row"),
        K::UnmatchedBegin(name) => format!("“{name}” is not ended: add its end row"),
        K::UnknownReference(name) => format!("${{{name}}} names no question of this form: check the spelling"),
        K::AmbiguousReference(name) => {
            format!("${{{name}}} could be more than one question: give them different names")
        }
        K::UnclosedReference => "“${” is not closed: write ${name}".into(),
        K::BadReference(text) => format!("“{text}” is no reference: write ${{name}}, without spaces"),
        K::BadTrigger(text) => format!("“{text}” is no trigger: write ${{name}}, several with a comma between"),
        K::UnknownTrigger(name) => format!("the trigger ${{{name}}} is no question of this form: check the spelling"),
        K::HiddenTrigger(name, target) => {
            format!("nobody sees ${{{name}}}, so it cannot trigger ${{{target}}}: use a question that is asked")
        }
        K::NoTrigger => "a background-geopoint needs the column “trigger”: name the question that starts it".into(),
        K::NoCalculationHere => "a background-geopoint calculates nothing: empty the column “calculation”".into(),
        K::BadExpression(text, why) => format!("the expression “{text}” is not valid: {why}"),
        K::UnknownFunction(name, text) => format!("the function {name}() in “{text}” is not known"),
        K::Cycle(names) => format!("these depend on each other in a circle: {}", names.join(" → ")),
        K::BadParameters(text) => format!("“{text}” must be written as key=value key=value"),
        K::UnknownParameter(key, known) => format!("this type has no parameter “{key}”: it has {known}"),
        K::BadNumber(key, value) => format!("the parameter “{key}” must be a number, not “{value}”"),
        K::BadWord(key, value, words) => format!("the parameter “{key}” must be {words}, not “{value}”"),
        K::BadColumnName(key, value) => format!("the parameter “{key}” must name a column, which “{value}” cannot"),
        K::SeedAlone => "a seed is only for choices in random order: add randomize=true".into(),
        K::BadRange(key, fault) => range(key, *fault),
        K::BadGeometry(name) => {
            format!("“{name}” is neither a list nor a repeat whose places could be shown: check reference-geometry")
        }
        K::AuditName(name) => format!("an audit is always named audit, not “{name}”: empty its name"),
        K::AuditPlace => {
            "places need all of location-priority, location-min-interval and location-max-age: add what is missing"
                .into()
        }
        K::AuditAge => "location-max-age must not be less than location-min-interval: raise it".into(),
        K::BadApp(name) => format!("“{name}” is no app: write its package name, such as org.example.app"),
        K::Entity(fault) => entity(fault),
        _ => warning(kind),
    }
}

fn warning(kind: &ProblemKind) -> String {
    use ProblemKind as K;
    match kind {
        K::UnknownLanguage(name) => format!("the default language “{name}” has no column such as label::{name}"),
        K::NoLabel(name) => format!("“{name}” has no label"),
        K::UnusedColumn(name) => format!("the column “{name}” is not used by this version"),
        K::SpaceInColumn(name) => format!("no filter can use the column “{name}”: take the space out of its name"),
        K::MisspeltSheet(name, known) => {
            format!("the sheet “{name}” is not read: rename it “{known}” if that is meant, or “_{name}” if not")
        }
        K::SkippedRow => "this row has neither type, name nor label and is skipped".into(),
        K::RowsBelow => "rows from here on are far below the form and are not read".into(),
        K::Disabled => "the column “disabled” is old: use “relevant”".into(),
        K::SimilarName(name) => format!("“{name}” differs from another name only in capital letters"),
        K::OldType(name) => format!("today's phones do not tell “{name}”: it will be empty"),
        K::MapFile => "osm is asked for as any file".into(),
        K::NoTranslation(column, language) => format!("the language “{language}” has no column {column}"),
        K::OtherUntranslated => {
            "or_other adds “Other” and “Specify other.” in English: write both yourself for other languages".into()
        }
        K::TwoFormIds => "there are both form_id and id_string: form_id is used".into(),
        K::PlainAppearance(name, kind) => format!("the appearance “{name}” is not known here: drawn as plain {kind}"),
        K::IdleTrigger(name) => format!("nobody answers ${{{name}}}, so it triggers nothing"),
        K::Crowded => {
            "at most 1,000 instances of a repeat, and 100,000 nodes in all, can be filled: the rest will be missing"
                .into()
        }
        K::NoFilterColumn(column, list, known) => {
            format!("the choices “{list}” have no column “{column}” (they have: {known}): check the spelling")
        }
        K::IdleWord(word) => format!(
            "“{word}” names nothing here and is always empty: write yes or no, '{word}' for words, ${{{word}}} for an answer"
        ),
        K::UnknownChoice(word, question) => {
            format!("“{word}” is none of the choices of “{question}”: check the spelling")
        }
        K::NoVersion => {
            "the form has no version, and once it is in use a changed one is refused: fill the column “version”, with \
             another version for each change"
                .into()
        }
        K::NoLabelIn(name, language) => format!("“{name}” has no label in “{language}”: write one"),
        _ => String::new(),
    }
}

fn range(key: &str, fault: RangeFault) -> String {
    match fault {
        RangeFault::Zero => format!("“{key}” must not be 0"),
        RangeFault::TooWide => format!("“{key}” is larger than the whole range: make it smaller"),
        RangeFault::OffStep => format!("“{key}” must be a multiple of step"),
        RangeFault::Outside => format!("“{key}” must lie between start and end"),
        RangeFault::Appearance => {
            format!("“{key}” works only without appearance, or with vertical and no-ticks: remove one")
        }
        RangeFault::NoList => format!("“{key}” must name a list of the sheet “choices”"),
        RangeFault::NotNumbers => format!("all choices of “{key}” must be numbers"),
        RangeFault::ChoiceOutside => format!("all choices of “{key}” must lie between start and end"),
        RangeFault::ChoiceOffTick => format!("all choices of “{key}” must lie on a step or tick"),
        RangeFault::NotEnds => format!("without ticks, “{key}” has the two choices start and end only"),
    }
}

fn entity(fault: &EntityFault) -> String {
    use EntityFault as F;
    match fault {
        F::NoEntities => "save_to needs the sheet “entities”: add it, with the list".into(),
        F::TwiceSaved(name, row) => format!("“{name}” is already saved by row {row}: change one of them"),
        F::OnGroup => "a group or repeat has no answer to save: move save_to to a question".into(),
        F::NoList(name) => format!("there is no list “{name}” on the sheet “entities”: check the spelling"),
        F::NoLabel(list) => format!("new entities of “{list}” need the column “label”: fill it"),
        F::NoUpdateIf(list) => format!("“{list}” has create_if and entity_id: fill update_if too, or empty entity_id"),
        F::NoId(list) => format!("“{list}” has update_if and no entity_id: say which entity is updated"),
        F::NoPrefix(name) => format!("there are several lists: write save_to as list#{name}"),
        F::TwoPrefixes(text) => format!("“{text}” has more than one #: write list#property"),
        F::NoRoom(place, row) => {
            format!("{place} already has the entity of row {row}: put the questions of each into a group of its own")
        }
        F::OtherScope(list, one, other) => {
            format!("“{list}” takes answers of {one} and of {other}: use one repeat, or bring them together first")
        }
        F::BadName(name) => format!(
            "“{name}” cannot be used here: begin with a letter, no __ at the beginning, no . and no name or label"
        ),
        F::NoName => "this entity has no list: fill the column “list_name”".into(),
        F::DuplicateList(name) => format!("the list “{name}” is already on this sheet: one row each"),
    }
}

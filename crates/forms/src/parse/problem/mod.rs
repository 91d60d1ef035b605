//! What is wrong with a sheet, where, and what to do about it.

mod chinese;
mod english;

use std::fmt;

/// A problem (or a warning) with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetProblem {
    /// Name of the sheet; empty when the file itself is the matter.
    pub sheet: String,
    /// The cell, e.g. `C12`; `12` for a whole row; empty when the sheet itself is the matter.
    pub cell: String,
    /// What it is.
    pub kind: ProblemKind,
}

/// Kinds of problems with a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The bytes are no spreadsheet that can be read.
    NotASpreadsheet,
    /// A text file that is not UTF-8.
    NotUtf8,
    /// More rows, columns, characters or unpacked bytes than any form has.
    TooLarge,
    /// No sheet of that name; one that may be meant, if any.
    NoSheet(&'static str, String),
    /// A sheet without this column.
    NoColumn(&'static str),
    /// Two columns that mean the same: both as written.
    SameColumn(String, String),
    /// A column that a sheet must not have.
    StrangeColumn(String),
    /// No question at all.
    NoQuestions,
    /// A named row without a type.
    NoType,
    /// A row without a name.
    NoName,
    /// A name that cannot be an element's name.
    BadName(String),
    /// A name that forms use for themselves.
    ReservedName(String),
    /// The name was used before in the same group; the row of the first use.
    DuplicateName(String, u32),
    /// A repeat named as the form's root or as another repeat anywhere.
    DuplicateRepeat(String),
    /// A type that XLSForm does not have.
    UnknownType(String),
    /// A type that this version cannot do.
    UnsupportedType(String),
    /// Something else that this version cannot do: as the sheet writes it.
    Unsupported(String),
    /// A list's file of a kind that cannot be read.
    BadFile(String),
    /// Two files (or a file and a list) of one name: the name, both as they are read.
    SameFile(String, Box<str>, Box<str>),
    /// A `calculate` without its expression.
    NoCalculation,
    /// A question that is shown and has no words.
    NoWords(String),
    /// A large picture without the small one.
    NoSmallImage(String),
    /// A kind of media that there is not.
    BadMedia(String),
    /// A choice list that is not on the `choices` sheet.
    NoList(String),
    /// A choice list that is not on the `external_choices` sheet.
    NoExternalList(String),
    /// The same choice twice in a list.
    DuplicateChoice(String),
    /// A choice of a `select_multiple` with a space in its name.
    SpaceInChoice(String),
    /// `or_other` or a table with a `choice_filter`: which of them.
    NoFilterHere(&'static str),
    /// Selects of several lists in a table: both.
    SeveralLists(String, String),
    /// `search()` with a list that others use too, or with a file: the list.
    MixedSearch(String),
    /// An `end` without its `begin`.
    UnmatchedEnd(String),
    /// A `begin` without its `end`.
    UnmatchedBegin(String),
    /// `${name}` of nothing.
    UnknownReference(String),
    /// `${name}` of several nodes.
    AmbiguousReference(String),
    /// `${` without its `}`.
    UnclosedReference,
    /// What is in `${}` is no name.
    BadReference(String),
    /// A trigger that is not a list of `${name}`.
    BadTrigger(String),
    /// A trigger that is no question.
    UnknownTrigger(String),
    /// A trigger that nobody can see and change: it, and what it should calculate.
    HiddenTrigger(String, String),
    /// A `background-geopoint` without a trigger.
    NoTrigger,
    /// A `background-geopoint` with a calculation.
    NoCalculationHere,
    /// Not a valid expression: it and why.
    BadExpression(String, String),
    /// A function that is not known: it and the expression.
    UnknownFunction(String, String),
    /// Values or relevance that depend on themselves: the names on the way round.
    Cycle(Vec<String>),
    /// Parameters that are not `key=value`.
    BadParameters(String),
    /// A parameter that this type has not; those that it has.
    UnknownParameter(String, String),
    /// A parameter that must be a number: its key and value.
    BadNumber(String, String),
    /// A parameter that must be one of some words: its key, its value, the words.
    BadWord(String, String, &'static str),
    /// A parameter that cannot be the name of a column: its key and value.
    BadColumnName(String, String),
    /// A `seed` without `randomize=true`.
    SeedAlone,
    /// Parameters of a range that do not go together: the key and how.
    BadRange(&'static str, RangeFault),
    /// `reference-geometry` that names neither a list nor a repeat.
    BadGeometry(String),
    /// An audit's name that is not `audit`.
    AuditName(String),
    /// Only some of an audit's parameters for places.
    AuditPlace,
    /// `location-max-age` below `location-min-interval`.
    AuditAge,
    /// An app's name that cannot be one.
    BadApp(String),
    /// A wrong entity.
    Entity(EntityFault),
    /// Warning: the default language is none of the sheet's.
    UnknownLanguage(String),
    /// Warning: a choice or a repeat without words.
    NoLabel(String),
    /// Warning: a column that is not used.
    UnusedColumn(String),
    /// Warning: a column that a choice filter cannot name.
    SpaceInColumn(String),
    /// Warning: a sheet that may be meant to be another: it, and the other's name.
    MisspeltSheet(String, &'static str),
    /// Warning: a row without type, name and label.
    SkippedRow,
    /// Warning: rows far below the last one of the form.
    RowsBelow,
    /// Warning: the column `disabled`.
    Disabled,
    /// Warning: a name that differs from another only in case.
    SimilarName(String),
    /// Warning: a type that phones do not give any more.
    OldType(String),
    /// Warning: `osm`, which is asked for as any file.
    MapFile,
    /// Warning: a column that a language has not: the column, the language.
    NoTranslation(String, String),
    /// Warning: the words of `or_other` are English.
    OtherUntranslated,
    /// Warning: `form_id` and `id_string`.
    TwoFormIds,
    /// Warning: an appearance that is not drawn: it and the type.
    PlainAppearance(String, String),
    /// Warning: a trigger that a person does not answer.
    IdleTrigger(String),
    /// Warning: more instances than a filling takes.
    Crowded,
    /// Warning: a choice filter's column that its choices have not: it, the list, the columns there are.
    NoFilterColumn(String, String, String),
    /// Warning: a bare word in an expression, which names nothing.
    IdleWord(String),
    /// Warning: a word that an answer is asked for and that is none of the question's choices: it, the question.
    UnknownChoice(String, String),
    /// Warning: the form has no version.
    NoVersion,
    /// Warning: no label in a language though there is one in others: the name, the language.
    NoLabelIn(String, String),
}

/// How parameters of a `range` do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeFault {
    /// It is zero.
    Zero,
    /// It is larger than the range.
    TooWide,
    /// It is no multiple of the step.
    OffStep,
    /// It is not between start and end.
    Outside,
    /// The range is not drawn as a line.
    Appearance,
    /// There is no such list.
    NoList,
    /// The list has a choice that is no number.
    NotNumbers,
    /// The list has a choice that is not between start and end.
    ChoiceOutside,
    /// The list has a choice that is not on a tick.
    ChoiceOffTick,
    /// Without ticks only the ends have words.
    NotEnds,
}

/// What is wrong with an entity. Source: ODK Entities; pyxform's checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityFault {
    /// `save_to` without the sheet `entities`.
    NoEntities,
    /// A property twice: its name, the row of the first.
    TwiceSaved(String, u32),
    /// `save_to` at a group.
    OnGroup,
    /// An entity list that the sheet has not.
    NoList(String),
    /// Nothing to call a new entity.
    NoLabel(String),
    /// `create_if` and `entity_id` without `update_if`.
    NoUpdateIf(String),
    /// `update_if` without `entity_id`.
    NoId(String),
    /// Several lists, and a `save_to` without the name of one.
    NoPrefix(String),
    /// More than one `#`.
    TwoPrefixes(String),
    /// Two entities for one place: the place, the row of the other.
    NoRoom(String, u32),
    /// Answers of several repeats: the list, the one place, the other.
    OtherScope(String, Box<str>, Box<str>),
    /// A name that cannot be one here.
    BadName(String),
    /// A list without a name.
    NoName,
    /// A list twice.
    DuplicateList(String),
}

impl ProblemKind {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotASpreadsheet => "not_a_spreadsheet",
            Self::NotUtf8 => "not_utf8",
            Self::TooLarge => "too_large",
            Self::NoSheet(..) => "no_sheet",
            Self::NoColumn(_) => "no_column",
            Self::SameColumn(..) => "same_column",
            Self::StrangeColumn(_) => "strange_column",
            Self::NoQuestions => "no_questions",
            Self::NoType => "no_type",
            Self::NoName => "no_name",
            Self::BadName(_) => "bad_name",
            Self::ReservedName(_) => "reserved_name",
            Self::DuplicateName(..) => "duplicate_name",
            Self::DuplicateRepeat(_) => "duplicate_repeat",
            Self::UnknownType(_) => "unknown_type",
            Self::UnsupportedType(_) => "unsupported_type",
            Self::Unsupported(_) => "unsupported",
            Self::BadFile(_) => "bad_file",
            Self::SameFile(..) => "same_file",
            Self::NoCalculation => "no_calculation",
            Self::NoWords(_) => "no_words",
            Self::NoSmallImage(_) => "no_small_image",
            Self::BadMedia(_) => "bad_media",
            Self::NoList(_) => "no_list",
            Self::NoExternalList(_) => "no_external_list",
            Self::DuplicateChoice(_) => "duplicate_choice",
            Self::SpaceInChoice(_) => "space_in_choice",
            Self::NoFilterHere(_) => "no_filter_here",
            Self::SeveralLists(..) => "several_lists",
            Self::MixedSearch(_) => "mixed_search",
            Self::UnmatchedEnd(_) => "unmatched_end",
            Self::UnmatchedBegin(_) => "unmatched_begin",
            Self::UnknownReference(_) => "unknown_reference",
            Self::AmbiguousReference(_) => "ambiguous_reference",
            Self::UnclosedReference => "unclosed_reference",
            Self::BadReference(_) => "bad_reference",
            Self::BadTrigger(_) => "bad_trigger",
            Self::UnknownTrigger(_) => "unknown_trigger",
            Self::HiddenTrigger(..) => "hidden_trigger",
            Self::NoTrigger => "no_trigger",
            Self::NoCalculationHere => "no_calculation_here",
            Self::BadExpression(..) => "bad_expression",
            Self::UnknownFunction(..) => "unknown_function",
            Self::Cycle(_) => "cycle",
            Self::BadParameters(_) => "bad_parameters",
            Self::UnknownParameter(..) => "unknown_parameter",
            Self::BadNumber(..) => "bad_number",
            Self::BadWord(..) => "bad_word",
            Self::BadColumnName(..) => "bad_column_name",
            Self::SeedAlone => "seed_alone",
            Self::BadRange(..) => "bad_range",
            Self::BadGeometry(_) => "bad_geometry",
            Self::AuditName(_) => "audit_name",
            Self::AuditPlace => "audit_place",
            Self::AuditAge => "audit_age",
            Self::BadApp(_) => "bad_app",
            Self::Entity(fault) => fault.code(),
            Self::UnknownLanguage(_) => "unknown_language",
            Self::NoLabel(_) => "no_label",
            Self::UnusedColumn(_) => "unused_column",
            Self::SpaceInColumn(_) => "space_in_column",
            Self::MisspeltSheet(..) => "misspelt_sheet",
            Self::SkippedRow => "skipped_row",
            Self::RowsBelow => "rows_below",
            Self::Disabled => "disabled",
            Self::SimilarName(_) => "similar_name",
            Self::OldType(_) => "old_type",
            Self::MapFile => "map_file",
            Self::NoTranslation(..) => "no_translation",
            Self::OtherUntranslated => "other_untranslated",
            Self::TwoFormIds => "two_form_ids",
            Self::PlainAppearance(..) => "plain_appearance",
            Self::IdleTrigger(_) => "idle_trigger",
            Self::Crowded => "crowded",
            Self::NoFilterColumn(..) => "no_filter_column",
            Self::IdleWord(_) => "idle_word",
            Self::UnknownChoice(..) => "unknown_choice",
            Self::NoVersion => "no_version",
            Self::NoLabelIn(..) => "no_label_in_language",
        }
    }
}

impl EntityFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoEntities => "no_entities",
            Self::TwiceSaved(..) => "twice_saved",
            Self::OnGroup => "save_to_on_group",
            Self::NoList(_) => "no_entity_list",
            Self::NoLabel(_) => "no_entity_label",
            Self::NoUpdateIf(_) => "no_update_if",
            Self::NoId(_) => "no_entity_id",
            Self::NoPrefix(_) => "no_list_prefix",
            Self::TwoPrefixes(_) => "two_list_prefixes",
            Self::NoRoom(..) => "no_room_for_entity",
            Self::OtherScope(..) => "several_repeats_for_entity",
            Self::BadName(_) => "bad_entity_name",
            Self::NoName => "no_entity_name",
            Self::DuplicateList(_) => "duplicate_entity_list",
        }
    }
}

impl SheetProblem {
    /// What is wrong and what to do: Chinese for `zh…`, English for everything else.
    pub fn words(&self, language: &str) -> String {
        if language.starts_with("zh") { chinese::words(&self.kind) } else { english::words(&self.kind) }
    }

    /// The same with its place.
    pub fn message(&self, language: &str) -> String {
        let text = self.words(language);
        match (self.sheet.is_empty(), self.cell.is_empty()) {
            (true, _) => text,
            (false, true) => format!("{}: {text}", self.sheet),
            (false, false) => format!("{} {}: {text}", self.sheet, self.cell),
        }
    }
}

impl fmt::Display for SheetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("en"))
    }
}

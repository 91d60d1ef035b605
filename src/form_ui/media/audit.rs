//! `audit`: how a checklist was filled, as a file of the finished visit: which page was seen from when to when, and, as the
//! form's parameters ask, where, what was changed, by whom. The columns and events are those of ODK Collect's `audit.csv`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use zhucun_forms::Session;
use zhucun_forms::contract::{Id, Item};
use zhucun_forms::decimal;
use zhucun_forms::definition::Kind;
use zhucun_json::texts::find;

use crate::form_ui::filling::{Filling, Followed, Screen};
use crate::platform::clock;
use crate::platform::location::{Fix, Watch, watch};
use crate::state::drafts::path_of;

/// The name of the file, as ODK has it.
const FILE: &str = "audit.csv";

/// Which columns a log has beside the first four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Columns {
    places: bool,
    changes: bool,
    user: bool,
}

/// A line of the log.
#[derive(Clone, Debug, Default)]
struct Row {
    event: &'static str,
    node: String,
    start: i64,
    end: Option<i64>,
    place: Option<Fix>,
    /// Before and after.
    changed: Option<(String, String)>,
}

impl Columns {
    fn head(self) -> String {
        let mut line = String::from("event,node,start,end");
        for (is_there, names) in [
            (self.places, ",latitude,longitude,accuracy"),
            (self.changes, ",old-value,new-value"),
            (self.user, ",user"),
        ] {
            if is_there {
                line.push_str(names);
            }
        }
        line.push('\n');
        line
    }

    fn line(self, row: &Row, user: &str) -> String {
        let mut line = row.event.to_owned();
        let mut add = |cell: &str| {
            line.push(',');
            push_cell(&mut line, cell);
        };
        add(&row.node);
        add(&row.start.to_string());
        add(&row.end.map(|end| end.to_string()).unwrap_or_default());
        if self.places {
            for number in [|fix: Fix| fix.latitude, |fix: Fix| fix.longitude, |fix: Fix| fix.accuracy] {
                add(&row.place.map(|fix| decimal::plain(number(fix))).unwrap_or_default());
            }
        }
        if self.changes {
            let (old, new) = row.changed.as_ref().map_or(("", ""), |(old, new)| (old.as_str(), new.as_str()));
            add(old);
            add(new);
        }
        if self.user {
            add(user);
        }
        line.push('\n');
        line
    }
}

/// A cell; in quotes where it has marks of the file's own. One that a spreadsheet would take for a formula is text.
fn push_cell(line: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '@']) || cell.starts_with('-') && decimal::parse(cell).is_none();
    let quoted = [",", "\"", "\n", "\r"].into_iter().any(|mark| find(cell, mark).is_some());
    if !quoted && !is_formula {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if is_formula {
        line.push('\'');
    }
    for letter in cell.chars() {
        if letter == '"' {
            line.push('"');
        }
        line.push(letter);
    }
    line.push('"');
}

/// What is seen now, and since when.
struct Seen {
    screen: Screen,
    page: Id,
    since: i64,
    /// The questions of the page, their paths and answers of then.
    questions: Vec<(Id, String, String)>,
    node: String,
}

/// A log that is being written.
struct Log {
    columns: Columns,
    user: String,
    /// Milliseconds for which a place holds.
    age: i64,
    place: Rc<Cell<Option<(Fix, i64)>>>,
    seen: RefCell<Option<Seen>>,
    /// The question of the form that holds the file.
    audit: Id,
    /// While the form is seen, where places are asked for: whether exactly.
    watch: RefCell<Option<Watch>>,
    exact: bool,
}

/// Whether there is a log of this filling.
pub fn is_begun(filling: &Filling) -> bool {
    filling.file(FILE).is_some_and(|file| !file.text.is_empty())
}

/// Takes it away.
pub fn forget(filling: &Filling) {
    if is_begun(filling) {
        filling.change_file(FILE, |file| file.text.clear());
    }
}

/// Begins the log of a form that has one, or goes on with it. Once begun it is told of every page.
pub fn begin(filling: &Rc<Filling>) {
    if !filling.is_followed()
        && let Some(log) = Log::of(filling)
    {
        filling.set_follower(Some(Rc::new(move |filling, what| log.follow(filling, what))));
    }
    filling.tell(Followed::Shown);
}

impl Log {
    fn of(filling: &Filling) -> Option<Self> {
        let (audit, parameters) = filling.with_session(|session| {
            let definition = session.definition();
            let node = definition.nodes.iter().find(|node| node.kind == Kind::Audit)?;
            Some((session.find(&path_of(definition, node)?)?, node.parameters.clone()))
        })?;
        let is_set = |name: &str| parameters.get(name).is_some_and(|value| value == "true");
        let columns = Columns {
            places: parameters.contains_key("location-priority"),
            changes: is_set("track-changes"),
            user: is_set("identify-user"),
        };
        let age = parameters.get("location-max-age").and_then(|age| decimal::parse(age)).unwrap_or(60.0);
        let exact = parameters.get("location-priority").is_some_and(|priority| priority == "high-accuracy");
        let user = filling.app.me.with_untracked(|me| me.as_ref().map(|me| me.username.clone())).unwrap_or_default();
        let log = Self {
            columns,
            user,
            age: (age * 1000.0) as i64,
            place: Rc::default(),
            seen: RefCell::new(None),
            audit,
            watch: RefCell::default(),
            exact,
        };
        let is_new = !is_begun(filling);
        if is_new {
            filling.change_file(FILE, |file| {
                file.mime = "text/csv".to_owned();
                file.name = FILE.to_owned();
                file.text = columns.head();
            });
        }
        log.note(filling, if is_new { "form start" } else { "form resume" });
        Some(log)
    }

    fn row(&self, event: &'static str, start: i64) -> Row {
        let place = self.place.get().filter(|(_, at)| clock::now() - at <= self.age).map(|(fix, _)| fix);
        Row { event, start, place, ..Row::default() }
    }

    /// Follows the phone from now on, where the log has places.
    fn locate(&self) {
        if !self.columns.places || self.watch.borrow().is_some() {
            return;
        }
        let into = self.place.clone();
        let hear = move |report| {
            if let Ok(fix) = report {
                into.set(Some((fix, clock::now())));
            }
        };
        *self.watch.borrow_mut() = watch(self.exact, Box::new(hear)).ok();
    }

    fn write(&self, filling: &Filling, row: &Row) {
        let line = self.columns.line(row, &self.user);
        filling.change_file(FILE, |file| file.text.push_str(&line));
    }

    /// An event of a moment.
    fn note(&self, filling: &Filling, event: &'static str) {
        self.write(filling, &self.row(event, clock::now()));
    }

    fn follow(&self, filling: &Rc<Filling>, what: Followed) {
        let (screen, page) = (filling.screen.get_untracked(), filling.with_session(Session::page));
        let is_same = self.seen.borrow().as_ref().is_some_and(|seen| seen.screen == screen && seen.page == page);
        if is_same && what == Followed::Shown {
            return;
        }
        let was_away = self.seen.borrow().is_none();
        self.close(filling);
        match what {
            Followed::Shown => {
                self.locate();
                if was_away && !self.is_begun(filling) {
                    self.note(filling, "form resume");
                }
                if screen == Screen::Contents {
                    self.note(filling, "jump");
                }
                *self.seen.borrow_mut() = Some(Seen::now(filling, screen, page));
            }
            Followed::Left => {
                self.note(filling, "form save");
                self.note(filling, "form exit");
            }
            Followed::Finished => {
                for event in ["form save", "form exit", "form finalize"] {
                    self.note(filling, event);
                }
            }
        }
        if what != Followed::Shown {
            // The form is kept in memory for a while; the receiver is not kept on.
            drop(self.watch.borrow_mut().take());
        }
        filling.note(self.audit, FILE);
    }

    /// Whether the last line says already that the filling begins or goes on.
    fn is_begun(&self, filling: &Filling) -> bool {
        let text = filling.file(FILE).map(|file| file.text).unwrap_or_default();
        let last = text.lines().next_back().unwrap_or_default();
        last.starts_with("form start") || last.starts_with("form resume")
    }

    /// Writes what was seen until now.
    fn close(&self, filling: &Filling) {
        let Some(seen) = self.seen.borrow_mut().take() else { return };
        let now = clock::now();
        let row = |event, node: String| Row { node, end: Some(now), ..self.row(event, seen.since) };
        match (seen.screen, seen.questions.as_slice()) {
            (Screen::Page, [(id, path, old)]) => {
                self.write(filling, &Row { changed: self.changed(filling, *id, old), ..row("question", path.clone()) });
            }
            (Screen::Page, questions) => {
                self.write(filling, &row("group questions", seen.node.clone()));
                for (id, path, old) in questions {
                    if let Some(changed) = self.changed(filling, *id, old) {
                        let row = Row { changed: Some(changed), ..row("question", path.clone()) };
                        self.write(filling, &row);
                    }
                }
            }
            (Screen::Review, _) => self.write(filling, &row("end screen", String::new())),
            _ => {}
        }
    }

    fn changed(&self, filling: &Filling, id: Id, old: &str) -> Option<(String, String)> {
        let new = filling.with_session(|session| session.question(id)).map(|question| question.value)?;
        (self.columns.changes && new != old).then(|| (old.to_owned(), new))
    }
}

impl Seen {
    fn now(filling: &Filling, screen: Screen, page: Id) -> Self {
        let (questions, node) = filling.with_session(|session| {
            let items = session.pages().into_iter().find(|shown| shown.id == page).map(|page| page.items);
            let mut questions = Vec::new();
            for item in items.into_iter().flatten() {
                if let Item::Question(id) = item
                    && let Some(question) = session.question(id)
                    && question.kind != Kind::Note
                {
                    questions.push((id, session.path(id), question.value));
                }
            }
            (questions, session.path(page))
        });
        Self { screen, page, since: clock::now(), questions, node }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_those_that_the_form_asks_for() {
        assert_eq!(Columns::default().head(), "event,node,start,end\n");
        let all = Columns { places: true, changes: true, user: true };
        assert_eq!(all.head(), "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user\n");
        let place = Some(Fix { latitude: 26.5, longitude: 106.25, altitude: None, accuracy: 8.0 });
        let row = Row {
            event: "question",
            node: "/data/name".into(),
            start: 5,
            end: Some(9),
            place,
            changed: Some((String::new(), "何, \"小军\"".into())),
        };
        assert_eq!(all.line(&row, "shiban"), "question,/data/name,5,9,26.5,106.25,8,,\"何, \"\"小军\"\"\",shiban\n");
        assert_eq!(Columns::default().line(&row, "shiban"), "question,/data/name,5,9\n");
        let moment = Row { event: "form start", start: 5, ..Row::default() };
        assert_eq!(all.line(&moment, "shiban"), "form start,,5,,,,,,,shiban\n");
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        let cell = |text: &str| {
            let mut line = String::new();
            push_cell(&mut line, text);
            line
        };
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("-3.5"), "-3.5");
        assert_eq!(cell("-x"), "\"'-x\"");
        assert_eq!(cell("a\nb"), "\"a\nb\"");
    }
}

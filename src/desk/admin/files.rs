//! Files beside a form: which it needs, which are missing, giving them.

use std::collections::VecDeque;

use js_sys::JsString;
use leptos::task::spawn_local;
use web_sys::File;
use zhucun_api::admin::{FORM_FILE_MAX, FileRow, FileUpload};
use zhucun_domain::household;
use zhucun_forms::told::grouped;
use zhucun_view::prelude::*;
use zhucun_words::{Lang, Word, admin, form_files as words};

use super::{
    parts::{read, word_for},
    pick::{self, Pick},
};
use crate::{
    desk::{Desk, Source},
    platform::{
        dom,
        http::{self, HttpError},
        upload::{Stop, send_file},
    },
    ui::{Button, ButtonKind, Notice, NoticeKind, Tag, TagKind, icons, sizes},
};

/// What came of a file that was given.
#[derive(Clone, PartialEq)]
enum Came {
    /// Others go first.
    Waiting,
    /// It is kept.
    Taken(Word),
    /// It is kept, and lacks something that the form names: the server says what.
    Lacking(Word, String),
    /// It was not sent.
    Refused(Word),
    /// The server did not keep it, and says why.
    Problem(String),
}

/// Why nothing goes though something waits.
#[derive(Clone, Copy, PartialEq)]
enum Halt {
    Stopped,
    Failed(Word),
}

/// The files beside one form, and those that are given to it: one after the other, each known by its name.
#[derive(Clone, Copy)]
pub(super) struct Files {
    desk: Desk,
    url: StoredValue<String>,
    rows: RwSignal<Vec<FileRow>>,
    came: RwSignal<Vec<(String, Came)>>,
    /// What happened last, for those who hear the page.
    last: RwSignal<Option<(String, Came)>>,
    waiting: StoredValue<VecDeque<File>>,
    /// The one that goes now, and how much of a hundred has gone.
    now: RwSignal<Option<(String, u32)>>,
    halt: RwSignal<Option<Halt>>,
    stop: StoredValue<Stop>,
}

impl Files {
    /// `url`: where they are kept.
    pub fn new(desk: Desk, url: String, rows: Vec<FileRow>) -> Self {
        let stop = Stop::default();
        on_cleanup({
            let stop = stop.clone();
            move || stop.stop()
        });
        Self {
            desk,
            url: StoredValue::new(url),
            rows: RwSignal::new(rows),
            came: RwSignal::new(Vec::new()),
            last: RwSignal::new(None),
            waiting: StoredValue::new(VecDeque::new()),
            now: RwSignal::new(None),
            halt: RwSignal::new(None),
            stop: StoredValue::new(stop),
        }
    }

    /// Those of a version in force, which the server is asked for.
    pub fn in_force(desk: Desk, url: String) -> View {
        let source: Source<Vec<FileRow>> = Source::of(url.clone());
        let drawn = source.draw(desk, move || {
            let rows = source.read(Clone::clone).unwrap_or_default();
            Self::new(desk, url.clone(), rows).all(Some(words::HINT_IN_FORCE))
        });
        view! { <h3>{desk.say(words::TITLE)}</h3>{drawn} }
    }

    /// Those of a draft.
    pub fn section(self, hint: Option<Word>) -> View {
        view! { <h3>{self.desk.say(words::TITLE)}</h3>{self.all(hint)} }
    }

    /// Whether some are on their way.
    pub fn are_going(self) -> bool {
        self.now.with_untracked(Option::is_some)
    }

    /// Stops what is on its way; the rest waits.
    pub fn stop(self) {
        if self.are_going() {
            self.halt.set(Some(Halt::Stopped));
            self.stop.with_value(Stop::stop);
        }
    }

    fn is_needed(self, name: &str) -> bool {
        self.rows.with_untracked(|rows| rows.iter().any(|row| row.name == name))
    }

    fn take(self, files: Vec<File>) {
        // What was said of those before is over.
        self.came.update(|came| came.retain(|(_, came)| *came == Came::Waiting));
        for file in files {
            let name = name_of(&file);
            if let Some(word) = self.refusal(&name, &file) {
                self.say(&name, Came::Refused(word));
                continue;
            }
            self.waiting.update_value(|waiting| {
                waiting.retain(|other| name_of(other) != name);
                waiting.push_back(file);
            });
            self.say(&name, Came::Waiting);
        }
        self.go();
    }

    /// Why a file is not sent at all.
    fn refusal(self, name: &str, file: &File) -> Option<Word> {
        match () {
            () if self.is_needed(name) => (file.size() > FORM_FILE_MAX as f64).then_some(admin::FILE_TOO_LARGE),
            () if name.strip_suffix(".csv") == Some(household::LIST) => Some(admin::FILE_HOUSEHOLDS),
            () => Some(admin::FILE_NOT_NAMED),
        }
    }

    fn say(self, name: &str, what: Came) {
        let said = (name.to_owned(), what);
        if said.1 != Came::Waiting {
            let _ = self.last.try_set(Some(said.clone()));
        }
        let _ = self.came.try_update(|came| {
            came.retain(|(other, _)| other != name);
            came.push(said);
        });
    }

    /// Sends what waits.
    fn go(self) {
        let has_more = self.waiting.with_value(|waiting| !waiting.is_empty());
        if has_more && !self.are_going() {
            self.halt.set(None);
            spawn_local(self.send_all());
        }
    }

    async fn send_all(self) {
        // Without a screen there is nothing that waits.
        while let Some(file) = self.waiting.try_update_value(VecDeque::pop_front).flatten() {
            let name = name_of(&file);
            let before = self.sha256(&name);
            if self.now.try_set(Some((name.clone(), 0))).is_some() {
                return;
            }
            let halt = match self.send(&name, &file).await {
                Ok(FileUpload { problem: Some(problem), .. }) => {
                    self.say(&name, Came::Problem(problem));
                    continue;
                }
                Ok(FileUpload { files, warning, .. }) => {
                    if self.rows.try_set(files).is_none() {
                        let word = taken(&before, &self.sha256(&name));
                        self.say(&name, warning.map_or(Came::Taken(word), |lacks| Came::Lacking(word, lacks)));
                    }
                    continue;
                }
                Err(_) if self.halt.try_get_untracked().flatten() == Some(Halt::Stopped) => Halt::Stopped,
                Err(error) => Halt::Failed(word_for(&error)),
            };
            // One that the server stumbles over keeps no other one waiting.
            let _ = self.waiting.try_update_value(|waiting| match halt {
                Halt::Stopped => waiting.push_front(file),
                Halt::Failed(_) => waiting.push_back(file),
            });
            self.say(&name, Came::Waiting);
            let _ = self.halt.try_set(Some(halt));
            break;
        }
        if self.now.try_set(None).is_none() {
            request_animation_frame(|| {
                dom::focus_if_lost(".files-halt button");
                dom::focus_if_lost("#form-file");
            });
        }
    }

    async fn send(self, name: &str, file: &File) -> Result<FileUpload, HttpError> {
        let lang = if self.desk.lang.get_untracked() == Lang::Zh { "zh" } else { "en" };
        let url = self.url.with_value(|url| [url.as_str(), "/", &http::encode(name), "?lang=", lang].concat());
        let stop = self.stop.get_value();
        let (now, of) = (self.now, name.to_owned());
        let progress = move |percent| {
            let _ = now.try_set(Some((of.clone(), percent)));
        };
        let text = send_file(("PUT", &url), file, &stop, progress).await?;
        read(&text).ok_or(HttpError::Offline)
    }

    fn sha256(self, name: &str) -> String {
        let of = |rows: &Vec<FileRow>| rows.iter().find(|row| row.name == name).map(|row| row.sha256.clone());
        self.rows.try_with_untracked(of).flatten().unwrap_or_default()
    }

    /// The names of those that wait, in the words of a sentence.
    fn waiting_names(self) -> String {
        let names: Vec<_> = self.waiting.with_value(|waiting| waiting.iter().map(name_of).collect());
        self.joined(&names)
    }

    fn joined(self, names: &[String]) -> String {
        names.join(if self.desk.lang.get() == Lang::Zh { "、" } else { ", " })
    }

    fn all(self, hint: Option<Word>) -> View {
        let desk = self.desk;
        let names =
            Memo::new(move |_| self.rows.with(|rows| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()));
        let is_empty = Memo::new(move |_| names.with(Vec::is_empty));
        View::of(move || {
            if is_empty.get() {
                return view! { <p class="quiet">{desk.say(words::NONE)}</p> };
            }
            let pick = Pick { id: "form-file", word: words::CHOOSE, accept: "", several: true };
            view! {
                <p class="hint">{desk.say(words::HINT)}" "{hint.map(|hint| desk.say(hint))}</p>
                <ul class="rows file-rows">{keyed(move || names.get(), move |name| self.row(name))}</ul>
                {self.others(names)}
                {pick::target(desk, pick, move |files| self.take(files))}
                {self.going()}
                {self.halted()}
                <p class="heard" role="status">{move || self.last.get().map(|(name, came)| self.heard(&name, &came))}</p>
            }
        })
    }

    fn row(self, name: String) -> View {
        let desk = self.desk;
        let own = name.clone();
        let row = Memo::new(move |_| self.rows.with(|rows| rows.iter().find(|row| row.name == own).cloned()));
        let is_here = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.size.is_some())));
        let tag = move || match is_here.get() {
            true => view! { <Tag kind=TagKind::Server text=desk.word(words::HERE)/> },
            false => view! { <Tag kind=TagKind::Attention text=desk.word(words::MISSING)/> },
        };
        let facts = move || row.with(|row| row.as_ref().map(|row| self.facts(row)));
        let shown = name.clone();
        view! {
            <li class="desk-row">
                <div class="row-head"><b>{shown}</b>{tag}</div>
                <small>{facts}</small>
                {self.what_came(name)}
            </li>
        }
    }

    fn facts(self, row: &FileRow) -> String {
        let desk = self.desk;
        let Some(size) = row.size else {
            return match row.is_list {
                true => desk.word(words::LIST_MISSING).to_owned(),
                false => desk.fill(words::MEDIA_MISSING, &[("kind", desk.word(kind(&row.name)))]),
            };
        };
        let size = sizes::bytes(size as f64);
        match row.rows {
            Some(rows) => desk.fill(words::LIST_HERE, &[("n", &grouped(&rows.to_string())), ("size", &size)]),
            None => desk.fill(words::MEDIA_HERE, &[("kind", desk.word(kind(&row.name))), ("size", &size)]),
        }
    }

    /// What came of the file of a name, as it was given last.
    fn what_came(self, name: String) -> View {
        let came = Memo::new(move |_| {
            let is_halted = self.halt.with(Option::is_some);
            let of = |came: &Vec<(String, Came)>| {
                came.iter().find(|(other, _)| *other == name).map(|(_, came)| came.clone())
            };
            let is_now = self.now.with(|now| now.as_ref().is_some_and(|(now, _)| *now == name));
            // Of those that go or are halted more is said below.
            self.came.with(of).filter(|came| *came != Came::Waiting || !is_now && !is_halted)
        });
        View::of(move || came.get().map(|came| untrack(|| self.line(came))))
    }

    fn line(self, came: Came) -> View {
        let (class, icon) = match came {
            Came::Waiting => ("file-came", icons::CLOCK),
            Came::Taken(_) => ("file-came", icons::CHECK),
            Came::Lacking(..) | Came::Refused(_) | Came::Problem(_) => ("err", icons::ALERT),
        };
        view! { <p class=class>{icons::draw(icon)}<span>{move || self.words(&came)}</span></p> }
    }

    fn words(self, came: &Came) -> String {
        match came {
            Came::Waiting => self.desk.word(words::WAITING).to_owned(),
            Came::Taken(word) | Came::Refused(word) => self.desk.word(*word).to_owned(),
            Came::Lacking(word, lacks) => [self.desk.word(*word), " ", lacks.as_str()].concat(),
            Came::Problem(text) => text.clone(),
        }
    }

    fn heard(self, name: &str, came: &Came) -> String {
        self.desk.fill(words::SAID, &[("name", name), ("what", &self.words(came))])
    }

    /// Files that were given and are none of the form's.
    fn others(self, names: Memo<Vec<String>>) -> View {
        let others = Memo::new(move |_| {
            let is_other = |(name, _): &&(String, Came)| names.with(|names| !names.contains(name));
            self.came.with(|came| came.iter().filter(is_other).cloned().collect::<Vec<_>>())
        });
        View::of(move || {
            let others: Vec<_> = others.get().into_iter().map(|(name, came)| self.other(name, came)).collect();
            (!others.is_empty()).then(|| view! { <ul class="file-others">{others}</ul> })
        })
    }

    fn other(self, name: String, came: Came) -> View {
        view! { <li class="err">{icons::draw(icons::ALERT)}<span>{move || self.heard(&name, &came)}</span></li> }
    }

    /// The one that goes, with a way to stop it.
    fn going(self) -> View {
        let desk = self.desk;
        let name = Memo::new(move |_| self.now.with(|now| now.as_ref().map(|(name, _)| name.clone())));
        let is_going = Memo::new(move |_| name.with(Option::is_some));
        let percent = Memo::new(move |_| self.now.with(|now| now.as_ref().map_or(0, |(_, percent)| *percent)));
        let said = move || name.get().map(|name| desk.fill(words::NOW, &[("name", &name)]));
        let how_far = move || match percent.get() {
            percent if percent < 100 => desk.fill(words::PERCENT, &[("percent", &percent.to_string())]),
            _ => desk.word(words::READING).to_owned(),
        };
        let bar = move || {
            let width = [&percent.get().to_string(), "%"].concat();
            view! { <span style:width=width></span> }
        };
        View::of(move || {
            is_going.get().then(|| {
                view! {
                    <div class="files-now">
                        <p><b>{said}</b>" "{how_far}</p>
                        <div class="desk-progress" role="progressbar" aria-label=said aria-valuemin="0" aria-valuemax="100"
                            aria-valuenow=move || percent.get().to_string()>
                            {bar}
                        </div>
                        <Button on_tap=Some(Callback::new(move |()| self.stop()))>{desk.say(words::STOP)}</Button>
                    </div>
                }
            })
        })
    }

    /// Why the rest does not go, with a way to go on.
    fn halted(self) -> View {
        let desk = self.desk;
        let again = Callback::new(move |()| {
            self.go();
            request_animation_frame(|| dom::focus_if_lost(".files-now button"));
        });
        let notice = move || {
            let halt = self.halt.get()?;
            if self.now.with(Option::is_some) {
                return None;
            }
            let names = self.waiting_names();
            let (kind, text) = match halt {
                Halt::Stopped => (NoticeKind::Info, desk.fill(words::STOPPED, &[("names", &names)])),
                Halt::Failed(why) => {
                    (NoticeKind::Problem, desk.fill(words::BROKEN, &[("why", desk.word(why)), ("names", &names)]))
                }
            };
            let button = view! { <Button kind=ButtonKind::Line on_tap=Some(again)>{desk.say(words::AGAIN)}</Button> };
            Some(view! { <Notice kind=kind text=text.as_str()>{button}</Notice> })
        };
        view! { <div class="files-halt">{notice}</div> }
    }

    /// Before a draft is published: what is missing, and what phones do without it.
    pub fn missing(self) -> View {
        let desk = self.desk;
        let missing = Memo::new(move |_| {
            let is_missing = |row: &&FileRow| row.size.is_none();
            self.rows.with(|rows| rows.iter().filter(is_missing).cloned().collect::<Vec<_>>())
        });
        View::of(move || {
            let missing = missing.get();
            if missing.is_empty() {
                return View::default();
            }
            let names: Vec<_> = missing.iter().map(|row| row.name.clone()).collect();
            let mut said = vec![desk.fill(words::MISSING_NAMES, &[("names", &self.joined(&names))])];
            let sentences = [
                (missing.iter().any(|row| row.is_list), words::MISSING_LIST),
                (missing.iter().any(|row| !row.is_list), words::MISSING_MEDIA),
                (true, words::MISSING_LATER),
            ];
            said.extend(sentences.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| desk.word(*word).to_owned()));
            let text = said.join(if desk.lang.get() == Lang::Zh { "" } else { " " });
            view! { <Notice kind=NoticeKind::Info text=text.as_str()/> }
        })
    }
}

/// A file's name as the form would write it: some systems take letters and their accents apart.
fn name_of(file: &File) -> String {
    JsString::from(file.name()).normalize("NFC").into()
}

/// What is said of a file that was taken, by the hashes before and after.
fn taken(before: &str, after: &str) -> Word {
    match before {
        "" => words::KEPT,
        _ if before == after => words::SAME,
        _ => words::REPLACED,
    }
}

/// What a file that is no list is, by its ending.
fn kind(name: &str) -> Word {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" | "png" | "webp" | "gif" => words::PICTURE,
        "mp3" | "m4a" | "ogg" | "oga" | "wav" | "amr" | "aac" => words::SOUND,
        "mp4" | "webm" | "3gp" | "m4v" | "mov" => words::FILM,
        _ => words::FILE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_what_it_is() {
        for (name, word) in [
            ("a.JPG", words::PICTURE),
            ("词.mp3", words::SOUND),
            ("a.b.webm", words::FILM),
            ("a", words::FILE),
            ("a.svg", words::FILE),
        ] {
            assert_eq!(kind(name), word, "{name}");
        }
    }

    #[test]
    fn a_new_a_newer_and_the_same_file_are_told_apart() {
        assert_eq!(taken("", "a"), words::KEPT);
        assert_eq!(taken("a", "b"), words::REPLACED);
        assert_eq!(taken("a", "a"), words::SAME);
    }
}

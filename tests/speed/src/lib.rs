//! Forms of the sizes that the forms engine is measured with, written as XLSForm. Questions are invented and alike: what
//! counts is how many there are and who depends on whom.

use rust_xlsxwriter::{Workbook as Writer, XlsxError};
use zhucun_forms::parse::{Sheet, Workbook};

/// Questions of one group, which is one page.
const GROUP: usize = 20;

/// A form as rows of its sheets.
#[derive(Debug)]
pub struct Rows {
    survey: Vec<[String; 6]>,
    choices: Vec<[String; 4]>,
}

/// The survey's columns.
const SURVEY: [&str; 6] = ["type", "name", "label", "relevant", "calculation", "choice_filter"];
/// The choices' columns.
const CHOICES: [&str; 4] = ["list_name", "name", "label", "county"];

impl Rows {
    fn new() -> Self {
        let yes_no = [["yes", "是 Yes"], ["no", "否 No"]];
        let choices = yes_no.map(|[name, label]| ["yes_no", name, label, ""].map(str::to_owned)).to_vec();
        Self { survey: Vec::new(), choices }
    }

    fn add(&mut self, kind: &str, name: &str, label: &str) -> &mut [String; 6] {
        let at = self.survey.len();
        self.survey.push([kind, name, label, "", "", ""].map(str::to_owned));
        &mut self.survey[at]
    }

    /// As the reader takes them.
    #[must_use]
    pub fn workbook(&self) -> Workbook {
        let sheet = |name: &str, rows: Vec<Vec<String>>| Sheet { name: name.into(), rows };
        let [survey, choices] = self.sheets();
        Workbook { sheets: vec![sheet("survey", survey), sheet("choices", choices)] }
    }

    /// As a spreadsheet file.
    ///
    /// # Errors
    /// What the writer of spreadsheets says.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Writer::new();
        for (name, rows) in ["survey", "choices"].into_iter().zip(self.sheets()) {
            let sheet = book.add_worksheet().set_name(name)?;
            for (row, cells) in (0..).zip(&rows) {
                for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                    sheet.write_string(row, column, text)?;
                }
            }
        }
        book.save_to_buffer()
    }

    fn sheets(&self) -> [Vec<Vec<String>>; 2] {
        let with = |head: &[&str], rows: Vec<Vec<String>>| {
            std::iter::once(head.iter().map(|&cell| cell.to_owned()).collect()).chain(rows).collect()
        };
        [
            with(&SURVEY, self.survey.iter().map(|row| row.to_vec()).collect()),
            with(&CHOICES, self.choices.iter().map(|row| row.to_vec()).collect()),
        ]
    }
}

/// `questions` questions in groups of 20, every fifth relevant only while the one before the last has an answer, and
/// `chained` calculations, each one more than the one before: the first question, `/data/g0/q0`, changes them all. A note beside
/// it shows the last of them.
#[must_use]
pub fn chained(questions: usize, chained: usize) -> Rows {
    let mut rows = asked(questions, &format!("c{}", chained.saturating_sub(1)));
    for link in 0..chained {
        add_link(&mut rows, link, link == 0);
    }
    rows
}

/// The same with as many calculations in several chains, all of which begin at the first question: for engines that call
/// themselves for each link and have no room for a long chain. The note shows the sum of the chains' ends.
#[must_use]
pub fn branched(questions: usize, chains: usize, links: usize) -> Rows {
    let mut rows = asked(questions, "total");
    for link in 0..chains * links {
        add_link(&mut rows, link, link % links == 0);
    }
    let ends: Vec<_> = (1..=chains).map(|chain| format!("${{c{}}}", chain * links - 1)).collect();
    rows.add("calculate", "total", "")[4] = ends.join(" + ");
    rows
}

/// The questions of [`chained`], with a note that shows a calculation.
fn asked(questions: usize, shown: &str) -> Rows {
    let mut rows = Rows::new();
    let kinds = ["integer", "text", "select_one yes_no", "decimal", "date"];
    for question in 0..questions {
        if question % GROUP == 0 {
            if question > 0 {
                rows.add("end group", "", "");
            }
            rows.add("begin group", &format!("g{}", question / GROUP), &format!("第 {} 组", question / GROUP + 1));
        }
        let kind = kinds[question % kinds.len()];
        let row = rows.add(kind, &format!("q{question}"), &format!("问题 {question}：家里有多少？ How many?"));
        if question % GROUP > 1 && question % 5 == 4 {
            row[3] = format!("${{q{}}} != ''", question - 2);
        }
        if question == 0 {
            rows.add("note", "shown", &format!("合计 ${{{shown}}}"));
        }
    }
    rows.add("end group", "", "");
    rows
}

/// A calculation that is one more than the one before it, or than the first question.
fn add_link(rows: &mut Rows, link: usize, is_first: bool) {
    let before = if is_first { "q0".to_owned() } else { format!("c{}", link - 1) };
    rows.add("calculate", &format!("c{link}"), "")[4] = format!("${{{before}}} + 1");
}

/// A repeat of 15 questions, some of which depend on each other; `summed`: and what looks at all its instances.
#[must_use]
pub fn repeated(summed: bool) -> Rows {
    let mut rows = Rows::new();
    rows.add("begin repeat", "member", "家庭成员 Member");
    for question in 0..14 {
        let kind = ["text", "integer", "select_one yes_no"][question % 3];
        let row = rows.add(kind, &format!("m{question}"), &format!("问题 {question}"));
        if question % 3 == 2 {
            row[3] = format!("${{m{}}} > 3", question - 1);
        }
    }
    rows.add("calculate", "twice", "")[4] = "${m1} * 2".into();
    if summed {
        rows.add("calculate", "place", "")[4] = "position(..)".into();
    }
    rows.add("end repeat", "", "");
    if summed {
        rows.add("calculate", "total", "")[4] = "sum(${m1})".into();
    }
    rows
}

/// Counties of [`cascade`].
const COUNTIES: usize = 20;

/// A choice of one of 20 counties and then of one of its villages, `villages` in all; both on one page.
#[must_use]
pub fn cascade(villages: usize) -> Rows {
    let mut rows = Rows::new();
    rows.add("begin group", "place", "地方 Place");
    rows.add("select_one county", "county", "县 County");
    rows.add("select_one village", "village", "村 Village")[5] = "county = ${county}".into();
    rows.add("end group", "", "");
    for county in 0..COUNTIES {
        rows.choices.push(["county", &format!("k{county}"), &format!("第 {county} 县"), ""].map(str::to_owned));
    }
    for village in 0..villages {
        let county = format!("k{}", village % COUNTIES);
        rows.choices.push(["village", &format!("v{village}"), &format!("第 {village} 村"), &county].map(str::to_owned));
    }
    rows
}

/// A household's number and its name, beside each other. The name is looked up in the file [`register`], or, to see what the
/// lookup costs, made of the number.
#[must_use]
pub fn lookup(looks_up: bool) -> Rows {
    let mut rows = Rows::new();
    rows.add("begin group", "household", "农户 Household");
    rows.add("text", "number", "户编号 Household number");
    rows.add("note", "shown", "户名 ${found}");
    rows.add("end group", "", "");
    let found = if looks_up {
        "pulldata('register', 'name', 'key', ${number})"
    } else {
        "concat('户 ', substring-after(${number}, '-'))"
    };
    rows.add("calculate", "found", "")[4] = found.into();
    rows
}

/// Columns of [`register`].
pub const REGISTER: [&str; 3] = ["key", "name", "village"];

/// The households that [`lookup`] looks into.
pub fn register(households: usize) -> impl Iterator<Item = [String; 3]> {
    (0..households).map(|number| [format!("h-{number}"), format!("户 {number}"), format!("v{}", number % 500)])
}

/// [`register`] as a file.
#[must_use]
pub fn register_csv(households: usize) -> String {
    let rows = register(households).map(|row| row.join(",") + "\n");
    std::iter::once(REGISTER.join(",") + "\n").chain(rows).collect()
}

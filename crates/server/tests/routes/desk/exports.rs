//! `visits.csv` and `visits.xlsx`.

use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Data, Reader as _, Xlsx};
use serde_json::json;
use zhucun_domain::access::Role;

use super::{DAY, visit, with_visits};
use crate::support::{Answer, NOW, Server};

#[tokio::test]
async fn the_file_is_safe_to_open_and_says_what_it_is() {
    let (server, cookie) = with_visits().await;
    let answer = server.get_as(&cookie, "/api/v1/villages/shiban/visits.csv?form=f&lang=zh").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let disposition = answer.header("content-disposition");
    assert!(disposition.contains("filename=\"visits-shiban-2026-11-23.csv\""), "{disposition}");
    let text = answer.text();
    let mut rows = text.strip_prefix('\u{feff}').unwrap().split("\r\n");
    assert_eq!(
        rows.next().unwrap(),
        "\"编号\",\"户主\",\"组\",\"走访日期\",\"走访人\",\"完成时间\",\"表单版本\",\"农户\",\"说明\",\"照片\""
    );
    let first = rows.next().unwrap();
    assert!(
        first.starts_with("\"v-1\",\"何德贵\",\"1\",\"2026-11-20\",\"罗素英\",\"2026-11-22 10:00\",\"1\""),
        "{first}"
    );
    assert!(first.contains("\"'=1+1\""), "a formula is text: {first}");
    assert!(text.contains("\"水管\n冻了\"") && text.contains("\"说\"\"好\"\"\""));
    let names = server.get_as(&cookie, "/api/v1/villages/shiban/visits.csv?lang=names").await.text();
    assert!(names.contains("\"household\",\"note\",\"photo\"\r\n") && names.contains("\"h-1\""));
    let none = server.get_as(&cookie, "/api/v1/villages/shiban/visits.csv?form=unknown").await;
    assert_eq!((none.status, none.text().lines().count()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn an_id_number_is_not_rounded_by_a_spreadsheet_and_is_bare_for_programs() {
    let (server, cookie) = with_visits().await;
    server.write("shiban", "u-secretary", "visits", "v-0", visit(0, "520100198603120017")).await;
    let export = async |lang: &str| {
        server.get_as(&cookie, &format!("/api/v1/villages/shiban/visits.csv?form=f&lang={lang}")).await.text()
    };
    for lang in ["zh", "en"] {
        assert!(export(lang).await.contains("\"'520100198603120017\""));
    }
    assert!(export("names").await.contains("\"520100198603120017\""));
}

/// Sheet, and the texts of its rows.
pub(super) fn book(answer: Answer) -> Vec<(String, Vec<Vec<String>>)> {
    assert_eq!(answer.status, StatusCode::OK);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
    let texts = |row: &[Data]| row.iter().map(ToString::to_string).collect();
    book.worksheets().into_iter().map(|(name, range)| (name, range.rows().map(texts).collect())).collect()
}

#[tokio::test]
async fn a_workbook_has_names_words_and_the_visits() {
    let (server, cookie) = with_visits().await;
    let answer = server.get_as(&cookie, "/api/v1/villages/shiban/visits.xlsx?lang=en").await;
    assert_eq!(answer.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let disposition = answer.header("content-disposition");
    assert!(disposition.contains("filename=\"visits-shiban-2026-11-23.xlsx\""), "{disposition}");
    assert!(
        disposition.ends_with("filename*=UTF-8''%E7%9F%B3%E6%9D%BF%E6%9D%91%20Visits%202026-11-23.xlsx"),
        "{disposition}"
    );
    let sheets = book(answer);
    let (name, rows) = &sheets[0];
    assert_eq!((name.as_str(), rows.len()), ("Visits", 2 + 3));
    assert_eq!(rows[0][..4], ["household", "group", "day", "by"]);
    assert_eq!(rows[0][9..], ["household:label", "household", "note", "photo"]);
    assert_eq!(rows[1][..4], ["Household", "Group", "Day", "By"]);
    assert_eq!(rows[2][8..], ["v-1", "何德贵 · Group 1", "h-1", "=1+1", "ab.jpg"]);
    let none = book(server.get_as(&cookie, "/api/v1/villages/shiban/visits.xlsx?form=unknown").await);
    assert_eq!(none[0].1.len(), 2, "only headings");
}

#[tokio::test]
async fn a_township_gets_all_its_villages_in_one_workbook() {
    let (server, cookie) = with_visits().await;
    server.write("dashu", "u-x", "households", "h-9", json!({"head_name": "吴天明", "group": "1"})).await;
    let mut other = visit(2, "无");
    other["household"] = json!("h-9");
    server.write("dashu", "u-x", "visits", "v-9", other).await;
    server.write("yunling", "u-x", "visits", "v-8", visit(2, "别的乡")).await;
    let rows = &book(server.get_as(&cookie, "/api/v1/visits.xlsx").await)[0].1;
    let villages: Vec<_> = rows[2..].iter().map(|row| (row[2].as_str(), row[0].as_str())).collect();
    assert_eq!(villages, [("大树村", "吴天明"), ("石板村", "何德贵"), ("石板村", "何德贵"), ("石板村", "何德贵")]);
    for (who, role, place) in [("secretary", Role::Secretary, "shiban"), ("dispatcher", Role::Dispatcher, "qingxi")] {
        let cookie = server.sign_in(who, role, place).await;
        assert_eq!(server.get_as(&cookie, "/api/v1/visits.xlsx").await.status, StatusCode::FORBIDDEN);
    }
}

/// Far more visits than are read at once.
#[tokio::test]
async fn no_visit_is_lost_between_two_pages() {
    let server: Server;
    let cookie;
    (server, cookie) = with_visits().await;
    for n in 0..1_203 {
        let mut visit = visit(1, "");
        // Some at the same moment: their ids part them.
        visit["finished_at"] = json!(NOW - (n / 4) * DAY / 100);
        server.write("shiban", "u-secretary", "visits", &format!("w-{n}"), visit).await;
    }
    let rows = &book(server.get_as(&cookie, "/api/v1/villages/shiban/visits.xlsx").await)[0].1;
    let ids: std::collections::BTreeSet<_> = rows[2..].iter().map(|row| row[8].clone()).collect();
    assert_eq!((rows.len() - 2, ids.len()), (1_206, 1_206));
}

#[tokio::test]
async fn the_forms_that_can_be_exported_are_named_the_newest_visits_first() {
    let (server, cookie) = with_visits().await;
    let forms = async |path: &str| server.get_as(&cookie, path).await.json();
    let visit_form = json!({"id": "f", "title": {"zh": "走访", "en": "Visit"}});
    assert_eq!(forms("/api/v1/villages/shiban/visit-forms").await, json!([visit_form]));
    let mut other = visit(0, "");
    other["form"] = json!("wells");
    server.write("shiban", "u-secretary", "visits", "v-wells", other).await;
    let unknown = json!({"id": "wells", "title": {}});
    for path in ["/api/v1/villages/shiban/visit-forms", "/api/v1/visit-forms"] {
        assert_eq!(forms(path).await, json!([unknown, visit_form]), "{path}");
    }
    assert_eq!(forms("/api/v1/villages/dashu/visit-forms").await, json!([]));
}

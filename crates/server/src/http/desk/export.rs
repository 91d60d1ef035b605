//! `GET /api/v1/villages/{village}/visits.csv?form=&lang=`: a village's visits by one form, as a file for spreadsheets.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::Value;
use zhucun_domain::{access::Action, calendar, collection, visit::field};
use zhucun_words::{Lang, server as w};

use super::{
    answers::Reader,
    csv,
    table::{Cells, Filled, table},
    visits::{Around, definition},
};
use crate::{
    error::ApiError,
    http::extract::{Params, Search, Signed, stream},
    state::AppState,
    store::RecordRow,
};

/// What to export.
#[derive(Debug, Deserialize)]
pub(super) struct ExportQuery {
    /// Form id; the newest visit's when absent.
    #[serde(default)]
    form: String,
    /// `zh` or `en` for labels and words, `names` for names and values as stored (long digits without an apostrophe).
    #[serde(default)]
    lang: String,
}

pub(super) async fn visits(
    State(state): State<AppState>,
    signed: Signed,
    Params(village): Params<String>,
    Search(query): Search<ExportQuery>,
) -> Result<Response, ApiError> {
    let stream = stream("village", &village)?;
    signed.require(Action::Export(&stream))?;
    let lang = Lang::from_tag(&query.lang);
    let cells = if query.lang == "names" { Cells::Names } else { Cells::Words };
    let mut visits = state.store.records(&stream, collection::VISITS).await?;
    visits.reverse();
    let form = if query.form.is_empty() {
        visits.first().map(|visit| visit.record.text(field::FORM).to_owned()).unwrap_or_default()
    } else {
        query.form
    };
    visits.retain(|visit| visit.record.text(field::FORM) == form);
    let around = Around::of(&state, &stream, &visits, lang).await?;

    // Newest version first, as the visits are.
    let mut versions: Vec<String> = Vec::new();
    for visit in &visits {
        let version = visit.record.text(field::FORM_VERSION);
        if !versions.iter().any(|known| known == version) {
            versions.push(version.to_owned());
        }
    }
    let mut forms = Vec::new();
    for version in &versions {
        forms.push(definition(&state, &form, version).await?.unwrap_or_default());
    }
    let readers: Vec<_> = forms.iter().map(|form| Reader::new(form, lang)).collect();
    let filled: Vec<_> = visits
        .iter()
        .map(|visit| {
            let version = visit.record.text(field::FORM_VERSION);
            Filled {
                reader: versions.iter().position(|known| known == version).unwrap_or(0),
                answers: visit.record.get(field::ANSWERS).unwrap_or(&Value::Null),
            }
        })
        .collect();
    let (heading, rows) = table(&readers, &filled, cells, &around);
    let first = facts_heading(lang, cells).into_iter().chain(heading).collect::<Vec<_>>();
    let rows = visits.iter().zip(rows).map(|(visit, row)| facts(visit, &around).into_iter().chain(row).collect());
    let guard = if cells == Cells::Names { csv::safe } else { csv::kept };
    let file = csv::file(std::iter::once(first).chain(rows), guard);

    let place = state.store.place(&village).await?;
    let name = place.and_then(|place| place.names.get("zh").cloned()).unwrap_or_else(|| village.clone());
    download(file, &village, &name, &calendar::iso(calendar::china_day(state.clock.now())))
}

/// The columns every visit has.
fn facts_heading(lang: Lang, cells: Cells) -> [String; 7] {
    if cells == Cells::Names {
        return ["visit", "household", "group", "day", "by", "finished_at", "form_version"].map(str::to_owned);
    }
    [
        w::COLUMN_VISIT,
        w::COLUMN_HOUSEHOLD,
        w::COLUMN_GROUP,
        w::COLUMN_DAY,
        w::COLUMN_BY,
        w::COLUMN_FINISHED,
        w::COLUMN_VERSION,
    ]
    .map(|word| word.get(lang).to_owned())
}

fn facts(visit: &RecordRow, around: &Around) -> [String; 7] {
    let row = around.row(visit);
    let version = visit.record.text(field::FORM_VERSION).to_owned();
    [row.id, row.household, row.group, row.day, row.by, china_time(row.finished_at), version]
}

/// `2026-11-23 10:05` in China, as spreadsheets read it.
fn china_time(ms: i64) -> String {
    let minutes = (ms + 8 * 3_600_000).div_euclid(60_000).rem_euclid(1440);
    format!("{} {:02}:{:02}", calendar::iso(calendar::china_day(ms)), minutes / 60, minutes % 60)
}

fn download(file: Vec<u8>, village: &str, name: &str, day: &str) -> Result<Response, ApiError> {
    let mut encoded = String::new();
    for byte in format!("{name} 走访 {day}.csv").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let disposition = format!("attachment; filename=\"visits-{village}-{day}.csv\"; filename*=UTF-8''{encoded}");
    let mut response = file.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?,
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_moment_is_said_by_chinas_clock() {
        assert_eq!(super::china_time(0), "1970-01-01 08:00");
        assert_eq!(super::china_time(1_795_400_000_000), "2026-11-23 10:13");
    }
}

//! Form Submission API: `HEAD`, `POST`, files in pieces, the same again.

use std::sync::Arc;

use serde_json::json;
use zhucun_server::{
    AppState, Parts,
    clock::Clock,
    http::{assets::Assets, forms::Packed},
    service::{
        attempts::Attempts,
        passwords::{Cost, Passwords},
        random::sha256_hex,
    },
};
use zhucun_sync::Cursor;

use super::{basic, form, head, heads, publish, said, send, submit, submit_to, visits, world, xml};
use crate::world::{JPEG, PASSWORD, village};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

/// Of a family of two, with a photo of the house and one of a person.
const INSIDE: &str = "<who><household>h-1</household></who><note/><house>1.jpg</house>\
    <member><name>甲 &amp; 乙</name><face>2.png</face></member><member><name>丙</name><face/></member>\
    <people>2</people><empty><hidden/></empty><next_visit>2026-12-01</next_visit>";

#[tokio::test]
async fn a_head_request_says_that_one_may_send_and_how_much() {
    let world = world().await;
    let asking = world.request(axum::http::Method::HEAD, "/openrosa/submission");
    let answer = asking.header("authorization", &basic("secretary", PASSWORD)).send().await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    assert_eq!(answer.header("location"), "https://qingxi.example/openrosa/submission");
    assert_eq!(answer.header("x-openrosa-version"), "1.0");
    assert_eq!(answer.header("x-openrosa-accept-content-length"), "10485760");
}

#[tokio::test]
async fn a_submission_is_a_visit_as_the_app_writes_it() {
    let world = world().await;
    let hash = publish(&world, &form("3")).await;
    let answer = submit(
        &world,
        "secretary",
        &[
            ("xml_submission_file", Some("visit.xml"), xml("uuid:1", INSIDE).as_bytes()),
            ("1.jpg", Some("1.jpg"), JPEG),
            ("2.png", Some("2.png"), PNG),
            ("other.jpg", Some("other.jpg"), JPEG),
        ],
    )
    .await;
    assert_eq!((answer.status.as_u16(), said(&answer).starts_with("Received")), (201, true), "{}", answer.shown());
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    let (jpg, png) = (format!("{}.jpg", sha256_hex(JPEG)), format!("{}.png", sha256_hex(PNG)));
    let listed = |name: &str, bytes: &[u8], mime: &str| json!({"name": name, "sha256": sha256_hex(bytes), "mime": mime, "size": bytes.len()});
    let mut attachments = vec![listed(&jpg, JPEG, "image/jpeg"), listed(&png, PNG, "image/png")];
    attachments.sort_by_key(|entry| entry["name"].as_str().unwrap().to_owned());
    let visit = visits(&world).await.remove(0);
    let expected = json!({
        "id": visit["id"], "form": "visit", "form_version": "3", "form_hash": hash, "household": "h-1",
        "next_visit": "2026-12-01", "title": "何德贵 11-23", "day": "2026-11-23", "by": "u-secretary",
        "started_at": 1_795_395_600_000_i64, "finished_at": 1_795_397_400_000_i64, "attachments": attachments,
        "answers": {
            "start": "2026-11-23T09:00:00.000+08:00", "end": "2026-11-23T09:30:00.000+08:00",
            "who": {"household": "h-1"}, "note": "", "house": jpg,
            "member": [{"name": "甲 & 乙", "face": png}, {"name": "丙", "face": ""}],
            "people": "2", "next_visit": "2026-12-01",
        },
    });
    assert_eq!(visit, expected);
    // The secretary's phone gets it as any other change, and the township sees the photo.
    let page = world.get("/api/v1/streams/village/shiban/changes").by("secretary").send().await.json();
    let entry = page["entries"].as_array().unwrap().last().unwrap();
    assert_eq!((entry["author"].as_str(), entry["change"]["device"].as_str()), (Some("u-secretary"), Some("openrosa")));
    let photo = format!("/api/v1/streams/village/shiban/attachments/{}", sha256_hex(JPEG));
    assert_eq!(world.get(&photo).by("township").send().await.body, JPEG);
    let id = visit["id"].as_str().unwrap();
    let read = world.get(&format!("/api/v1/villages/shiban/visits/{id}")).by("township").send().await;
    assert!(read.shown().contains("甲 & 乙"), "{}", read.shown());
}

#[tokio::test]
async fn the_same_again_is_received_again_and_changes_nothing() {
    let world = world().await;
    let answers = xml("uuid:1", INSIDE);
    let parts = [
        ("xml_submission_file", Some("visit.xml"), answers.as_bytes()),
        ("1.jpg", Some("1.jpg"), JPEG),
        ("2.png", Some("2.png"), PNG),
    ];
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    let (before, visit) = (head(&world).await, visits(&world).await);
    world.pass(86_400_000);
    for _ in 0..2 {
        assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    }
    // Without the files, too: they are there.
    assert_eq!(send(&world, &answers).await.status, 201);
    assert_eq!((head(&world).await, visits(&world).await), (before, visit));
}

#[tokio::test]
async fn files_may_come_one_after_the_other_and_the_visit_is_there_with_the_last() {
    let world = world().await;
    let answers = xml("uuid:1", INSIDE);
    let before = head(&world).await;
    let xml_part = ("xml_submission_file", Some("visit.xml"), answers.as_bytes());
    for _ in 0..2 {
        let parts = [xml_part, ("*isIncomplete*", None, b"yes".as_slice()), ("1.jpg", Some("1.jpg"), JPEG)];
        let part = submit(&world, "secretary", &parts).await;
        assert_eq!((part.status.as_u16(), head(&world).await), (202, before), "{}", said(&part));
    }
    assert_eq!(submit(&world, "secretary", &[xml_part, ("2.png", Some("2.png"), PNG)]).await.status, 201);
    let visit = visits(&world).await.remove(0);
    assert_eq!((head(&world).await, visit["attachments"].as_array().unwrap().len()), (before + 1, 2));
}

#[tokio::test]
async fn a_file_that_comes_later_still_is_added_to_the_visit() {
    let world = world().await;
    let answers = xml("uuid:1", INSIDE);
    let xml_part = ("xml_submission_file", Some("visit.xml"), answers.as_bytes());
    assert_eq!(send(&world, &answers).await.status, 201, "no word of more to come: what is there counts");
    let visit = visits(&world).await.remove(0);
    assert_eq!((visit["answers"]["house"].as_str(), visit["attachments"].clone()), (Some("1.jpg"), json!([])));
    for file in [("2.png", Some("2.png"), PNG), ("1.jpg", Some("1.jpg"), JPEG), ("2.png", Some("2.png"), PNG)] {
        assert_eq!(submit(&world, "secretary", &[xml_part, file]).await.status, 201);
    }
    let all = visits(&world).await;
    let id = all[0]["id"].as_str().unwrap();
    assert_eq!((all.len(), all[0]["attachments"].as_array().unwrap().len()), (1, 2));
    assert_eq!(all[0]["answers"]["house"], format!("{}.jpg", sha256_hex(JPEG)));
    assert_eq!((heads(&world, id, "answers").await, heads(&world, id, "attachments").await), (1, 1), "no conflict");
}

#[tokio::test]
async fn a_file_before_the_answers_is_kept_too() {
    let world = world().await;
    let answers = xml("uuid:1", INSIDE);
    let parts = [
        ("1.jpg", Some("1.jpg"), JPEG),
        ("2.png", None, PNG),
        ("xml_submission_file", Some("visit.xml"), answers.as_bytes()),
    ];
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    assert_eq!(visits(&world).await[0]["attachments"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_same_id_with_other_answers_is_refused_and_the_first_stays() {
    let world = world().await;
    assert_eq!(send(&world, &xml("uuid:1", "<note>first</note>")).await.status, 201);
    let before = head(&world).await;
    let other = send(&world, &xml("uuid:1", "<note>second</note>")).await;
    assert_eq!((other.status.as_u16(), said(&other).contains("stays")), (409, true));
    assert_eq!((head(&world).await, visits(&world).await[0]["answers"]["note"].as_str().unwrap()), (before, "first"));
    // In another village the id is another's.
    let parts = [("xml_submission_file", None, xml("uuid:1", "<note>theirs</note>").into_bytes())];
    let parts: Vec<_> = parts.iter().map(|(name, file, bytes)| (*name, *file, bytes.as_slice())).collect();
    assert_eq!(submit(&world, "neighbour", &parts).await.status, 201);
    assert_eq!((head(&world).await, visits(&world).await.len()), (before, 1));
}

/// The client deletes what it has sent, so that ours is the only copy.
#[tokio::test]
async fn what_the_form_has_no_place_for_is_kept_with_the_visit_and_counts_as_content() {
    let world = world().await;
    let whole = |id: &str, word: &str| {
        let inside =
            "<note>x<i>inner</i></note><note>twice</note><who>beside<household/></who><extra>WORD 3.png</extra>";
        xml(id, &inside.replace("WORD", word))
    };
    let answers = whole("uuid:1", "lost");
    let files = [("1.jpg", Some("1.jpg"), JPEG), ("3.png", Some("3.png"), PNG)];
    let parts = [("xml_submission_file", Some("visit.xml"), answers.as_bytes()), files[0], files[1]];
    let answer = submit(&world, "secretary", &parts).await;
    assert_eq!((answer.status.as_u16(), said(&answer).contains("kept with it")), (201, true), "{}", said(&answer));
    let visit = visits(&world).await.remove(0);
    assert_eq!(visit["answers"]["note"], "x");
    let listed = |file: &str| {
        let mut all = visit["attachments"].as_array().unwrap().iter();
        all.find(|entry| entry["file"] == file)
            .and_then(|entry| entry["sha256"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(visit["attachments"].as_array().unwrap().len(), 2, "not the file that nothing names");
    assert_eq!(listed("3.png"), sha256_hex(PNG));
    let kept = format!("/api/v1/streams/village/shiban/attachments/{}", listed("submission.xml"));
    let kept = world.get(&kept).by("township").send().await;
    assert_eq!((kept.body, kept.status.as_u16()), (answers.clone().into_bytes(), 200));
    // The same again is the same, with the words that are no answers.
    let before = head(&world).await;
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    assert_eq!(send(&world, &whole("uuid:1", "other")).await.status, 409);
    assert_eq!(head(&world).await, before);
    assert_eq!(send(&world, &whole("uuid:2", "other")).await.status, 201);
}

#[tokio::test]
async fn a_file_takes_the_place_of_an_empty_one_and_another_of_its_name_is_refused() {
    let world = world().await;
    let answers = xml("uuid:1", "<house>1.jpg</house>");
    let with = |bytes: &'static [u8]| {
        [("xml_submission_file", Some("visit.xml"), answers.as_bytes()), ("1.jpg", Some("1.jpg"), bytes)]
    };
    for (bytes, status, sha256) in [
        (&b""[..], 201, sha256_hex("")),
        (JPEG, 201, sha256_hex(JPEG)),
        (PNG, 409, sha256_hex(JPEG)),
        (b"", 201, sha256_hex(JPEG)),
    ] {
        assert_eq!(submit(&world, "secretary", &with(bytes)).await.status, status);
        let visit = visits(&world).await.remove(0);
        assert_eq!(visit["attachments"].as_array().unwrap().len(), 1);
        assert_eq!(visit["attachments"][0]["sha256"], sha256);
        assert!(visit["answers"]["house"].as_str().unwrap().starts_with(&sha256));
        let id = visit["id"].as_str().unwrap();
        assert_eq!((heads(&world, id, "answers").await, heads(&world, id, "attachments").await), (1, 1));
    }
}

#[tokio::test]
async fn a_file_that_was_chosen_keeps_its_own_name_beside_that_of_its_bytes() {
    let world = world().await;
    let answers = xml("uuid:1", "<house>1.jpg</house><plan>平面图.pdf</plan>");
    let parts = [
        ("xml_submission_file", Some("visit.xml"), answers.as_bytes()),
        ("1.jpg", Some("1.jpg"), JPEG),
        ("平面图.pdf", Some("平面图.pdf"), b"%PDF-1.4".as_slice()),
    ];
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    let visit = visits(&world).await.remove(0);
    let files = visit["attachments"].as_array().unwrap();
    let plan = files.iter().find(|file| file["mime"] == "application/pdf").unwrap();
    assert_eq!((plan["file"].as_str(), &plan["name"]), (Some("平面图.pdf"), &visit["answers"]["plan"]));
    assert!(files.iter().any(|file| file["mime"] == "image/jpeg" && file.get("file").is_none()));
}

#[tokio::test]
async fn an_edited_submission_is_a_correction_of_the_visit() {
    let world = world().await;
    send(&world, &xml("uuid:1", "<note>first</note>")).await;
    let edited = xml("uuid:2", "<note>second</note>")
        .replace("<meta>", "<meta><deprecatedID>uuid:1</deprecatedID>")
        .replace("2026-11-23T09", "2026-11-24T10");
    assert_eq!(send(&world, &edited).await.status, 201);
    let page = world.state.store.pull(&village(), &Cursor::default(), 10).await.unwrap();
    let first = page.entries[1].change.record.id.clone();
    let counting = visits(&world).await;
    assert_eq!((counting.len(), counting[0]["replaces"].as_str()), (1, Some(first.as_str())));
    assert_eq!(
        (counting[0]["day"].as_str(), counting[0]["corrected_by"].as_str()),
        (Some("2026-11-23"), Some("u-secretary"))
    );
    assert_eq!(counting[0]["answers"]["note"], "second");
}

#[tokio::test]
async fn a_form_or_version_that_the_county_never_had_is_refused_with_what_to_do_and_an_older_one_is_taken() {
    let world = world().await;
    publish(&world, &form("4")).await;
    let before = head(&world).await;
    let answers = xml("uuid:1", "<note>x</note>");
    let unknown = send(&world, &answers.replace("id=\"visit\"", "id=\"visits\"")).await;
    assert_eq!((unknown.status.as_u16(), said(&unknown).contains("“visits”")), (404, true));
    let never = send(&world, &answers.replace("version=\"3\"", "version=\"5\"")).await;
    assert_eq!((never.status.as_u16(), said(&never).contains("version “5”")), (409, true));
    assert_eq!(head(&world).await, before);
    assert_eq!(send(&world, &answers).await.status, 201, "begun before the new version");
    assert_eq!(visits(&world).await[0]["form_version"], "3");
}

#[tokio::test]
async fn a_household_of_another_village_is_refused_and_none_is_a_visit_to_the_village() {
    let world = world().await;
    let before = head(&world).await;
    let inside = "<who><household>h-1</household></who>";
    let parts = [("xml_submission_file", None, xml("uuid:1", inside).into_bytes())];
    let parts: Vec<_> = parts.iter().map(|(name, file, bytes)| (*name, *file, bytes.as_slice())).collect();
    let theirs = submit(&world, "neighbour", &parts).await;
    assert_eq!((theirs.status.as_u16(), said(&theirs).contains("your village")), (422, true));
    let yunling = zhucun_sync::StreamId::new("village", "yunling").unwrap();
    assert_eq!(world.state.store.count(&yunling, "visits").await.unwrap(), 0);
    assert_eq!(send(&world, &xml("uuid:2", "<who><household>h-9</household></who>")).await.status, 422);
    assert_eq!(head(&world).await, before);
    assert_eq!(send(&world, &xml("uuid:3", "<who><household/></who>")).await.status, 201);
    assert_eq!(visits(&world).await[0]["household"], "");
}

#[tokio::test]
async fn without_times_of_its_own_a_visit_has_those_of_its_arrival_also_when_it_comes_again() {
    let world = world().await;
    let answers = xml("uuid:1", "<note>x</note>");
    let answers =
        answers.replace("<start>2026-11-23T09:00:00.000+08:00</start><end>2026-11-23T09:30:00.000+08:00</end>", "");
    assert_eq!(send(&world, &answers).await.status, 201);
    let (before, visit) = (head(&world).await, visits(&world).await);
    assert_eq!(
        (visit[0]["finished_at"].as_i64(), visit[0]["day"].as_str()),
        (Some(crate::world::NOW), Some("2027-01-15"))
    );
    world.pass(86_400_000);
    assert_eq!(send(&world, &answers).await.status, 201);
    assert_eq!((head(&world).await, visits(&world).await), (before, visit));
}

/// A client that gave up waiting sends again while the first request still runs, perhaps to another process.
#[tokio::test]
async fn requests_of_one_submission_that_meet_make_one_visit_with_all_files_and_no_conflict() {
    let world = world().await;
    let other = AppState::new(Parts {
        store: world.state.store.clone(),
        files: world.state.files.clone(),
        clock: Clock::Set(Arc::clone(&world.clock)),
        settings: world.state.settings.clone(),
        passwords: Passwords::new(Cost::Least).unwrap(),
        attempts: Attempts::default(),
        assets: Assets::Memory([].into()),
        packed_forms: Packed::default(),
    });
    let (here, there) = (&world.app, &zhucun_server::app(other));
    for round in 0..8 {
        let answers = xml(&format!("uuid:{round}"), INSIDE);
        let xml_part = ("xml_submission_file", Some("visit.xml"), answers.as_bytes());
        let (first, second) = ([xml_part, ("1.jpg", Some("1.jpg"), JPEG)], [xml_part, ("2.png", Some("2.png"), PNG)]);
        let none = [xml_part];
        let sent = tokio::join!(
            submit_to(here, "secretary", &first),
            submit_to(there, "secretary", &second),
            submit_to(there, "secretary", &none),
            submit_to(here, "secretary", &second),
        );
        for answer in [sent.0, sent.1, sent.2, sent.3] {
            assert_eq!(answer.status, 201);
        }
    }
    let all = visits(&world).await;
    assert_eq!(all.len(), 8);
    for visit in all {
        let id = visit["id"].as_str().unwrap();
        assert_eq!(visit["attachments"].as_array().unwrap().len(), 2);
        assert_eq!((heads(&world, id, "answers").await, heads(&world, id, "attachments").await), (1, 1));
    }
}

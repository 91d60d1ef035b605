//! What is sent to do harm, or broken.

use serde_json::Value;

use super::{Part, head, said, send, submit, visits, world, xml};
use crate::world::{JPEG, World};

const XML: &str = "xml_submission_file";

async fn refused(world: &World, parts: &[Part<'_>], status: u16) -> String {
    let before = head(world).await;
    let answer = submit(world, "secretary", parts).await;
    let said = said(&answer);
    assert_eq!(answer.status, status, "{said}");
    assert_eq!(answer.header("x-openrosa-version"), "1.0");
    assert_eq!(head(world).await, before, "nothing was written");
    said
}

#[tokio::test]
async fn xml_that_is_none_or_blows_up_is_refused_at_once() {
    let world = world().await;
    let good = xml("uuid:1", "<note>x</note>");
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    let outside = "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let table = [
        "no xml".to_owned(),
        "<data".to_owned(),
        format!(
            "{bomb}<data id=\"visit\" version=\"3\"><note>&c;</note><meta><instanceID>uuid:1</instanceID></meta></data>"
        ),
        format!(
            "{outside}<data id=\"visit\" version=\"3\"><note>&x;</note><meta><instanceID>uuid:1</instanceID></meta></data>"
        ),
        xml("uuid:1", &deep),
        good.replace("uuid:1", ""),
        good.replace("uuid:1", &"x".repeat(1001)),
        good.replace("<data ", "<other ").replace("</data>", "</other>"),
    ];
    for text in table {
        let told = refused(&world, &[(XML, None, text.as_bytes())], 400).await;
        assert!(!told.contains("root:") && !told.is_empty(), "{told}");
    }
    refused(&world, &[(XML, None, b"<data id=\"visit\">\xbc\xd7</data>")], 400).await;
    refused(&world, &[("other", None, good.as_bytes())], 400).await;
    refused(&world, &[], 400).await;
    let twice = [(XML, None, good.as_bytes()), (XML, None, good.as_bytes())];
    refused(&world, &twice, 400).await;
}

#[tokio::test]
async fn too_much_is_too_large_wherever_it_is() {
    let world = world().await;
    let photo = xml("uuid:1", "<house>1.jpg</house>");
    let file = vec![0xff; 32 * 1024 * 1024 + 1];
    refused(&world, &[(XML, None, photo.as_bytes()), ("1.jpg", Some("1.jpg"), &file)], 413).await;
    let held = vec![0xff; 10 * 1024 * 1024 + 1];
    refused(&world, &[("1.jpg", Some("1.jpg"), &held), (XML, None, photo.as_bytes())], 413).await;
    let long = xml("uuid:2", &format!("<note>{}</note>", "x".repeat(300_000)));
    let told = refused(&world, &[(XML, None, long.as_bytes())], 413).await;
    assert!(told.contains("Shorten"), "{told}");
    let longer = xml("uuid:3", &format!("<note>{}</note>", "x".repeat(2 * 1024 * 1024)));
    refused(&world, &[(XML, None, longer.as_bytes())], 413).await;
    let many: Vec<Part<'_>> = (0..501).map(|_| ("x", None, b"".as_slice())).collect();
    refused(&world, &many, 413).await;
    let whole = vec![0xff; 41 * 1024 * 1024];
    refused(&world, &[("x", Some("x"), &whole)], 413).await;
}

#[tokio::test]
async fn a_body_that_is_no_multipart_or_breaks_off_is_refused() {
    let world = world().await;
    let send = async |kind: &str, body: &str| {
        let asking = world.post("/openrosa/submission").header("content-type", kind);
        let asking = asking.header("authorization", &super::basic("secretary", crate::world::PASSWORD));
        asking.bytes(body.as_bytes().to_vec()).send().await.status
    };
    assert_eq!(send("text/xml", "<data/>").await, 400);
    assert_eq!(send("multipart/form-data", "x").await, 400);
    let cut = "--X\r\nContent-Disposition: form-data; name=\"xml_submission_file\"\r\n\r\n<data id=\"visit\"";
    assert_eq!(send("multipart/form-data; boundary=X", cut).await, 400);
    assert_eq!(visits(&world).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_files_name_leads_nowhere() {
    let world = world().await;
    let inside = "<house>../../../evil.jpg</house><member><face>C:\\x.jpg</face></member>";
    let answers = xml("uuid:1", inside);
    let parts = [
        (XML, Some("../visit.xml"), answers.as_bytes()),
        ("../../../evil.jpg", Some("../../../evil.jpg"), JPEG),
        ("C:\\x.jpg", None, b"<svg onload=alert(1)>".as_slice()),
    ];
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    let visit = visits(&world).await.remove(0);
    let house = visit["answers"]["house"].as_str().unwrap();
    assert!(house.ends_with(".jpg") && house.len() == 68 && !house.contains('/'), "{house}");
    let mut found = Vec::new();
    let mut folders = vec![world.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.to_string_lossy().into_owned()) }
        }
    }
    assert!(!found.iter().any(|path| path.contains("evil") || path.contains("x.jpg")), "{found:?}");
    assert!(!world.folder().parent().unwrap().join("evil.jpg").exists());
    // What is no picture is given out as a file that no browser shows or runs.
    let other = visit["attachments"].as_array().unwrap().iter().find(|file| file["mime"] != "image/jpeg");
    let sha256 = other.unwrap()["sha256"].as_str().unwrap();
    let shown = world.get(&format!("/api/v1/streams/village/shiban/attachments/{sha256}")).by("township").send().await;
    assert_eq!(shown.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(shown.header("content-disposition"), "attachment");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
}

/// As of the app: what a computer would run when somebody opens it is no answer.
#[tokio::test]
async fn a_program_among_the_files_is_refused_and_an_empty_file_is_not() {
    let world = world().await;
    let answers = xml("uuid:1", "<house>1.jpg</house>");
    let with = |bytes: &'static [u8]| [(XML, Some("visit.xml"), answers.as_bytes()), ("1.jpg", Some("1.jpg"), bytes)];
    let refused = submit(&world, "secretary", &with(b"MZ\x90\0\x03")).await;
    assert_eq!((refused.status.as_u16(), said(&refused).contains("program")), (422, true));
    assert_eq!(visits(&world).await.len(), 0);
    assert_eq!(submit(&world, "secretary", &with(b"")).await.status, 201);
    assert_eq!(visits(&world).await[0]["attachments"][0]["size"], 0);
}

/// Place, time and owner that a camera writes into a photo stay on the phone, as with photos of the app.
#[tokio::test]
async fn what_a_camera_wrote_into_a_photo_is_not_kept() {
    let world = world().await;
    let mut photo = vec![0xff, 0xd8, 0xff, 0xe1, 0, 20];
    photo.extend_from_slice(b"Exif\0\0GPS 27.5 N..");
    photo.extend_from_slice(&[0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
    let answers = xml("uuid:1", "<house>1.jpg</house>");
    let parts = [(XML, None, answers.as_bytes()), ("1.jpg", Some("1.jpg"), photo.as_slice())];
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    let visit = visits(&world).await.remove(0);
    let sha256 = visit["attachments"][0]["sha256"].as_str().unwrap();
    let kept = world.get(&format!("/api/v1/streams/village/shiban/attachments/{sha256}")).by("secretary").send().await;
    assert!(
        kept.body.starts_with(&[0xff, 0xd8]) && !kept.body.windows(4).any(|bytes| bytes == b"Exif"),
        "{:?}",
        kept.body
    );
    assert_eq!(submit(&world, "secretary", &parts).await.status, 201);
    assert_eq!(visits(&world).await.len(), 1);
}

#[tokio::test]
async fn words_that_look_like_markup_stay_words() {
    let world = world().await;
    let note = "&lt;script&gt;alert(1)&lt;/script&gt;&#10;=cmd|' /C calc'!A0";
    assert_eq!(send(&world, &xml("uuid:1", &format!("<note>{note}</note><unknown>y</unknown>"))).await.status, 201);
    let visit = visits(&world).await.remove(0);
    assert_eq!(visit["answers"]["note"], "<script>alert(1)</script>\n=cmd|' /C calc'!A0");
    assert_eq!(visit["answers"]["unknown"], Value::Null);
    assert_eq!(visit["attachments"][0]["file"], "submission.xml", "what is no answer is kept beside them");
}

/// As many elements and questions as there may be.
#[tokio::test]
async fn answers_of_the_form_that_are_too_long_for_a_visit_are_told_to_be() {
    let world = world().await;
    let mut form = super::form("4");
    form.nodes.extend((0..1500).map(|number| zhucun_forms::definition::Node {
        name: format!("q{number}"),
        kind: zhucun_forms::definition::Kind::Text,
        ..Default::default()
    }));
    super::publish(&world, &form).await;
    let long = |inside: String| xml("uuid:1", &inside).replace("version=\"3\"", "version=\"4\"");
    let members = long("<member><name>x</name></member>".repeat(60_000));
    let answer = submit(&world, "secretary", &[(XML, None, members.as_bytes())]).await;
    assert_eq!(answer.status, 413, "{}", said(&answer));
    // Of another form than it says.
    refused(&world, &[(XML, None, long("<z/>".repeat(400_000)).as_bytes())], 400).await;
    refused(&world, &[(XML, None, long("<z/>".repeat(1_001)).as_bytes())], 400).await;
}

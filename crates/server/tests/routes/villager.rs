//! `/n/{link}` and `/t`: the villagers' pages.

use axum::http::{Request, StatusCode, header};
use serde_json::json;
use zhucun_domain::{collection, need};
use zhucun_server::{http::encoding::Encoding, store::RecordRow};
use zhucun_sync::StreamId;

use crate::support::{Answer, Server};

const BOUNDARY: &str = "zhucun-test-boundary";
const DAY: i64 = 86_400_000;

/// A multipart body of fields, and a photo when there is one.
fn multipart(fields: &[(&str, &str)], photo: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    body.extend(
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"IMG.jpg\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .bytes(),
    );
    body.extend(photo.unwrap_or_default());
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

async fn post(server: &Server, fields: &[(&str, &str)], photo: Option<&[u8]>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::post("/n/link-shiban").header(header::CONTENT_TYPE, kind);
    server.send(request.body(multipart(fields, photo).into()).unwrap()).await
}

async fn look_up(server: &Server, code: &str, address: &str) -> Answer {
    let request = Request::post("/t")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", address);
    server.send(request.body(format!("code={}", code.replace(' ', "+")).into()).unwrap()).await
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

async fn once(server: &Server) -> String {
    let page = server.get("/n/link-shiban").await.text();
    between(&page, "name=\"once\" value=\"", "\"").to_owned()
}

fn code(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    between(&answer.text(), "id=\"code\">", "<").to_owned()
}

async fn needs(server: &Server) -> Vec<RecordRow> {
    let stream = StreamId::new("village", "shiban").unwrap();
    server.state.store.records(&stream, collection::NEEDS).await.unwrap()
}

/// The smallest JPEG that is whole, with an EXIF segment.
fn jpeg() -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 12];
    bytes.extend(b"Exif\0\0GPS!");
    bytes.extend([0xFF, 0xDA, 0, 3, 9, 1, 2, 3, 0xFF, 0xD9]);
    bytes
}

#[tokio::test]
async fn the_page_is_small_plain_and_kept_to_itself() {
    let server = Server::county().await;
    for path in ["/n/link-shiban", "/n/link-shiban?lang=en&large=1", "/t", "/t?lang=en"] {
        let answer = server.get(path).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK);
        let packed = Encoding::Gzip.compress(&answer.bytes).unwrap().len();
        assert!(packed <= 14 * 1024, "{path}: {packed} bytes");
        assert!(!text.contains("<script") && !text.contains(" style=\"") && !text.contains("src="), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("form-action 'self'"));
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn the_style_is_exactly_what_the_policy_allows() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let server = Server::county().await;
    let answer = server.get("/n/link-shiban").await;
    let text = answer.text();
    let style = between(&text, "<style>", "</style>");
    let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(style));
    assert!(answer.header("content-security-policy").contains(&format!("'sha256-{hash}'")));
}

#[tokio::test]
async fn the_page_comes_compressed_when_the_browser_takes_it() {
    let server = Server::county().await;
    let request = Request::get("/n/link-shiban").header(header::ACCEPT_ENCODING, "gzip");
    let answer = server.send(request.body(Default::default()).unwrap()).await;
    assert_eq!((answer.header("content-encoding"), &answer.bytes[..2]), ("gzip", &[0x1f, 0x8b][..]));
}

#[tokio::test]
async fn the_page_speaks_chinese_unless_asked_for_english() {
    let server = Server::county().await;
    let chinese = server.get("/n/link-shiban").await.text();
    assert!(chinese.contains("<html lang=\"zh-CN\">") && chinese.contains("石板村 · 我要反映"));
    assert!(chinese.contains("href=\"/n/link-shiban?lang=en\"") && chinese.contains("href=\"/n/link-shiban?large=1\""));
    let english = server.get("/n/link-shiban?lang=en&large=1").await.text();
    assert!(english.contains("<html lang=\"en\" class=\"large\">") && english.contains("石板村 · Tell us"));
    assert!(english.contains("action=\"/n/link-shiban?lang=en&#38;large=1\""), "{english}");
}

#[tokio::test]
async fn what_must_be_filled_in_is_marked_as_what_need_not_is() {
    let server = Server::county().await;
    let marked = async |path: &str, label: &str, mark: &str| {
        let page = server.get(path).await.text();
        assert!(page.contains(&format!("{label} <span class=\"hint\">{mark}</span>")), "{label}: {page}");
    };
    let (chinese, english) = ("/n/link-shiban", "/n/link-shiban?lang=en");
    for (label, mark) in [("哪方面的事？", "必填"), ("说说情况", "必填"), ("怎么找您", "可以不填")]
    {
        marked(chinese, label, mark).await;
    }
    for (label, mark) in
        [("What is it about?", "required"), ("What happened?", "required"), ("How to reach you", "not a must")]
    {
        marked(english, label, mark).await;
    }
}

#[tokio::test]
async fn an_unknown_link_gets_a_page_that_says_what_to_do() {
    let server = Server::county().await;
    for path in ["/n/unknown", "/n", "/n/link-shiban/more", "/n/%00"] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("没有这个页面"), "{path}");
    }
}

#[tokio::test]
async fn a_need_reaches_the_village_and_its_code_finds_the_ticket() {
    let server = Server::county().await;
    let once = once(&server).await;
    let fields =
        [("once", &*once), ("category", "water"), ("text", "三天\r\n没水"), ("name", "何某"), ("phone", "0000-1")];
    let thanks = post(&server, &fields, Some(&jpeg())).await;
    let code = code(&thanks);
    assert!(thanks.text().contains("11月25日 周三前给您第一次答复") && thanks.text().contains("<svg class=\"qr\""));
    assert_eq!(thanks.header("cache-control"), "no-store");

    let needs = needs(&server).await;
    let record = &needs[0].record;
    assert_eq!(record.text("text"), "三天\n没水");
    assert_eq!((record.text("name"), record.text("phone"), record.text("by")), ("何某", "0000-1", "villager"));
    assert_eq!(record.fields.get("state").unwrap()[0].author, "villager");
    assert_eq!(record.get("moderation"), None);
    let photo = &record.get("attachments").unwrap()[0];
    let stream = StreamId::new("village", "shiban").unwrap();
    let bytes = server.state.files.get(&stream, photo["sha256"].as_str().unwrap()).await.unwrap();
    assert!(!bytes.windows(3).any(|window| window == b"GPS"), "the camera's notes are gone");
    assert!(!json!(record).to_string().contains(&code.replace(' ', "")), "the code is stored nowhere");

    let ticket = look_up(&server, &code, "10.0.0.1").await;
    let text = ticket.text();
    assert_eq!(ticket.status, StatusCode::OK);
    assert!(text.contains("饮水") && text.contains("11月25日 周三前给您第一次答复") && text.contains("驻村第一书记"));
    for personal in ["何某", "0000-1", "没水"] {
        assert!(!text.contains(personal), "{personal}");
    }
    let by_qr = server.get(&format!("/t?c={}", code.replace(' ', ""))).await;
    assert_eq!(by_qr.status, StatusCode::OK);
    assert_eq!(by_qr.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_same_page_sent_twice_is_one_need_with_one_code() {
    let server = Server::county().await;
    let once = once(&server).await;
    let fields = [("once", &*once), ("category", "water"), ("text", "没水")];
    let first = post(&server, &fields, None).await;
    server.advance(3 * DAY);
    let again = post(&server, &fields, None).await;
    assert_eq!(code(&first), code(&again));
    assert!(again.text().contains("11月25日"), "the day counts from the first sending");
    assert_eq!(needs(&server).await.len(), 1);

    let twice = tokio::join!(post(&server, &fields, None), post(&server, &fields, None));
    assert_eq!(code(&twice.0), code(&twice.1));
    assert_eq!(needs(&server).await.len(), 1);
}

#[tokio::test]
async fn other_words_from_the_same_page_are_another_need() {
    let server = Server::county().await;
    let once = once(&server).await;
    let first = post(&server, &[("once", &once), ("category", "water"), ("text", "没水")], None).await;
    let second = post(&server, &[("once", &once), ("category", "road"), ("text", "路断了")], None).await;
    assert_ne!(code(&first), code(&second));
    assert_eq!(needs(&server).await.len(), 2);
}

#[tokio::test]
async fn what_is_missing_is_said_and_what_was_typed_stays() {
    let server = Server::county().await;
    let once = once(&server).await;
    let fields = [("once", &*once), ("text", "水"), ("name", "何某"), ("phone", "abc")];
    let answer = post(&server, &fields, Some(&jpeg())).await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["请选一样", "请写几个字", "电话只能有数字", "照片要再选一次", "您写的都还在"]
    {
        assert!(text.contains(said), "{said}");
    }
    for kept in ["\n水</textarea>", "value=\"何某\"", "value=\"abc\"", &format!("value=\"{once}\"")] {
        assert!(text.contains(kept), "{kept}");
    }
    assert!(needs(&server).await.is_empty());
    let chosen = post(&server, &[("category", "road"), ("text", "")], None).await;
    assert!(chosen.text().contains("value=\"road\" required checked"));
}

#[tokio::test]
async fn a_photo_that_is_too_large_or_none_keeps_the_words() {
    let server = Server::county().await;
    let fields = [("category", "house"), ("text", "墙裂了一条缝")];
    let mut large = jpeg();
    large.resize(30 * 1024 * 1024, 0);
    let answer = post(&server, &fields, Some(&large)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("照片太大") && answer.text().contains("墙裂了一条缝"));
    for odd in [&b"<svg onload=alert(1)>"[..], b"....ftypheic....", &jpeg()[..14]] {
        let answer = post(&server, &fields, Some(odd)).await;
        assert!(answer.text().contains("不是能收的照片") && answer.text().contains("墙裂了一条缝"));
    }
    assert!(needs(&server).await.is_empty());
}

#[tokio::test]
async fn a_body_that_breaks_off_or_is_no_form_keeps_what_came() {
    let server = Server::county().await;
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut cut = multipart(&[("category", "house"), ("text", "墙裂了")], Some(&jpeg()));
    cut.truncate(cut.len() - 30);
    let request = Request::post("/n/link-shiban").header(header::CONTENT_TYPE, kind).body(cut.into()).unwrap();
    let answer = server.send(request).await;
    assert!(answer.text().contains("照片没有传完整") && answer.text().contains("墙裂了"), "{}", answer.text());
    let request = Request::post("/n/link-shiban").header(header::CONTENT_TYPE, "text/plain").body("x".into()).unwrap();
    assert_eq!(server.send(request).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn script_comes_out_as_text() {
    let server = Server::county().await;
    let script = "<script>alert('1')</script>\"><b>";
    let page = post(&server, &[("text", script), ("name", script), ("once", script), ("category", script)], None).await;
    assert!(!page.text().contains("<script") && !page.text().contains("<b>"));
    assert!(page.text().contains("&#60;script&#62;"));
    let code = code(&post(&server, &[("category", "other"), ("text", script)], None).await);
    let id = &needs(&server).await[0].id;
    let step = json!({"at": 0, "role": "secretary", "state": "doing", "words": script});
    let patch = json!({"state": "doing", "answer": script, "step.1": step});
    server.write("shiban", "u-luo", "needs", id, patch).await;
    assert!(!look_up(&server, &code, "10.0.0.1").await.text().contains("<script"));
    assert!(!look_up(&server, script, "10.0.0.1").await.text().contains("<script"));
}

#[tokio::test]
async fn the_ticket_tells_an_answer_when_it_comes_and_lateness_when_it_does_not() {
    let server = Server::county().await;
    let code = code(&post(&server, &[("category", "road"), ("text", "路断了")], None).await);
    server.advance(3 * DAY);
    let late = look_up(&server, &code, "10.0.0.1").await.text();
    assert!(late.contains("已经过期") && late.contains("11月25日"), "{late}");
    let id = &needs(&server).await[0].id;
    let step = |n: u32, role: &str, state: &str, words: &str| {
        let step = json!({"at": server.state.clock.now(), "role": role, "state": state, "words": words});
        json!({"state": state, "answer": words, (format!("step.{n}")): step})
    };
    let accepted = step(1, "secretary", "accepted", "已经去看过了");
    server.write("shiban", "u-luo", "needs", id, accepted).await;
    let text = look_up(&server, &code, "10.0.0.1").await.text();
    assert!(text.contains("已受理") && text.contains("已经去看过了") && text.contains("11月26日 周四"), "{text}");
    assert!(!text.contains("已经过期"));
    let referred = step(2, "township", "referred", "");
    server.write("shiban", "u-luo", "needs", id, referred).await;
    let text = look_up(&server, &code, "10.0.0.1").await.text();
    assert!(text.contains("您的诉求已经交给乡镇。"), "{text}");
    for state in need::State::ALL {
        server.write("shiban", "u-luo", "needs", id, json!({"state": state})).await;
        assert_eq!(look_up(&server, &code, "10.0.0.1").await.status, StatusCode::OK, "{state:?}");
    }
    let english = server.get(&format!("/t?lang=en&c={}", code.replace(' ', ""))).await.text();
    assert!(english.contains("Passed on") && english.contains("Thu 26 Nov"), "{english}");
}

#[tokio::test]
async fn a_slip_is_told_from_a_code_that_does_not_exist() {
    let server = Server::county().await;
    let good = code(&post(&server, &[("category", "road"), ("text", "路断了")], None).await);
    let mut slip = good.clone().into_bytes();
    slip[0] = if slip[0] == b'9' { b'0' } else { slip[0] + 1 };
    let answer = look_up(&server, std::str::from_utf8(&slip).unwrap(), "10.0.0.1").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("有一个数字不对"));
    let unknown = look_up(&server, &zhucun_domain::ticket::code([7; 16]), "10.0.0.1").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.text().contains("没有这个查询码"));
    assert!(look_up(&server, "", "10.0.0.1").await.text().contains("请输入查询码"));
}

#[tokio::test]
async fn guessing_is_stopped_for_the_guesser_only() {
    let server = Server::county().await;
    let good = code(&post(&server, &[("category", "road"), ("text", "路断了")], None).await);
    let guess = |n: u8| zhucun_domain::ticket::code(std::array::from_fn(|i| (n + i as u8 * 3) % 10));
    for n in 0..20 {
        assert_eq!(look_up(&server, &guess(n), "10.0.0.9").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(look_up(&server, &good, "10.0.0.9").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(look_up(&server, &good, "10.0.0.1").await.status, StatusCode::OK);
    server.advance(10 * 60_000);
    assert_eq!(look_up(&server, &good, "10.0.0.9").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_crowd_and_a_filled_trap_are_marked_and_not_refused() {
    let server = Server::county().await;
    for n in 0..=60 {
        code(&post(&server, &[("category", "road"), ("text", &format!("第 {n} 件"))], None).await);
    }
    let marked = |rows: Vec<RecordRow>| rows.iter().filter(|row| row.record.get("moderation").is_some()).count();
    assert_eq!(marked(needs(&server).await), 1);
    server.advance(DAY);
    code(&post(&server, &[("category", "road"), ("text", "路断了"), ("website", "x")], None).await);
    assert_eq!(marked(needs(&server).await), 2);
}

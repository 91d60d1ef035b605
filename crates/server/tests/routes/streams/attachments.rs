//! `/api/v1/streams/{kind}/{id}/attachments/{sha256}`.

use zhucun_server::service::random::sha256_hex;

use crate::world::{JPEG, World};

fn path(bytes: &[u8]) -> String {
    format!("/api/v1/streams/village/shiban/attachments/{}", sha256_hex(bytes))
}

#[tokio::test]
async fn a_photo_put_by_the_secretary_is_seen_by_the_township() {
    let world = World::new().await;
    for _ in 0..2 {
        let put = world.put(&path(JPEG)).by("secretary").bytes(JPEG.to_vec()).send().await;
        assert_eq!(put.shown(), "204 ");
    }
    let got = world.get(&path(JPEG)).by("township").send().await;
    assert_eq!(got.body, JPEG);
    assert_eq!(got.header("content-type"), "image/jpeg");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(got.header("cache-control"), "private, max-age=31536000, immutable");
    let known = world.get(&path(JPEG)).by("township").header("if-none-match", got.header("etag")).send().await;
    assert_eq!(known.status, 304);
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_name_are_refused_and_not_kept() {
    let world = World::new().await;
    let wrong = world.put(&path(b"other")).by("secretary").bytes(JPEG.to_vec()).send().await;
    insta::assert_snapshot!(wrong.shown(), @r#"
    422 {
      "code": "wrong_hash",
      "status": 422,
      "title": "the bytes do not have this SHA-256; send again",
      "type": "https://zhucun.example/problems/wrong_hash"
    }
    "#);
    assert_eq!(world.get(&path(b"other")).by("secretary").send().await.status, 404);
}

#[tokio::test]
async fn a_photo_of_30_mb_is_too_large() {
    let world = World::new().await;
    let mut photo = vec![0; 30 * 1024 * 1024];
    photo[..3].copy_from_slice(&[0xff, 0xd8, 0xff]);
    let answer = world.put(&path(&photo)).by("secretary").bytes(photo.clone()).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"
    413 {
      "code": "too_large",
      "detail": 8388608,
      "status": 413,
      "title": "too large; `detail` is the most",
      "type": "https://zhucun.example/problems/too_large"
    }
    "#);
    let announced = photo.len().to_string();
    let answer =
        world.put(&path(&photo)).by("secretary").header("content-length", &announced).bytes(photo).send().await;
    assert_eq!(answer.code(), "too_large");
}

#[tokio::test]
async fn what_is_no_photo_and_no_recording_is_taken_along_and_never_shown() {
    let world = World::new().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let answer =
        world.put(&path(svg)).by("secretary").header("content-type", "image/svg+xml").bytes(svg.to_vec()).send().await;
    assert_eq!(answer.shown(), "204 ");
    let got = world.get(&path(svg)).by("township").send().await;
    assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(got.header("content-disposition"), "attachment");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("content-security-policy"), "default-src 'none'; sandbox");
}

#[tokio::test]
async fn a_recording_is_heard_from_any_place_in_it() {
    let world = World::new().await;
    let sound = b"OggS\0 some sound of a village";
    let put = world.put(&path(sound)).by("secretary").header("content-type", "audio/ogg").bytes(sound.to_vec());
    assert_eq!(put.send().await.shown(), "204 ");
    let whole = world.get(&path(sound)).by("township").send().await;
    assert_eq!((whole.header("content-type"), whole.header("content-disposition")), ("audio/ogg", "inline"));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let part = world.get(&path(sound)).by("township").header("range", "bytes=6-9").send().await;
    assert_eq!((part.status.as_u16(), part.header("content-range")), (206, "bytes 6-9/29"));
    assert_eq!(part.body, b"some");
    let beyond = world.get(&path(sound)).by("township").header("range", "bytes=99-").send().await;
    assert_eq!((beyond.status.as_u16(), beyond.header("content-range")), (416, "bytes */29"));
}

#[tokio::test]
async fn programs_are_refused_whatever_they_are_sent_as() {
    let world = World::new().await;
    let program = b"MZ\x90\0 a program";
    let answer = world
        .put(&path(program))
        .by("secretary")
        .header("content-type", "image/png")
        .bytes(program.to_vec())
        .send()
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"
    415 {
      "code": "wrong_type",
      "detail": "any file but programs",
      "status": 415,
      "title": "not a type that is taken here",
      "type": "https://zhucun.example/problems/wrong_type"
    }
    "#);
    assert_eq!(world.put(&path(b"")).by("secretary").send().await.code(), "wrong_type");
}

#[tokio::test]
async fn an_address_that_is_no_hash_is_not_found() {
    let world = World::new().await;
    for name in ["..%2f..%2fetc%2fpasswd", "ABC", "%00"] {
        let path = format!("/api/v1/streams/village/shiban/attachments/{name}");
        assert_eq!(world.put(&path).by("secretary").bytes(JPEG.to_vec()).send().await.code(), "not_found", "{name}");
        assert_eq!(world.get(&path).by("secretary").send().await.code(), "not_found", "{name}");
    }
}

//! The apps' files and pages.

use axum::http::Method;
use zhucun_server::{Settings, http::assets::Assets};

use crate::world::World;

async fn built() -> World {
    let files = [
        ("index.html", "phone page"),
        ("desk.html", "desk page"),
        ("desk.html.gz", "desk gz"),
        ("sw.js", "worker"),
        ("assets/phone-0123456789abcdef.wasm", "wasm"),
        ("assets/phone-0123456789abcdef.wasm.br", "wasm br"),
    ];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    World::with(Assets::Memory(files), Settings::default()).await
}

#[tokio::test]
async fn photos_shared_before_the_service_worker_is_there_lead_to_the_page_that_says_so() {
    let world = World::new().await;
    let answer = world.post("/share").header("sec-fetch-site", "none").bytes(vec![7; 1000]).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/share"));
    let other = world.post("/share").header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(other.status, 403);
}

#[tokio::test]
async fn any_address_of_an_app_answers_its_page() {
    let world = built().await;
    for (path, body) in
        [("/", "phone page"), ("/visits/1", "phone page"), ("/desk", "desk page"), ("/desk/a/b", "desk page")]
    {
        let page = world.get(path).send().await;
        assert_eq!(page.shown(), format!("200 {body}"), "{path}");
        assert_eq!(
            (page.header("cache-control"), page.header("content-type")),
            ("no-cache", "text/html; charset=utf-8")
        );
        let known = world.get(path).header("if-none-match", page.header("etag")).send().await;
        assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    }
    assert_eq!(world.get("/desk").header("accept-encoding", "gzip").send().await.shown(), "200 desk gz");
    assert_eq!(world.get("/no-such.js").send().await.status, 404);
    for path in ["/api/nothing", "/n/a/b/c", "/t/x/y"] {
        assert_eq!(world.get(path).send().await.status, 404, "{path} never answers the app");
    }
    assert_eq!(world.request(Method::POST, "/").send().await.code(), "bad_request");
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_come_compressed() {
    let world = built().await;
    let file = world.get("/assets/phone-0123456789abcdef.wasm").header("accept-encoding", "gzip, br").send().await;
    assert_eq!((file.header("content-encoding"), file.header("content-type")), ("br", "application/wasm"));
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(world.get("/sw.js").send().await.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_security() {
    let world = built().await;
    let page = world.get("/").send().await;
    let names = [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
    ];
    let shown: Vec<String> = names.iter().map(|name| format!("{name}: {}", page.header(name))).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    x-content-type-options: nosniff
    referrer-policy: same-origin
    permissions-policy: camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()
    cross-origin-opener-policy: same-origin
    "#);
    let old =
        world.get("/").header("user-agent", "Mozilla/5.0 (Linux; Android 9) Chrome/80.0 Safari/537.36").send().await;
    assert!(old.header("content-security-policy").contains("script-src 'self' 'unsafe-eval'"));
    assert!(
        world.get("/api/v1/nothing").send().await.header("content-security-policy").starts_with("default-src 'none'")
    );
}

#[tokio::test]
async fn the_styles_in_a_page_are_allowed_by_their_hash_and_no_others() {
    let page = "<!doctype html><style>p{color:red}</style><p>phone page";
    let files = [("index.html", page), ("index.html.gz", "packed"), ("desk.html", "<p>desk"), ("sw.js", page)];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    let world = World::with(Assets::Memory(files), Settings::default()).await;
    // openssl dgst -sha256 -binary | base64, over p{color:red}
    let allowed = "; style-src 'self' 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='; img-src";
    let packed = world.get("/").header("accept-encoding", "gzip").send().await;
    let policy = packed.header("content-security-policy");
    assert!(policy.contains(allowed), "{policy}");
    // An answer without a body brings headers that take the place of the kept ones.
    let known = world.get("/").header("accept-encoding", "gzip").header("if-none-match", packed.header("etag"));
    let known = known.send().await;
    assert_eq!((known.status.as_u16(), known.header("content-security-policy")), (304, policy));
    for other in ["/desk", "/sw.js"] {
        let policy = world.get(other).send().await.header("content-security-policy").to_owned();
        assert!(policy.contains("; style-src 'self'; img-src"), "{other}: {policy}");
    }
}

#[tokio::test]
async fn a_server_built_without_the_app_says_how_to_build_it() {
    let world = World::new().await;
    let page = world.get("/").send().await;
    assert_eq!(page.status, 503);
    assert!(String::from_utf8(page.body).unwrap().contains("cargo xtask serve"));
    assert_eq!(world.get("/api/v1/capabilities").send().await.status, 200);
}

//! Who may: HTTP Basic, of first secretaries, over https.

use axum::http::Method;
use zhucun_domain::access::Role;
use zhucun_server::{Settings, http::assets::Assets};

use super::{basic, form, get, publish, said, world};
use crate::world::{PASSWORD, World};

/// Every endpoint, as one asks for it.
const ENDPOINTS: [(&str, &str, u16); 7] = [
    ("GET", "/openrosa/formList", 200),
    ("GET", "/openrosa/forms/{hash}/form.xml", 200),
    ("GET", "/openrosa/forms/{hash}/manifest", 200),
    ("GET", "/openrosa/forms/{hash}/files/none", 404),
    ("GET", "/openrosa/households.csv", 200),
    ("HEAD", "/openrosa/submission", 204),
    ("POST", "/openrosa/submission", 400),
];

#[tokio::test]
async fn only_first_secretaries_with_a_village_get_anything() {
    let world = world().await;
    let hash = publish(&world, &form("3")).await;
    world.account("handed-over", Role::Secretary, "").await;
    for (method, path, secretary) in ENDPOINTS {
        let path = path.replace("{hash}", &hash);
        let table = [
            ("secretary", secretary),
            ("neighbour", secretary),
            ("committee", 403),
            ("township", 403),
            ("county", 403),
            ("dispatcher", 403),
            ("handed-over", 403),
        ];
        for (who, status) in table {
            let asking = world.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
            let answer = asking.header("authorization", &basic(who, PASSWORD)).send().await;
            assert_eq!(answer.status, status, "{method} {path} as {who}");
            assert_eq!(answer.header("x-openrosa-version"), "1.0", "{method} {path} as {who}");
            assert_eq!(answer.header("x-openrosa-accept-content-length"), "10485760");
        }
        // A session of the app is none here: the app has its own interface.
        for asking in [
            world.request(method.parse().unwrap(), &path),
            world.request(method.parse().unwrap(), &path).by("secretary"),
        ] {
            let answer = asking.send().await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.header("www-authenticate"), "Basic realm=\"zhucun\", charset=\"UTF-8\"");
            assert_eq!(answer.header("x-openrosa-version"), "1.0");
        }
    }
}

/// The county's administrator of another county has no village here; its secretary sees nothing of this one.
#[tokio::test]
async fn another_countys_secretary_gets_their_own_forms_only() {
    let world = world().await;
    let hash = publish(&world, &form("3")).await;
    let names = zhucun_api::Names::from([("zh".to_owned(), "别县".to_owned())]);
    let places = [
        ("beichuan", zhucun_server::store::PlaceKind::County, ""),
        ("yuli", zhucun_server::store::PlaceKind::Township, "beichuan"),
        ("qiaotou", zhucun_server::store::PlaceKind::Village, "yuli"),
    ];
    for (id, kind, parent) in places {
        let place = zhucun_server::store::Place { id: id.into(), kind, parent: parent.into(), names: names.clone() };
        world.state.store.add_place(&place).await.unwrap();
    }
    world.account_of("beichuan", "distant", Role::Secretary, "qiaotou").await;
    assert!(!super::text(&get(&world, "distant", "/openrosa/formList").await).contains("<xform>"));
    for path in [format!("/openrosa/forms/{hash}/form.xml"), format!("/openrosa/forms/{hash}/manifest")] {
        assert_eq!(get(&world, "distant", &path).await.status, 404, "{path}");
    }
    assert_eq!(super::text(&get(&world, "distant", "/openrosa/households.csv").await).lines().count(), 1);
}

#[tokio::test]
async fn wrong_passwords_are_limited_and_a_changed_one_is_void_at_once() {
    let world = world().await;
    let try_with = async |name: &str, password: &str| {
        let asking = world.get("/openrosa/formList").header("accept-language", "en");
        asking.header("authorization", &basic(name, password)).send().await
    };
    assert_eq!(try_with("secretary", PASSWORD).await.status, 200);
    for _ in 0..10 {
        let answer = try_with("secretary", "wrong").await;
        assert_eq!((answer.status.as_u16(), said(&answer).as_str()), (401, "The name or the password is wrong."));
    }
    let answer = try_with("secretary", "wrong").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "30"));
    // Also the right one, though it was right a moment ago: who guesses must not learn by the answer which one is.
    assert_eq!(try_with("secretary", PASSWORD).await.status, 429);
    world.pass(30_000);
    assert_eq!(try_with("secretary", PASSWORD).await.status, 200);
    assert_eq!(try_with("nobody", PASSWORD).await.status, 401);
    assert_eq!(try_with(" neighbour ", PASSWORD).await.status, 200, "blanks around a name are nothing");
    world.execute("UPDATE account SET password_hash = '' WHERE username = 'neighbour'").await;
    assert_eq!(try_with("neighbour", PASSWORD).await.status, 401);
    world.execute("UPDATE account SET blocked = 1 WHERE username = 'secretary'").await;
    world.pass(3_600_000);
    assert_eq!(try_with("secretary", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn over_plain_http_no_password_is_asked_for_or_taken() {
    let world = World::with(Assets::Memory([].into()), Settings::default()).await;
    for (method, path, _) in ENDPOINTS {
        for credentials in [None, Some(basic("secretary", PASSWORD))] {
            let mut asking = world.request(method.parse().unwrap(), path).header("accept-language", "en");
            if let Some(credentials) = credentials {
                asking = asking.header("authorization", &credentials);
            }
            let answer = asking.send().await;
            assert_eq!((answer.status.as_u16(), answer.header("www-authenticate")), (403, ""), "{method} {path}");
            if method != "HEAD" {
                assert!(said(&answer).contains("https://"), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_says_so_in_the_envelope_and_no_app_answers() {
    let world = world().await;
    for path in ["/openrosa", "/openrosa/", "/openrosa/nothing", "/openrosa/forms/abc"] {
        let answer = get(&world, "secretary", path).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-openrosa-version")), (404, "1.0"), "{path}");
        assert!(said(&answer).contains("ends with /openrosa"), "{path}");
    }
}

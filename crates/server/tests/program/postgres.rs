//! What is PostgreSQL's alone: how a connection is set up, what is said when there is none, what happens when transactions
//! meet. `cargo xtask test` runs these, which say `ignore`, against a server of its own; without one they are not run.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use zhucun_api::Names;
use zhucun_domain::access::Role;
use zhucun_server::{
    service::{first, invites},
    store::{
        Act, NewAccount, OpenError, Place, PlaceKind, Post, Store, StoreError, Successor, Times, dialect::Dialect,
    },
};
use zhucun_sync::{Change, Cursor, RecordKey, StreamId, Verdict};
use zhucun_test_database::Postgres;

use crate::process::{Zhucun, exchange};

fn village() -> StreamId {
    StreamId::new("village", "shiban").unwrap()
}

fn change(id: &str) -> Change {
    Change {
        id: id.to_owned(),
        record: RecordKey::new("households", "h1"),
        patch: [("f".to_owned(), json!(1))].into(),
        prev: Default::default(),
        device: "d".into(),
        device_time: 1,
        format: 1,
        extra: BTreeMap::new(),
    }
}

async fn append(store: &Store, id: &str) -> Result<Vec<Verdict>, StoreError> {
    store.append(&village(), "u", Times::server(1_000), &[change(id)]).await
}

async fn run(connection: &mut PgConnection, sql: impl Into<String>) {
    connection.execute(AssertSqlSafe(sql.into())).await.unwrap();
}

async fn text(connection: &mut PgConnection, sql: impl Into<String>) -> String {
    connection.fetch_one(AssertSqlSafe(sql.into())).await.unwrap().get(0)
}

/// What opening says; it must hold neither the password nor less than what to do.
async fn refused(url: &str) -> StoreError {
    let error = Store::open(url).await.expect_err("it cannot be opened");
    assert!(!error.to_string().contains("top-secret"), "{error}");
    error
}

/// `postgres://user:password@host:port/database` with another user and password.
fn as_user(url: &str, user: &str) -> String {
    let (_, place) = url.rsplit_once('@').unwrap();
    format!("postgres://{user}@{place}")
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn what_keeps_a_database_from_being_opened_is_told_with_what_to_do() {
    let database = Postgres::with("");
    let url = database.url();
    let wrong = refused(&as_user(url, "nobody:top-secret")).await;
    assert!(matches!(wrong, StoreError::Open(OpenError::Password { .. })), "{wrong}");
    assert!(wrong.to_string().contains("ALTER ROLE"), "{wrong}");
    let missing = refused(&url.replace(database.name(), "not_there")).await;
    assert!(matches!(missing, StoreError::Open(OpenError::NoDatabase { .. })), "{missing}");
    assert!(missing.to_string().contains("createdb") && missing.to_string().contains("not_there"), "{missing}");
    let closed = refused("postgres://u:top-secret@127.0.0.1:1/zhucun").await;
    assert!(matches!(closed, StoreError::Open(OpenError::Unreachable { .. })), "{closed}");
    assert!(closed.to_string().contains("127.0.0.1:1/zhucun"), "{closed}");
    let unknown = refused("postgres://u:top-secret@zhucun.invalid/zhucun").await;
    assert!(matches!(unknown, StoreError::Open(OpenError::Unreachable { .. })), "{unknown}");
    let plain = refused(&format!("{url}?sslmode=require")).await;
    assert!(matches!(plain, StoreError::Open(OpenError::Tls { .. })), "{plain}");
    let slip = refused("postgres://u:top-secret@h/d?sslmod=require").await;
    assert!(matches!(slip, StoreError::Open(OpenError::Parameter(_))), "{slip}");
    let unreadable = refused("postgres://u:top-secret/x@h/d").await;
    assert!(matches!(unreadable, StoreError::Open(OpenError::Address(_))), "{unreadable}");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_database_that_cannot_hold_every_character_is_refused() {
    let latin = "ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0";
    let database = Postgres::with(latin);
    let error = refused(database.url()).await;
    assert!(
        matches!(&error, StoreError::Open(OpenError::Encoding { encoding, .. }) if encoding == "LATIN1"),
        "{error}"
    );
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_role_that_may_not_make_tables_is_told_so() {
    let database = Postgres::with("");
    let mut admin = database.connect().await;
    let role = database.name().replace("test", "role");
    run(
        &mut admin,
        format!("CREATE ROLE {role} LOGIN PASSWORD 'top-secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    )
    .await;
    let error = refused(&as_user(database.url(), &format!("{role}:top-secret"))).await;
    run(&mut admin, format!("DROP ROLE {role}")).await;
    assert!(matches!(error, StoreError::Open(OpenError::NoRights { .. })), "{error}");
    assert!(error.to_string().contains("OWNER TO"), "{error}");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_default_of_read_only_does_not_stop_us_and_a_standby_is_told_as_one() {
    let database = Postgres::with("");
    let mut admin = database.connect().await;
    Store::open(database.url()).await.unwrap().close().await;
    run(&mut admin, format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name())).await;
    // What we begin says READ WRITE, so that a default does not stop us; only a standby does, which refuses the word.
    Store::open(database.url()).await.unwrap().close().await;
    let standby = sqlx::query("CREATE TABLE a (b TEXT)").execute(&mut database.connect().await).await.unwrap_err();
    let error = Dialect::Postgres.explain(standby, "h/d");
    assert!(matches!(error, StoreError::Open(OpenError::ReadOnly { .. })), "{error}");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_connection_waits_for_a_bounded_time_says_who_it_is_and_loses_nothing() {
    let database = Postgres::with("");
    let mut admin = database.connect().await;
    run(&mut admin, format!("ALTER DATABASE {} SET synchronous_commit = off", database.name())).await;
    sqlx::any::install_default_drivers();
    let mut ours = sqlx::AnyConnection::connect(database.url()).await.unwrap();
    Dialect::Postgres.prepare(&mut ours).await.unwrap();
    let mut said = BTreeMap::new();
    for name in [
        "application_name",
        "synchronous_commit",
        "lock_timeout",
        "statement_timeout",
        "idle_in_transaction_session_timeout",
    ] {
        let row = sqlx::query("SELECT current_setting($1)").bind(name).fetch_one(&mut ours).await.unwrap();
        said.insert(name, row.get::<String, _>(0));
    }
    insta::assert_debug_snapshot!(said, @r#"
    {
        "application_name": "zhucun",
        "idle_in_transaction_session_timeout": "1min",
        "lock_timeout": "10s",
        "statement_timeout": "1min",
        "synchronous_commit": "on",
    }
    "#);
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_process_keeps_no_more_connections_than_it_is_told() {
    let database = Postgres::with("");
    let store = Store::open(&format!("{}?connections=3", database.url())).await.unwrap();
    let mut pushes = tokio::task::JoinSet::new();
    for n in 0..20 {
        let store = store.clone();
        pushes.spawn(async move { append(&store, &format!("c{n}")).await.unwrap() });
    }
    pushes.join_all().await;
    let mut admin = database.connect().await;
    let ours = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'zhucun' \
                AND datname = current_database()";
    assert_eq!(text(&mut admin, ours).await, "3");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn every_text_is_compared_by_its_bytes() {
    let database = Postgres::with("");
    Store::open(database.url()).await.unwrap().close().await;
    let mut admin = database.connect().await;
    let columns = "FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text' \
                   AND table_name <> '_sqlx_migrations'";
    let all: i64 = admin.fetch_one(AssertSqlSafe(format!("SELECT count(*) {columns}"))).await.unwrap().get(0);
    assert!(all > 30, "{all}");
    let others = format!("SELECT coalesce(string_agg(table_name || '.' || column_name, ' '), '') {columns}");
    assert_eq!(text(&mut admin, format!("{others} AND collation_name IS DISTINCT FROM 'C'")).await, "");
}

/// A stranger's transaction and ours want the same two things in the other order: PostgreSQL rolls ours back, and it is
/// done again.
#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_was_rolled_back_in_a_deadlock_is_done_again() {
    let database = Postgres::with("");
    let store = Store::open(database.url()).await.unwrap();
    append(&store, "first").await.unwrap();
    let mut stranger = database.connect().await;
    // It never is the one that is rolled back.
    run(&mut stranger, "SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE record IN SHARE MODE").await;
    let push = tokio::spawn({
        let store = store.clone();
        async move { append(&store, "second").await }
    });
    let mut admin = database.connect().await;
    let waiting = "SELECT count(*)::text FROM pg_locks WHERE NOT granted AND relation = 'record'::regclass";
    while text(&mut admin, waiting).await == "0" {
        tokio::task::yield_now().await;
    }
    run(&mut stranger, "UPDATE stream SET head = head; COMMIT").await;
    let verdicts = push.await.unwrap().unwrap();
    assert!(matches!(verdicts.as_slice(), [Verdict::Accepted { seq: 2, .. }]), "{verdicts:?}");
    assert_eq!(store.pull(&village(), &Cursor::default(), 10).await.unwrap().entries.len(), 2);
}

/// Of two processes that start, one may take visits already while the other still computes columns of rows of before.
#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_computed_anew_do_not_take_the_place_of_newer_ones() {
    let database = Postgres::with("");
    let store = Store::open(database.url()).await.unwrap();
    let visit = |n: i32| Change {
        record: RecordKey::new("visits", format!("v-{n}")),
        patch: [("household".to_owned(), json!("h-1"))].into(),
        ..change(&format!("of-{n}"))
    };
    let visits: Vec<Change> = (0..3).map(visit).collect();
    store.append(&village(), "u", Times::server(1_000), &visits).await.unwrap();
    store.close().await;
    let mut admin = database.connect().await;
    run(&mut admin, "DELETE FROM meta WHERE key = 'derived'; UPDATE record SET subject = ''").await;
    let mut other = database.connect().await;
    // As a push does: the counter, then the record with its columns.
    let push = "BEGIN; UPDATE stream SET head = head; \
                UPDATE record SET state = replace(state, 'h-1', 'h-2'), subject = 'h-2' WHERE id = 'v-1'";
    run(&mut other, push).await;
    let starting = tokio::spawn({
        let url = database.url().to_owned();
        async move { Store::open(&url).await }
    });
    let waiting = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'zhucun' \
                   AND datname = current_database() AND wait_event_type = 'Lock'";
    while text(&mut admin, waiting).await == "0" {
        tokio::task::yield_now().await;
    }
    run(&mut other, "COMMIT").await;
    starting.await.unwrap().unwrap().close().await;
    let subjects = "SELECT string_agg(subject, ' ' ORDER BY id) FROM record";
    assert_eq!(text(&mut admin, subjects).await, "h-1 h-2 h-1");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test]
async fn a_server_that_was_restarted_is_found_again() {
    let database = Postgres::with("");
    let store = Store::open(database.url()).await.unwrap();
    append(&store, "before").await.unwrap();
    let mut admin = database.connect().await;
    let ended = format!(
        "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
        database.name()
    );
    assert_ne!(text(&mut admin, ended).await, "0");
    append(&store, "after").await.unwrap();
    assert_eq!(store.pull(&village(), &Cursor::default(), 10).await.unwrap().entries.len(), 2);
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn a_push_cut_off_by_the_server_has_left_nothing_and_says_that_it_passes() {
    let database = Postgres::with("");
    let store = Store::open(database.url()).await.unwrap();
    append(&store, "first").await.unwrap();
    let mut stranger = database.connect().await;
    run(&mut stranger, "BEGIN; LOCK TABLE record IN SHARE MODE").await;
    let push = tokio::spawn({
        let store = store.clone();
        async move { append(&store, "second").await }
    });
    let mut admin = database.connect().await;
    let cut = "SELECT count(pg_terminate_backend(pid))::text FROM pg_locks WHERE NOT granted AND relation = 'record'::regclass";
    while text(&mut admin, cut).await == "0" {
        tokio::task::yield_now().await;
    }
    let error = push.await.unwrap().expect_err("it was cut off");
    assert!(error.is_passing(), "{error}");
    run(&mut stranger, "COMMIT").await;
    let verdicts = append(&store, "second").await.unwrap();
    assert!(matches!(verdicts.as_slice(), [Verdict::Accepted { seq: 2, .. }]), "{verdicts:?}");
}

/// Two villages with a secretary each, and a county with two administrators.
async fn county(database: &Postgres) -> Store {
    let store = Store::open(database.url()).await.unwrap();
    let places = [
        ("qingxi", PlaceKind::County, ""),
        ("hekou", PlaceKind::Township, "qingxi"),
        ("dashu", PlaceKind::Village, "hekou"),
        ("shiban", PlaceKind::Village, "hekou"),
    ];
    for (id, kind, parent) in places {
        let place = Place { id: id.into(), kind, parent: parent.into(), names: Names::new() };
        store.add_place(&place).await.unwrap();
    }
    let people = [
        ("a", Role::County, "qingxi"),
        ("b", Role::County, "qingxi"),
        ("d", Role::Secretary, "dashu"),
        ("s", Role::Secretary, "shiban"),
        ("x", Role::Committee, "dashu"),
    ];
    for (id, role, place) in people {
        let [id, username, name] = [id; 3].map(str::to_owned);
        let county = "qingxi".to_owned();
        let account = NewAccount { id, username, name, role, county, place: place.into(), password_hash: "set".into() };
        store.add_account(&account).await.unwrap();
    }
    store
}

fn act(subject: &str) -> Act<'_> {
    Act { county: "qingxi", by: "a", action: "test", subject, at: 1_000 }
}

/// Two acts of administration at once: none is done before both have begun, since a stranger keeps them from writing their
/// rows. Each waits for the stranger, or for the other one.
async fn at_once<A, B>(
    database: &Postgres,
    one: impl Future<Output = A> + Send + 'static,
    two: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let mut stranger = database.connect().await;
    run(&mut stranger, "BEGIN; LOCK TABLE audit IN SHARE MODE").await;
    let (one, two) = (tokio::spawn(one), tokio::spawn(two));
    let mut admin = database.connect().await;
    let waiting = "SELECT count(*)::text FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
                   WHERE NOT l.granted AND a.datname = current_database()";
    while text(&mut admin, waiting).await != "2" {
        tokio::task::yield_now().await;
    }
    run(&mut stranger, "COMMIT").await;
    (one.await.unwrap(), two.await.unwrap())
}

async fn secretaries(store: &Store) -> Vec<(String, Vec<String>)> {
    store.secretaries("qingxi").await.unwrap().into_iter().filter(|(place, _)| !place.is_empty()).collect()
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_block_each_other_at_once_leave_one() {
    let database = Postgres::with("");
    let store = county(&database).await;
    let block = |id: &'static str| {
        let store = store.clone();
        async move {
            let account = store.account(id).await.unwrap().unwrap();
            store.set_blocked(&account, true, act(id)).await
        }
    };
    let (one, two) = at_once(&database, block("a"), block("b")).await;
    let refused = one.err().or(two.err());
    assert!(matches!(refused, Some(StoreError::LastAdministrator)), "{refused:?}");
    let people = store.people("qingxi", 0).await.unwrap();
    let left = people.iter().filter(|person| person.account.role == Role::County && !person.account.blocked).count();
    assert_eq!(left, 1);
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_get_another_role_at_once_leave_one() {
    let database = Postgres::with("");
    let store = county(&database).await;
    let demote = |id: &'static str| {
        let store = store.clone();
        async move {
            let account = store.account(id).await.unwrap().unwrap();
            store.set_post(&account, Post { name: id, role: Role::Dispatcher, place: "qingxi" }, act(id)).await
        }
    };
    let (one, two) = at_once(&database, demote("a"), demote("b")).await;
    let refused = one.err().or(two.err());
    assert!(matches!(refused, Some(StoreError::LastAdministrator)), "{refused:?}");
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn a_village_that_is_handed_over_twice_at_once_has_one_secretary() {
    let database = Postgres::with("");
    let store = county(&database).await;
    let hand_over = |id: &'static str| {
        let store = store.clone();
        async move { store.hand_over("shiban", Successor::Known(id), false, act("shiban")).await }
    };
    let (one, two) = at_once(&database, hand_over("d"), hand_over("x")).await;
    one.unwrap();
    two.unwrap();
    let found = secretaries(&store).await;
    let [(village, names)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((village.as_str(), names.len()), ("shiban", 1));
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn two_changes_of_hands_that_swap_secretaries_wait_for_each_other() {
    let database = Postgres::with("");
    let store = county(&database).await;
    let hand_over = |village: &'static str, id: &'static str| {
        let store = store.clone();
        async move { store.hand_over(village, Successor::Known(id), false, act(village)).await }
    };
    let (one, two) = at_once(&database, hand_over("shiban", "d"), hand_over("dashu", "s")).await;
    one.unwrap();
    two.unwrap();
    let swapped = [("dashu", "s"), ("shiban", "d")].map(|(place, id)| (place.to_owned(), vec![id.to_owned()]));
    assert_eq!(secretaries(&store).await, swapped);
}

#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_start_at_once_print_a_link_each_and_both_are_good() {
    let database = Postgres::with("");
    let store = Store::open(database.url()).await.unwrap();
    let start = || {
        let store = store.clone();
        async move { first::administrator(&store, 1_000).await.unwrap().unwrap().address("") }
    };
    let (one, two) = at_once(&database, start(), start()).await;
    for address in [one, two] {
        let token = address.rsplit('/').next().unwrap();
        let account = invites::find(&store, token, 1_001).await.unwrap().unwrap();
        assert_eq!((account.username.as_str(), account.county.as_str()), ("admin", "county"));
    }
    assert_eq!(store.places(PlaceKind::County).await.unwrap().len(), 1);
}

/// Each its own process, as on two machines behind one proxy.
#[ignore = "needs a PostgreSQL server: the stage tests-postgres starts one and runs it"]
#[test]
fn two_servers_on_one_postgres_know_the_same_people_and_sessions() {
    let zhucun = Zhucun(tempfile::tempdir().unwrap(), Some(Postgres::with(""))).and_a_village();
    let ((_one, first), (_two, second)) = (zhucun.serve(), zhucun.serve());
    let add = ["user", "add", "--username", "luo", "--name", "罗素英", "--role", "secretary", "--village", "shiban"];
    let said = zhucun.good(&add);
    let password = said.lines().next().unwrap().strip_prefix("password: ").unwrap().to_owned();
    let body = format!(r#"{{"username":"luo","password":"{password}"}}"#);
    let request = |method: &str, path: &str, more: &str, body: &str| {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let signed =
        exchange(&first, request("POST", "/api/v1/session", "content-type: application/json\r\n", &body).as_bytes());
    let cookie = signed.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap();
    let cookie = format!("cookie: {cookie}\r\ncontent-type: application/json\r\n");
    let change = r#"{"device_now":1,"changes":[{"id":"c1","record":{"collection":"households","id":"h1"},"patch":{"head_name":"何德贵"},"device":"d","device_time":1,"format":1}]}"#;
    let path = "/api/v1/streams/village/shiban/changes";
    let pushed = exchange(&second, request("POST", path, &cookie, change).as_bytes());
    assert!(pushed.starts_with("HTTP/1.1 200") && pushed.contains("accepted"), "{pushed}");
    let pulled = exchange(&first, request("GET", path, &cookie, "").as_bytes());
    assert!(pulled.contains("何德贵"), "{pulled}");
}

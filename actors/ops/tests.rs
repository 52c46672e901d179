//! The endpoint as its users see it: over HTTP, in front of real actors.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use actix_rt::Arbiter;
use actix_web::http::{StatusCode, header};
use actix_web::test::{self, TestRequest};
use actix_web::{App, web};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::supervision::{
    Brood, Child, Counters, Handle, How, NodeSnapshot, Policy, Pool, State, Supervise,
};

/// The supervisor of a test, at the path `test/root`; its children are `test/…`.
struct Root(Brood<Root>);

impl Play for Root {
    const KIND: Kind = Kind::Broker;
}

impl Supervise for Root {
    fn brood(&self) -> &Brood<Self> {
        &self.0
    }

    fn give_up(&mut self, path: &str) {
        panic!("{path} may end as often as it likes");
    }
}

/// A tree with its supervisor on the current arbiter.
fn theatre() -> (Arc<Tree>, Brood<Root>) {
    let tree = Tree::new(Counters::leak(), None);
    let root = Handle::new(tree.counters());
    let openers = Pool::start("opener", 1).expect("a thread");
    let brood = Brood::new("test", tree.clone(), root.clone(), openers);
    let own = brood.clone();
    brood.add_once("root", &Arbiter::current(), root, move || Root(own));
    (tree, brood)
}

fn dashboard(tree: &Arc<Tree>, chaos_enabled: bool) -> Dashboard {
    Dashboard {
        tree: tree.clone(),
        traffic: Arc::default(),
        chaos_enabled,
        started: Instant::now(),
        is_ready: Box::new(|| true),
        log_dirs: Box::new(|| {
            let dir = |path: &str, offline| LogDirState { path: path.to_owned(), offline };
            vec![dir("/one", false), dir("/other", true)]
        }),
        address: OnceLock::new(),
    }
}

/// Adds an `Ops` that listens on `listener`, and returns what it shows.
fn add_ops(brood: &Brood<Root>, tree: &Arc<Tree>, listener: SocketAddr) -> Arc<Dashboard> {
    let dashboard = Arc::new(dashboard(tree, true));
    let seed = OpsSeed { listener, dashboard: dashboard.clone() };
    let handle = Handle::<Ops>::new(tree.counters());
    brood.add("ops", Child { arbiter: Arbiter::current(), seed, handle }, Policy::PATIENT);
    dashboard
}

/// Waits until the actor at `path` is as wanted.
async fn until(tree: &Tree, path: &str, wanted: impl Fn(&NodeSnapshot) -> bool) -> NodeSnapshot {
    loop {
        if let Some(node) = tree.snapshot().into_iter().find(|n| n.path == path && wanted(n)) {
            return node;
        }
        tokio::task::yield_now().await;
    }
}

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What the endpoint answers to a request of this test, without a socket.
async fn answer(dashboard: Dashboard, request: TestRequest) -> (StatusCode, String) {
    let data = web::Data::new(dashboard);
    let app = test::init_service(App::new().app_data(data).configure(server::routes)).await;
    let response = test::call_service(&app, request.to_request()).await;
    let status = response.status();
    let body = test::read_body(response).await;
    (status, String::from_utf8(body.to_vec()).expect("every answer is text"))
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

fn kill(path: &str, how: &str) -> TestRequest {
    let uri = format!("/actors/{path}/kill?how={how}");
    TestRequest::post().uri(&uri).insert_header((header::HOST, "localhost:9180"))
}

#[actix::test]
async fn the_tree_is_shown_as_json_with_every_actor() {
    let (tree, brood) = theatre();
    add_ops(&brood, &tree, ANY_PORT);
    until(&tree, "test/ops", |node| node.state == State::Running).await;
    tree.kill("test/ops", How::Panic).expect("it is there");
    until(&tree, "test/ops", |node| node.incarnation == 2 && node.state == State::Running).await;

    let (status, body) = answer(dashboard(&tree, false), get("/actors")).await;
    assert_eq!(status, StatusCode::OK);
    let report: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(report["ready"], true);
    assert_eq!(report["log_dirs"][1]["path"], "/other");
    assert_eq!(report["log_dirs"][1]["offline"], true);
    assert_eq!(report["kinds"].as_array().map(Vec::len), Some(Kind::ALL.len()));
    let [ops, root] = &report["actors"].as_array().expect("a list")[..] else { panic!("{body}") };
    assert_eq!((&root["path"], &root["kind"]), (&"test/root".into(), &"broker".into()));
    assert_eq!((&ops["path"], &ops["state"]), (&"test/ops".into(), &"running".into()));
    assert_eq!(
        (&ops["incarnation"], &ops["restarts"], &ops["panics"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert!(ops["last_error"].is_string() && root["last_error"].is_null(), "{body}");
}

/// The names in the golden file are what dashboards are built on: a change of them is a change for users.
#[actix::test]
async fn metrics_bear_the_names_of_the_golden_file() {
    let (tree, _brood) = theatre();
    let dashboard = dashboard(&tree, false);
    dashboard.traffic.count_request(18);
    let (status, body) = answer(dashboard, get("/metrics")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.ends_with("# EOF\n"), "{body}");
    assert_eq!(names(&body), include_str!("metrics.golden"), "all of it:\n{body}");
}

/// The help and type lines as they are, then every sample once, without its values.
fn names(exposition: &str) -> String {
    let (comments, samples): (Vec<_>, Vec<_>) =
        exposition.lines().partition(|line| line.starts_with("# "));
    let samples: BTreeSet<String> = samples.iter().map(|sample| without_values(sample)).collect();
    comments
        .into_iter()
        .chain(samples.iter().map(String::as_str))
        .map(|l| l.to_owned() + "\n")
        .collect()
}

/// `name{label="…"}` of a sample.
fn without_values(sample: &str) -> String {
    let (series, _value) = sample.rsplit_once(' ').expect("a sample has a value");
    // Every second piece between quotes is a label's value.
    let pieces: Vec<_> =
        series.split('"').enumerate().map(|(i, p)| if i % 2 == 0 { p } else { "…" }).collect();
    pieces.join("\"")
}

#[actix::test]
async fn a_handling_time_histogram_is_cumulative_and_in_seconds() {
    let (tree, _brood) = theatre();
    let broker = tree.counters().of(Kind::Broker);
    broker.handling_buckets[0].fetch_add(3, SeqCst);
    broker.handling_buckets[8].fetch_add(1, SeqCst);
    broker.handling_nanos.fetch_add(2_000_000_000, SeqCst);
    let (_, body) = answer(dashboard(&tree, false), get("/metrics")).await;
    for line in [
        "kabuki_actor_handling_seconds_sum{kind=\"broker\"} 2.0",
        "kabuki_actor_handling_seconds_count{kind=\"broker\"} 4",
        "kabuki_actor_handling_seconds_bucket{le=\"0.000005\",kind=\"broker\"} 3",
        "kabuki_actor_handling_seconds_bucket{le=\"0.001\",kind=\"broker\"} 3",
        "kabuki_actor_handling_seconds_bucket{le=\"+Inf\",kind=\"broker\"} 4",
    ] {
        assert!(body.lines().any(|found| found == line), "{line} is not in\n{body}");
    }
}

#[actix::test]
async fn health_tells_life_from_readiness() {
    let (tree, _brood) = theatre();
    let is_ready = Arc::new(AtomicBool::new(false));
    for (ready, status) in [(false, StatusCode::SERVICE_UNAVAILABLE), (true, StatusCode::OK)] {
        is_ready.store(ready, SeqCst);
        let asked = is_ready.clone();
        let not_yet = || Dashboard {
            is_ready: Box::new({
                let asked = asked.clone();
                move || asked.load(SeqCst)
            }),
            ..dashboard(&tree, false)
        };
        assert_eq!(answer(not_yet(), get("/health/ready")).await.0, status);
        assert_eq!(answer(not_yet(), get("/health/live")).await.0, StatusCode::OK);
    }
}

#[actix::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let (tree, _brood) = theatre();
    let (status, page) = answer(dashboard(&tree, false), get("/")).await;
    assert_eq!(status, StatusCode::OK);
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[actix::test]
async fn killing_is_forbidden_while_chaos_is_not_enabled() {
    let (tree, _brood) = theatre();
    let (status, _) = answer(dashboard(&tree, false), kill("test/root", "stop")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(tree.snapshot()[0].panics, 0);
}

#[actix::test]
async fn killing_is_forbidden_to_the_pages_of_other_sites() {
    let (tree, _brood) = theatre();
    let foreign = kill("test/root", "stop").insert_header((header::ORIGIN, "http://example.org"));
    assert_eq!(answer(dashboard(&tree, true), foreign).await.0, StatusCode::FORBIDDEN);
    let rebound = TestRequest::post()
        .uri("/actors/test/root/kill?how=stop")
        .insert_header((header::HOST, "example.org:9180"))
        .insert_header((header::ORIGIN, "http://example.org:9180"));
    assert_eq!(answer(dashboard(&tree, true), rebound).await.0, StatusCode::FORBIDDEN);
    let own = kill("test/nobody", "stop").insert_header((header::ORIGIN, "http://localhost:9180"));
    assert_eq!(answer(dashboard(&tree, true), own).await.0, StatusCode::NOT_FOUND);
}

#[actix::test]
async fn killing_wants_an_actor_that_exists_and_a_known_way() {
    let (tree, _brood) = theatre();
    for (request, status) in [
        (kill("test/nobody", "panic"), StatusCode::NOT_FOUND),
        (kill("test", "panic"), StatusCode::NOT_FOUND),
        (kill("test/root", "poison"), StatusCode::BAD_REQUEST),
        (TestRequest::post().uri("/actors/test/root/kill"), StatusCode::BAD_REQUEST),
        (kill("test%2Froot", "stop"), StatusCode::ACCEPTED),
    ] {
        assert_eq!(answer(dashboard(&tree, true), request).await.0, status);
    }
}

#[actix::test]
async fn a_killed_endpoint_is_back_on_the_port_that_it_had() {
    let (tree, brood) = theatre();
    let shown = add_ops(&brood, &tree, ANY_PORT);
    for (incarnation, how) in [(1, "panic"), (2, "stop"), (3, "panic")] {
        until(&tree, "test/ops", |node| {
            node.incarnation == incarnation && node.state == State::Running
        })
        .await;
        let address = *shown.address.get().expect("it listens");
        assert!(ask(address, "GET /health/ready").await.starts_with("HTTP/1.1 200"));
        let killed = ask(address, &format!("POST /actors/test/ops/kill?how={how}")).await;
        // The server may be gone before its answer has left.
        assert!(killed.is_empty() || killed.starts_with("HTTP/1.1 202"), "{killed}");
    }
    until(&tree, "test/ops", |node| node.incarnation == 4 && node.panics == 2).await;
}

/// What the endpoint answers over a socket; empty if it closes the connection instead.
async fn ask(address: SocketAddr, request_line: &str) -> String {
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let request =
        format!("{request_line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut response = Vec::new();
    if socket.write_all(request.as_bytes()).await.is_ok() {
        let _ = socket.read_to_end(&mut response).await;
    }
    String::from_utf8(response).expect("every answer is text")
}

#[actix::test]
async fn a_port_in_use_is_an_error_that_shows_and_is_tried_again() {
    let (tree, brood) = theatre();
    let other = TcpListener::bind(ANY_PORT).expect("a free port");
    let address = other.local_addr().expect("it is bound");
    add_ops(&brood, &tree, address);
    let failed = until(&tree, "test/ops", |node| node.last_error.is_some()).await;
    assert!(failed.last_error.is_some_and(|error| error.contains("cannot listen on")));
    drop(other);
    until(&tree, "test/ops", |node| node.state == State::Running).await;
    assert!(ask(address, "GET /health/live").await.starts_with("HTTP/1.1 200"));
}

#[actix::test]
async fn an_address_that_others_could_reach_is_refused() {
    let (tree, brood) = theatre();
    let shown = add_ops(&brood, &tree, (Ipv4Addr::UNSPECIFIED, 0).into());
    let failed = until(&tree, "test/ops", |node| node.last_error.is_some()).await;
    assert_eq!(failed.last_error.as_deref(), Some("0.0.0.0:0 is not a loopback address"));
    assert_eq!(shown.address.get(), None);
}

use super::*;
use crate::load::{Batch, CommitLoad, Limits, ProduceLoad, Rate, StreamLoad, Topic};
use crate::measure::metrics::REQUESTS;
use crate::server::Server;
use kabuki_records::codec::Codec;
use std::net::Ipv4Addr;
use std::time::Duration;

/// A floor on a thread of this process, on a free port. It ends with the process.
fn floor(dir: &std::path::Path) -> Server {
    let listener = StdTcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let dir = dir.to_owned();
    std::thread::spawn(move || serve(listener, dir));
    Server::within_this_process(address)
}

fn run<T>(work: impl Future<Output = Result<T>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work).expect("it works")
}

#[test]
fn a_tiny_load_is_answered_and_every_record_read_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = floor(dir.path());
    for codec in [Codec::None, Codec::Zstd] {
        let load = ProduceLoad {
            connections: 3,
            partitions: 4,
            partitions_per_request: 2,
            in_flight: 5,
            batch: Batch { records: 10, value_bytes: 100, is_keyed: true, codec },
        };
        let limits = Limits { time: Duration::from_secs(60), payload_bytes: 300_000 };
        let figures = run(load.measure(&server, limits));
        assert!(figures.get(REQUESTS).is_some_and(|requests| requests > 0.0));
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0);
    }
}

#[test]
fn a_stream_brings_every_record_to_the_consumer() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = floor(dir.path());
    let streamed = run(async {
        let topic = Topic::create(&server, 1).await?;
        let rate = Rate { per_second: 2000, records: 100 };
        StreamLoad::open(&server, &topic, rate).await?.run().await
    });
    assert_eq!(streamed.end_to_end.count(), 100);
    assert!(streamed.requests > 100);
}

#[test]
fn commits_are_answered() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = floor(dir.path());
    let load = CommitLoad { groups: 2, partitions: 3 };
    let committed = run(async {
        let committers = load.open(&server).await?;
        let committed = committers.run(Duration::from_secs(60), 5).await?;
        committed.check(&server).await?;
        let requests = committed.done.requests;
        committed.delete(&server).await?;
        Ok(requests)
    });
    assert_eq!(committed, 10);
}

use super::*;
use crate::measure::metrics::{CPU_PER_GB, THROUGHPUT};

fn results() -> Results {
    let machine = Machine {
        cores: 2,
        processor: "a processor".to_owned(),
        kernel: "Linux 6".to_owned(),
        memory_bytes: 8_000_000_000,
        load_percent: 12,
    };
    let mut results = Results::new(machine, true, 3);
    for (peer, throughputs) in
        [(Peer::Kafka, [90.0, 100.0, 110.0]), (Peer::Kabuki, [200.0, 210.0, 220.0])]
    {
        for (round, throughput) in (1..).zip(throughputs) {
            let mut figures = Figures::default();
            figures.set(THROUGHPUT, throughput);
            figures.set(CPU_PER_GB, 400.0 / throughput);
            let workload = "produce-16x1k".to_owned();
            results.runs.push(Run { workload, peer, round, figures });
        }
    }
    results
}

#[test]
fn the_table_has_medians_spreads_and_ratios() {
    let page = results().to_markdown();
    let row = "| produce-16x1k | throughput | MB/s | 100 ±10 % | 210 ±5 % |  | **2.10** |  |";
    assert!(page.contains(row), "{page}");
    assert!(page.contains("2 cores (a processor), 8 GB of memory, Linux 6, load 0.12 before"));
    assert!(page.contains("**produce-16x1k**: produce 16 records"));
}

#[test]
fn what_failed_stands_on_the_page_and_in_the_outcome() {
    let mut results = results();
    assert!(results.succeeded().is_ok());
    results.failures.push("fetch on Kabuki: lost".to_owned());
    assert!(results.to_markdown().contains("**Failed:** fetch on Kabuki: lost"));
    assert!(results.succeeded().is_err());
}

#[test]
fn what_is_published_reads_back_and_has_its_pictures() {
    let dir = tempfile::tempdir().expect("a directory");
    results().publish(dir.path()).expect("written");
    let read = Results::read(&dir.path().join(RESULTS)).expect("written before");
    assert_eq!(read.to_markdown(), results().to_markdown());
    let page = fs::read_to_string(dir.path().join(TABLES)).expect("written before");
    for picture in ["throughput.svg", "broker-cpu-per-gb.svg"] {
        assert!(page.contains(&format!("({picture})")), "{page}");
        let svg = fs::read_to_string(dir.path().join(picture)).expect("written before");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }
}

#[test]
fn a_comparison_tells_what_kabuki_gained_and_what_the_machine_did() {
    let (before, mut after) = (results(), results());
    for run in &mut after.runs {
        let faster = if run.peer == Peer::Kabuki { 2.0 } else { 1.1 };
        let throughput = run.figures.get(THROUGHPUT).expect("every run has it");
        run.figures.set(THROUGHPUT, throughput * faster);
    }
    let table = after.compared_with(&before);
    let row =
        "| produce-16x1k | throughput | MB/s | 210 ±5 % | 420 ±5 % | **2.00** | **1.10** |  |";
    assert!(table.contains(row), "{table}");
}

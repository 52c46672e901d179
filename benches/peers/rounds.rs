//! The order of everything: rounds, in each round every server, on each server every workload, each time beginning with
//! another one, so that no server and no workload always comes first.

use std::time::{Duration, Instant};

use crate::args::Measure;
use crate::error::{Error, Result};
use crate::measure::Figures;
use crate::progress::Progress;
use crate::report::{Machine, Results, Run};
use crate::server::{Home, Peer, Programs, Server};
use crate::workloads::{self, Kind, Scale, Stage, Workload, Workshop};

/// What a JVM needs until it has compiled what it runs most.
const WARM_UP_KAFKA: Duration = Duration::from_secs(60);
/// The others compile nothing: first connections, first files.
const WARM_UP: Duration = Duration::from_secs(5);
const RUNS: u32 = 5;
const RUNS_QUICK: u32 = 1;

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Plan {
    peers: Vec<Peer>,
    workloads: Vec<Workload>,
    rounds: u32,
    scale: Scale,
    programs: Programs,
}

impl Plan {
    /// What the command line asks for.
    pub(crate) fn new(measure: &Measure) -> Result<Self> {
        let scale = if measure.quick { Scale::Quick } else { Scale::Full };
        let rounds = measure.runs.unwrap_or(scale.of(RUNS, RUNS_QUICK, RUNS_QUICK));
        let asked = |peer: &Peer| measure.peer.is_empty() || measure.peer.contains(peer);
        let peers: Vec<_> = Peer::ALL.into_iter().filter(asked).collect();
        let workloads = chosen(&measure.only)?;
        let programs = Programs::find(&peers)?;
        Ok(Self { peers, workloads, rounds, scale, programs })
    }

    /// How many measurements that is.
    pub(crate) fn steps(&self) -> u64 {
        let each_round: usize = self.peers.iter().map(|peer| self.workloads_of(*peer).len()).sum();
        u64::from(self.rounds) * each_round as u64
    }

    fn workloads_of(&self, peer: Peer) -> Vec<Workload> {
        let is_for = |workload: &&Workload| (workload.is_for)(peer, self.scale);
        self.workloads.iter().filter(is_for).copied().collect()
    }

    fn workshop(&self, peer: Peer) -> Workshop<'_> {
        Workshop { peer, programs: &self.programs, scale: self.scale }
    }
}

fn chosen(only: &[String]) -> Result<Vec<Workload>> {
    let known = |name: &&String| !workloads::ALL.iter().any(|workload| workload.name == **name);
    if let Some(name) = only.iter().find(known) {
        return Err(Error::Failed(format!("no workload is called {name}; --list names them")));
    }
    let asked = |name: &str| only.is_empty() || only.iter().any(|asked| asked == name);
    Ok(workloads::ALL.iter().filter(|workload| asked(workload.name)).copied().collect())
}

/// Measures everything. What fails is noted, and the rest goes on.
pub(crate) async fn run(plan: &Plan, progress: &Progress) -> Result<Results> {
    let machine = Machine::this()?;
    progress.note(&machine.to_string());
    let results = Results::new(machine, plan.scale == Scale::Quick, plan.rounds);
    let mut rounds = Rounds { plan, progress, results };
    for round in 1..=plan.rounds {
        for peer in rotated(&plan.peers, round) {
            if let Err(error) = rounds.measure(peer, round).await {
                rounds.fail(format!("{}, run {round}: {error}", peer.title()));
            }
        }
    }
    Ok(rounds.results)
}

struct Rounds<'a> {
    plan: &'a Plan,
    progress: &'a Progress,
    results: Results,
}

impl Rounds<'_> {
    async fn measure(&mut self, peer: Peer, round: u32) -> Result<()> {
        let workloads = rotated(&self.plan.workloads_of(peer), round);
        let shares = |workload: &Workload| matches!(workload.kind, Kind::OnRunning(_));
        let (shared, own): (Vec<_>, Vec<_>) = workloads.into_iter().partition(shares);
        if !shared.is_empty() {
            self.measure_on_one_server(peer, round, &shared).await?;
        }
        for workload in own {
            let Kind::OnItsOwn(measure) = workload.kind else { continue };
            self.begin(peer, round, workload);
            let outcome = measure(&self.plan.workshop(peer)).await;
            self.end(peer, round, workload, outcome)?;
        }
        Ok(())
    }

    async fn measure_on_one_server(
        &mut self,
        peer: Peer,
        round: u32,
        workloads: &[Workload],
    ) -> Result<()> {
        let Plan { programs, scale, .. } = self.plan;
        let mut warm = self.warm_server(peer, workloads).await?;
        for &workload in workloads {
            let Kind::OnRunning(measure) = workload.kind else { continue };
            self.begin(peer, round, workload);
            let stage = Stage { server: &warm.server, programs, scale: *scale };
            let outcome = measure(&stage).await;
            if outcome.is_err() {
                // What it was asked for may weigh on it still.
                warm = self.warm_server(peer, workloads).await?;
            }
            self.end(peer, round, workload, outcome)?;
        }
        warm.server.stop().await.map(drop)
    }

    async fn warm_server(&self, peer: Peer, workloads: &[Workload]) -> Result<Warm> {
        let home = Home::new(peer, &self.plan.programs)?;
        let server = home.start(&[]).await?;
        self.progress.now(format!("{}: warm-up", peer.title()));
        warm_up(self.plan, &server, workloads).await?;
        Ok(Warm { server, _home: home })
    }

    /// Nothing of what was before is left to be written while the next is measured.
    fn begin(&self, peer: Peer, round: u32, workload: Workload) {
        let of = self.plan.rounds;
        self.progress.now(format!("run {round} of {of}, {}: {}", peer.title(), workload.name));
        rustix::fs::sync();
    }

    /// Keeps the figures, on the disk too.
    fn end(
        &mut self,
        peer: Peer,
        round: u32,
        workload: Workload,
        outcome: Result<Figures>,
    ) -> Result<()> {
        match outcome {
            Ok(figures) => {
                let workload = workload.name.to_owned();
                self.results.runs.push(Run { workload, peer, round, figures });
            }
            Err(error) => {
                self.fail(format!("{} on {}: {error}", workload.name, peer.title()));
            }
        }
        self.progress.step();
        self.results.write(&self.plan.programs.work)
    }

    fn fail(&mut self, text: String) {
        self.progress.note(&text);
        self.results.failures.push(text);
    }
}

/// A server, and what it lives in, which goes after it.
struct Warm {
    server: Server,
    _home: Home,
}

/// Runs the workloads in turn, each shortly, until the server is warm.
async fn warm_up(plan: &Plan, server: &Server, workloads: &[Workload]) -> Result<()> {
    let length = if server.peer() == Peer::Kafka { WARM_UP_KAFKA } else { WARM_UP };
    let deadline = Instant::now() + length;
    let stage = Stage { server, programs: &plan.programs, scale: Scale::WarmUp };
    for workload in workloads.iter().cycle() {
        let Kind::OnRunning(measure) = workload.kind else { continue };
        measure(&stage).await?;
        if Instant::now() >= deadline {
            break;
        }
    }
    Ok(())
}

/// The items, beginning with another one each round.
fn rotated<T: Copy>(items: &[T], round: u32) -> Vec<T> {
    let mut items = items.to_vec();
    let by = (round as usize - 1) % items.len().max(1);
    items.rotate_left(by);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_begins_with_another() {
        assert_eq!(rotated(&[1, 2, 3], 1), [1, 2, 3]);
        assert_eq!(rotated(&[1, 2, 3], 2), [2, 3, 1]);
        assert_eq!(rotated(&[1, 2, 3], 4), [1, 2, 3]);
        assert_eq!(rotated::<u8>(&[], 2), [0; 0]);
    }

    #[test]
    fn workloads_are_chosen_by_their_names() {
        let names = |only: &[&str]| {
            let only: Vec<_> = only.iter().map(|name| (*name).to_owned()).collect();
            chosen(&only).map(|chosen| chosen.iter().map(|workload| workload.name).collect())
        };
        let all: Vec<_> = names(&[]).expect("all");
        assert_eq!(all.len(), workloads::ALL.len());
        assert_eq!(names(&["end-to-end"]).expect("one"), ["end-to-end"]);
        assert!(names(&["end-to-end", "nothing"]).is_err());
    }
}

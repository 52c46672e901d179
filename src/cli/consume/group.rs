//! `kabuki consume --group`: reading as a member of a group.

mod positions;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Args, ValueEnum};
use kabuki_client::{
    Client, ClientError, FetchOptions, FetchedPartition, GroupConsumer, GroupEvent, GroupOptions,
    GroupProtocol, GroupState, TopicPartition,
};
use kabuki_wire::ResponseError;
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep, timeout};

use super::Consume;
use super::output::Output;
use crate::error::CliError;
use positions::Positions;

/// Which group to be a member of.
#[derive(Debug, Args)]
pub(super) struct GroupArgs {
    /// Read as a member of this group: share the partitions with its other members, and commit what was read
    #[arg(short, long, value_name = "GROUP")]
    pub(super) group: Option<String>,
    /// How members agree: 'classic' among themselves, 'consumer' by the broker's word (KIP-848, Kafka from 4.0 on)
    #[arg(long, value_name = "PROTOCOL", default_value = "classic", requires = "group")]
    group_protocol: Protocol,
    /// An id under which the group knows this member again after a restart
    #[arg(long, value_name = "ID", requires = "group")]
    group_instance_id: Option<String>,
}

/// Kafka's `group.protocol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    Classic,
    Consumer,
}

/// Kafka's `auto.commit.interval.ms`.
const COMMIT_INTERVAL: Duration = Duration::from_secs(5);
/// No fetch holds up heartbeats for longer than this: a third of a session.
const FETCH_TIMEOUT: Duration = Duration::from_secs(15);
/// What a shell gives for a process that ctrl-C has ended.
const EXIT_INTERRUPTED: i32 = 130;

/// Reads until all that was wanted has come or the process is asked to end; then commits and leaves the group.
pub(super) async fn consume<W: Write>(
    consume: &Consume,
    group: &str,
    client: &mut Client,
    output: Output<W>,
) -> Result<(), CliError> {
    let mut stop = Stop::listen()?;
    let topics = topics(&consume.topic)?;
    for topic in &topics {
        client.topic(topic).await?;
    }
    let protocol = match consume.group.group_protocol {
        Protocol::Classic => GroupProtocol::Classic,
        Protocol::Consumer => GroupProtocol::Consumer,
    };
    let mut options = GroupOptions::new(group, topics, protocol);
    options.instance_id = consume.group.group_instance_id.clone();
    let mut reading = Reading {
        consume,
        group,
        member: GroupConsumer::new(options),
        positions: Positions::default(),
        ends: BTreeMap::new(),
        is_assigned: false,
        is_settled: false,
        commit_due: Instant::now() + COMMIT_INTERVAL,
        output,
    };
    let outcome = loop {
        if reading.is_done() {
            break Ok(());
        }
        tokio::select! {
            biased;
            () = stop.asked() => break Ok(()),
            outcome = reading.read_on(client) => if outcome.is_err() { break outcome },
        }
    };
    let ended = reading.end(client).await;
    outcome.and(ended)
}

fn topics(text: &str) -> Result<Vec<String>, CliError> {
    let names: BTreeSet<&str> = text.split(',').map(str::trim).collect();
    match names.contains("") {
        true => Err(CliError::Usage(format!("'{text}' is no list of topics"))),
        false => Ok(names.into_iter().map(str::to_owned).collect()),
    }
}

/// The system's requests to end.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// From now on the first ctrl-C or SIGTERM asks, and another ctrl-C ends the process at once.
    fn listen() -> std::io::Result<Self> {
        let is_asked = Arc::new(AtomicBool::new(false));
        // In this order: what is asked first is not yet a repetition.
        flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED, is_asked.clone())?;
        flag::register(SIGINT, is_asked)?;
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// A member that reads.
struct Reading<'a, W> {
    consume: &'a Consume,
    group: &'a str,
    member: GroupConsumer,
    positions: Positions,
    /// Where partitions are no longer read; those without an entry are read for ever.
    ends: BTreeMap<TopicPartition, i64>,
    /// Whether the group has said what this member reads, be it nothing.
    is_assigned: bool,
    /// Whether the group was seen at rest when this member was at its ends: what it has is not about to change.
    is_settled: bool,
    commit_due: Instant,
    output: Output<W>,
}

impl<W: Write> Reading<'_, W> {
    fn is_done(&self) -> bool {
        self.output.is_done() || (self.is_at_end() && self.is_settled)
    }

    fn is_at_end(&self) -> bool {
        self.consume.until_end && self.is_assigned && self.positions.are_at(&self.ends)
    }

    /// One turn: what the group wants, then records. May be given up at any point.
    async fn read_on(&mut self, client: &mut Client) -> Result<(), CliError> {
        let event = self.member.poll(client).await?;
        self.is_settled &= event == GroupEvent::Unchanged;
        match event {
            GroupEvent::Unchanged => {}
            GroupEvent::Release(partitions) => {
                self.commit(client).await?;
                self.positions.drop(&partitions);
                return Ok(());
            }
            GroupEvent::Assigned(partitions) => self.take_over(client, &partitions).await?,
            GroupEvent::Lost => {
                say(&format!(
                    "the group '{}' went on without this member, which joins anew",
                    self.group
                ));
                self.positions = Positions::default();
                self.is_assigned = false;
                return Ok(());
            }
        }
        self.begin(client).await?;
        if self.is_at_end() {
            self.is_settled = self.is_group_at_rest(client).await?;
        }
        if self.is_done() {
            return Ok(());
        }
        if Instant::now() >= self.commit_due {
            self.commit(client).await?;
        }
        self.fetch(client).await
    }

    /// A coordinator that assigns may tell a new member of nothing at first.
    async fn is_group_at_rest(&self, client: &mut Client) -> Result<bool, CliError> {
        let described = client.describe_groups(&[self.group]).await?.pop();
        // Whoever may not know waits for nothing.
        Ok(described
            .is_none_or(|(_, group)| !matches!(group, Ok(it) if it.state != GroupState::Stable)))
    }

    /// Keeps the positions of partitions that it has already, and notes the others as not begun.
    async fn take_over(
        &mut self,
        client: &mut Client,
        partitions: &BTreeSet<TopicPartition>,
    ) -> Result<(), CliError> {
        self.positions.set(partitions);
        self.is_assigned = true;
        if self.consume.until_end {
            let missing: BTreeSet<_> = partitions
                .iter()
                .filter(|place| !self.ends.contains_key(*place))
                .cloned()
                .collect();
            self.ends.extend(positions::ends(client, &missing).await?);
        }
        Ok(())
    }

    /// Finds where to begin in partitions that are new here: where the group has committed, or else where was asked for.
    async fn begin(&mut self, client: &mut Client) -> Result<(), CliError> {
        let new = self.positions.not_begun();
        if new.is_empty() {
            return Ok(());
        }
        let committed = client.committed_offsets_of(self.group, &new).await?;
        let committed = committed.map_err(|source| ClientError::Broker {
            what: format!("group '{}'", self.group),
            source,
        })?;
        let offsets = committed.into_iter().map(|(place, committed)| (place, committed.offset));
        let mut offsets: BTreeMap<TopicPartition, i64> = offsets.collect();
        let missing: BTreeSet<_> =
            new.into_iter().filter(|place| !offsets.contains_key(place)).collect();
        offsets.extend(positions::first(client, &self.consume.begin, &missing).await?);
        self.positions.begin(offsets);
        Ok(())
    }

    async fn fetch(&mut self, client: &mut Client) -> Result<(), CliError> {
        let max_wait = self.output.max_wait();
        let from = self.positions.to_fetch(&self.ends);
        if from.is_empty() {
            sleep(max_wait.min(self.member.until_due())).await;
            return Ok(());
        }
        let options = FetchOptions { max_wait, ..FetchOptions::default() };
        let Ok(fetched) = timeout(FETCH_TIMEOUT, client.fetch(&from, &options)).await else {
            return Ok(());
        };
        match fetched {
            Ok(fetched) => self.print(&fetched)?,
            Err(error) if error.code() == Some(ResponseError::OffsetOutOfRange) => {
                self.begin_anew(client).await?;
            }
            Err(error) => return Err(error.into()),
        }
        self.positions.give_turns();
        Ok(())
    }

    /// What could not be printed counts as not read.
    fn print(&mut self, fetched: &[FetchedPartition]) -> Result<(), CliError> {
        let mut read = vec![];
        for fetched in fetched {
            let place = (fetched.topic.clone(), fetched.partition);
            let end = self.ends.get(&place).copied().unwrap_or(i64::MAX);
            read.push((place, self.output.print(fetched, end)?));
        }
        self.output.flush()?;
        read.into_iter().for_each(|(place, next)| self.positions.advance(place, next));
        Ok(())
    }

    /// Records were deleted, or lost, since the group committed: those partitions begin where was asked for.
    async fn begin_anew(&mut self, client: &mut Client) -> Result<(), CliError> {
        let lost = positions::out_of_range(client, &self.positions).await?;
        for (topic, partition) in &lost {
            say(&format!("{topic}-{partition} is read anew: the position is out of its range"));
        }
        let first = positions::first(client, &self.consume.begin, &lost).await?;
        self.positions.begin(first);
        Ok(())
    }

    /// Commits how far was read, if it was read further since the last time.
    async fn commit(&mut self, client: &mut Client) -> Result<(), CliError> {
        self.commit_due = Instant::now() + COMMIT_INTERVAL;
        let offsets = self.positions.to_commit();
        if offsets.is_empty() {
            return Ok(());
        }
        for (place, outcome) in self.member.commit(client, &offsets).await? {
            match outcome {
                Ok(()) => self.positions.committed(&place, offsets[&place]),
                Err(error) => say(&format!("{}-{} is not committed: {error}", place.0, place.1)),
            }
        }
        Ok(())
    }

    /// Commits, and leaves the group, so that others need not wait for the end of the session.
    async fn end(mut self, client: &mut Client) -> Result<(), CliError> {
        let committed = self.commit(client).await;
        let left = self.member.leave(client).await;
        committed.and(left.map_err(CliError::from))
    }
}

/// Says something beside the records.
fn say(text: &str) {
    // Nobody may be listening there.
    let _ = Write::write_fmt(&mut std::io::stderr(), format_args!("{text}\n"));
}

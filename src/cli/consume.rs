//! `kabuki consume`.

mod begin;
mod format;
mod group;
mod output;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::time::Duration;

use clap::Args;
use kabuki_client::{Client, FetchFrom, FetchOptions, FetchedPartition, OffsetSpec};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;
use begin::Begin;
use format::{Format, FormatArgs};
use group::GroupArgs;
use output::Output;

/// Read the records of a topic
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Consume {
    #[command(flatten)]
    broker: BrokerArgs,
    /// The topic; with --group several may be named, comma separated
    topic: String,
    /// A partition to read; may be repeated. All by default
    #[arg(short, long = "partition", value_name = "NUMBER", conflicts_with = "group")]
    partitions: Vec<i32>,
    #[command(flatten)]
    group: GroupArgs,
    #[command(flatten)]
    begin: Begin,
    /// End after this many records
    #[arg(short = 'n', long, value_name = "COUNT")]
    max_messages: Option<u64>,
    /// End where the partitions end now, instead of waiting for more
    #[arg(short = 'e', long)]
    until_end: bool,
    /// End when nothing has come for this long
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u64>,
    #[command(flatten)]
    format: FormatArgs,
}

const EXAMPLES: &str = "\
Examples:
  kabuki consume orders                                          what comes from now on
  kabuki consume orders --from-beginning --print-key
  kabuki consume orders --partition 0 --offset 1200 --max-messages 10
  kabuki consume orders --offset -5 --until-end                  the last five of each partition
  kabuki consume orders --from-timestamp 2026-01-31T08:00:00Z --until-end
  kabuki consume orders --from-beginning --format json | head
  kabuki consume orders --format '%p/%o %T %k: %s\\n'
  kabuki consume orders --group billing --from-beginning         as a member of a group
  kabuki consume orders,returns --group billing --group-protocol consumer

Without --group nothing is committed, and every run reads on its own. With it, the members of the group share the
partitions, each goes on where the group has committed, and commits as it reads; --from-beginning, --offset and
--from-timestamp say where to begin in partitions for which nothing is committed.";

impl Consume {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let format = self.format.format()?;
        let mut session = Session::open(&self.broker, "kabuki-consume")?;
        let out = BufWriter::new(std::io::stdout().lock());
        if let Some(group) = &self.group.group {
            return session.wait(async |client| {
                let output = self.output(format, out);
                group::consume(&self, group, client, output).await
            });
        }
        session.wait(async |client| {
            let mut reading = self.begin_reading(client, format, out).await?;
            while !reading.is_done() {
                reading.read_on(client).await?;
            }
            Ok(())
        })
    }

    fn output<W: Write>(&self, format: Format, out: W) -> Output<W> {
        let timeout = self.timeout_ms.map(Duration::from_millis);
        Output::new(self.max_messages, timeout, format, out)
    }

    async fn begin_reading<W: Write>(
        &self,
        client: &mut Client,
        format: Format,
        out: W,
    ) -> Result<Reading<W>, CliError> {
        let all = client
            .topic(&self.topic)
            .await?
            .partitions
            .iter()
            .map(|partition| partition.index)
            .collect();
        let partitions: Vec<i32> =
            if self.partitions.is_empty() { all } else { self.partitions.clone() };
        let offsets = self.begin.offsets(client, &self.topic, &partitions).await?;
        let from = |(&partition, &offset): (&i32, &i64)| FetchFrom {
            topic: self.topic.clone(),
            partition,
            offset,
        };
        let mut reading = Reading {
            from: offsets.iter().map(from).collect(),
            ends: BTreeMap::new(),
            output: self.output(format, out),
        };
        if self.until_end {
            reading.ends =
                begin::list(client, &self.topic, &partitions, OffsetSpec::Latest).await?;
            reading.drop_finished();
        }
        Ok(reading)
    }
}

/// What is still to be read.
struct Reading<W> {
    /// Where each partition is read on.
    from: Vec<FetchFrom>,
    /// Where partitions are no longer read; those without an entry are read for ever.
    ends: BTreeMap<i32, i64>,
    output: Output<W>,
}

impl<W: Write> Reading<W> {
    fn is_done(&self) -> bool {
        self.from.is_empty() || self.output.is_done()
    }

    async fn read_on(&mut self, client: &mut Client) -> Result<(), CliError> {
        let max_wait = self.output.max_wait();
        let options = FetchOptions { max_wait, ..FetchOptions::default() };
        for fetched in client.fetch(&self.from, &options).await? {
            self.take(&fetched)?;
        }
        self.output.flush()?;
        self.drop_finished();
        // The first partition of a request is served first: each has its turn.
        if !self.from.is_empty() {
            self.from.rotate_left(1);
        }
        Ok(())
    }

    fn take(&mut self, fetched: &FetchedPartition) -> Result<(), CliError> {
        let end = self.ends.get(&fetched.partition).copied().unwrap_or(i64::MAX);
        let next = self.output.print(fetched, end)?;
        let place = self.from.iter_mut().find(|from| from.partition == fetched.partition);
        if let Some(from) = place {
            from.offset = next;
        }
        Ok(())
    }

    /// Partitions that were read to their end are not asked for again.
    fn drop_finished(&mut self) {
        let ends = &self.ends;
        self.from.retain(|from| ends.get(&from.partition).is_none_or(|end| from.offset < *end));
    }
}

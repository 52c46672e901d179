//! `kabuki consume`.

mod begin;
mod format;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use clap::Args;
use kabuki_client::{Client, FetchFrom, FetchOptions, FetchedPartition, OffsetSpec};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;
use begin::Begin;
use format::{Format, FormatArgs};

/// Read the records of a topic
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Consume {
    #[command(flatten)]
    broker: BrokerArgs,
    /// The topic
    topic: String,
    /// A partition to read; may be repeated. All by default
    #[arg(short, long = "partition", value_name = "NUMBER")]
    partitions: Vec<i32>,
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

Without a consumer group: nothing is committed, and every run reads on its own.";

/// How long a broker holds an answer back until there is something to tell.
const MAX_WAIT: Duration = Duration::from_millis(500);

impl Consume {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let format = self.format.format()?;
        let mut session = Session::open(&self.broker, "kabuki-consume")?;
        let out = BufWriter::new(std::io::stdout().lock());
        session.wait(async |client| {
            let mut reading = self.begin_reading(client, format, out).await?;
            while !reading.is_done() {
                reading.read_on(client).await?;
            }
            Ok(())
        })
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
            left: self.max_messages,
            timeout: self.timeout_ms.map(Duration::from_millis),
            heard: Instant::now(),
            format,
            out,
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
    /// How many records may still come, where that is limited.
    left: Option<u64>,
    /// After how long a silence to end.
    timeout: Option<Duration>,
    /// When something last came.
    heard: Instant,
    format: Format,
    out: W,
}

impl<W: Write> Reading<W> {
    fn is_done(&self) -> bool {
        let is_silent = self.timeout.is_some_and(|timeout| self.heard.elapsed() >= timeout);
        self.from.is_empty() || self.left == Some(0) || is_silent
    }

    async fn read_on(&mut self, client: &mut Client) -> Result<(), CliError> {
        let left = self.timeout.map(|timeout| timeout.saturating_sub(self.heard.elapsed()));
        let max_wait = left.map_or(MAX_WAIT, |left| left.min(MAX_WAIT));
        let options = FetchOptions { max_wait, ..FetchOptions::default() };
        for fetched in client.fetch(&self.from, &options).await? {
            self.take(&fetched)?;
        }
        // What was read is seen at once, however slowly records come.
        self.out.flush()?;
        self.drop_finished();
        // The first partition of a request is served first: each has its turn.
        if !self.from.is_empty() {
            self.from.rotate_left(1);
        }
        Ok(())
    }

    fn take(&mut self, fetched: &FetchedPartition) -> Result<(), CliError> {
        let end = self.ends.get(&fetched.partition).copied().unwrap_or(i64::MAX);
        for record in fetched.records.iter().take_while(|record| record.offset < end) {
            if self.left == Some(0) {
                return Ok(());
            }
            self.format.write(&fetched.topic, fetched.partition, record, &mut self.out)?;
            self.left = self.left.map(|left| left - 1);
            self.heard = Instant::now();
        }
        let place = self.from.iter_mut().find(|from| from.partition == fetched.partition);
        if let Some(from) = place {
            from.offset = fetched.next_offset;
        }
        Ok(())
    }

    /// Partitions that were read to their end are not asked for again.
    fn drop_finished(&mut self) {
        let ends = &self.ends;
        self.from.retain(|from| ends.get(&from.partition).is_none_or(|end| from.offset < *end));
    }
}

//! The end of a broker, part by part: who brings work goes before who does it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Running;
use crate::supervision::Kind;
use crate::view::View;

/// How long connections have to finish what they owe.
const CONNECTIONS_END_WITHIN: Duration = Duration::from_secs(5);
/// How long a part may take that has nothing to wait for.
const PARTS_END_WITHIN: Duration = Duration::from_secs(5);
/// Closing logs syncs them, which takes as long as the disk needs; this only keeps a broken disk from hanging for ever.
const PARTITIONS_END_WITHIN: Duration = Duration::from_secs(600);

impl Running {
    /// Ends the broker in order. Returns the paths of actors that did not end in time: none, unless something hangs.
    pub fn stop(self) -> Vec<String> {
        let started = Instant::now();
        self.ready.store(false, std::sync::atomic::Ordering::SeqCst);
        let mut late = Vec::new();
        late.extend(self.end(&[Kind::Listener], PARTS_END_WITHIN));
        late.extend(self.end(&[Kind::Connection], CONNECTIONS_END_WITHIN));
        let partitions = self.end(&[Kind::Partition], PARTITIONS_END_WITHIN);
        let clean = partitions.is_empty();
        late.extend(partitions);
        late.extend(self.end(&[Kind::Controller, Kind::Retention], PARTS_END_WITHIN));
        if clean {
            self.finish_dirs();
        }
        late.extend(self.end(&[Kind::Shard, Kind::Ops], PARTS_END_WITHIN));
        late.extend(self.end(&[Kind::Broker], PARTS_END_WITHIN));
        if !late.is_empty() {
            tracing::warn!(?late, "actors that did not end in time");
        }
        // What is hosted holds the context, which holds the view: let go of it.
        let view = self.context.view.load_full();
        self.context.view.store(Arc::new(View::new(view.node_id, view.image.clone())));
        self.threads.stop();
        tracing::info!(millis = started.elapsed().as_millis() as u64, "stopped");
        late
    }

    fn end(&self, kinds: &[Kind], within: Duration) -> Vec<String> {
        let tree = &self.context.tree;
        tree.retire(|kind| kinds.contains(kind));
        tree.wait_until_none(Instant::now() + within, |kind| kinds.contains(kind))
    }

    /// Every log is closed: say so, so that the next start believes what it finds.
    fn finish_dirs(&self) {
        let view = self.context.view.load();
        let broker = view.image.broker(self.context.live().config.node_id);
        let epoch = broker.map_or(-1, |broker| broker.epoch);
        for dir in &self.context.log_dirs {
            if let Err(error) = dir.finish(epoch) {
                tracing::error!(dir = %dir.path.display(), %error, "cannot mark a clean end");
            }
        }
    }
}

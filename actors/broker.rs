//! The root of the tree: it supervises shards, listeners, the controller, the keepers of log dirs and the ops endpoint.
//! Its end is the end of the process.

use std::sync::Arc;

use crate::context::BrokerContext;
use crate::exit::ExitDoor;
use crate::supervision::{Brood, End, Kind, Node, Play, Report, Supervise, Tree};

/// The name of the root, with which every path begins.
pub(crate) const ROOT: &str = "broker";

/// The root supervisor.
pub(crate) struct Broker {
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) brood: Brood<Self>,
}

impl Play for Broker {
    const KIND: Kind = Kind::Broker;
}

impl Supervise for Broker {
    fn brood(&self) -> &Brood<Self> {
        &self.brood
    }

    fn give_up(&mut self, path: &str) {
        self.context.exit.fatal(format!("{path} cannot be kept alive"));
    }
}

/// What the end of the root means: there is nobody above it.
pub(crate) struct RootReport {
    pub(crate) tree: Arc<Tree>,
    pub(crate) exit: ExitDoor,
}

impl Report for RootReport {
    fn ended(&self, node: &Arc<Node>, end: End) {
        if node.is_wanted() {
            let why = end.panic.unwrap_or_else(|| "it stopped".to_owned());
            self.exit.fatal(format!("the root actor ended: {why}"));
        }
    }

    fn gone(&self, node: &Arc<Node>, _incarnation: u64) {
        self.tree.remove(node);
    }
}

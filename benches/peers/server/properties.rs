//! The configuration that Kafka and Kabuki share, to the letter.

use std::path::Path;

/// Kafka's defaults, but for three things: what one node needs; deletion without delay, for what one load deletes is not to
/// be written back while the next is measured; and a longer queue of connections, for a load that makes 51 in a row before
/// the server's thread has its turn would wait a second for the system to ask again.
pub(super) fn properties(port: u16, controller_port: u16, data: &Path) -> String {
    let data = data.display();
    format!(
        "\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.segment.delete.delay.ms=0
socket.listen.backlog.size=1024
kabuki.ops.listener=http://127.0.0.1:0
"
    )
}

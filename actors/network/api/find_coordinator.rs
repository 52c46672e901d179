//! FindCoordinator: the leader of the partition of `__consumer_offsets` that a group is recorded in. The topic is created
//! when the first group asks. Coordinators of other types are not served yet: clients are told to ask again later. What no
//! coordinator could ever answer is refused as Kafka does.

use kabuki_metadata::ClusterImage;
use kabuki_metadata::controller::{CreateTopics, NewTopic};
use kabuki_records::kafka_id;
use kabuki_wire::messages::find_coordinator_response::Coordinator;
use kabuki_wire::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::{Env, Refusal, Request, Step, leaders};
use crate::controller::AutoCreate;
use crate::group_coordinator::{self, GROUP_OFFSETS_TOPIC};
use crate::network::errors;

/// The first version that asks for several keys at once (KIP-699).
const BATCHED_VERSION: i16 = 4;
/// The first version with an error message.
const MESSAGE_VERSION: i16 = 1;
/// The first version that may ask for share coordinators (KIP-932).
const SHARE_VERSION: i16 = 6;
const MESSAGE: &str = "there is no coordinator for this key";
/// Kafka's message of no error.
const NO_ERROR: &str = "NONE";
/// Stands for "no broker".
const NO_NODE: BrokerId = BrokerId(-1);
/// Types of coordinators, as the protocol numbers them.
const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;
const SHARE: i8 = 2;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: FindCoordinatorRequest = request.decode()?;
    let version = envelope.version;
    let view = env.context.view.load();
    let found = |key: &StrBytes| match asked.key_type {
        GROUP => group_coordinator_of(key, &view.image, env),
        _ => Err(why_none(version, asked.key_type, key)),
    };
    let mut response = FindCoordinatorResponse::default();
    if version >= BATCHED_VERSION {
        let found = asked.coordinator_keys.iter().map(|key| (key, found(key)));
        let coordinators = found.map(|(key, found)| {
            let coordinator = Coordinator::default().with_key(key.clone());
            match found {
                Ok((id, endpoint)) => {
                    coordinator.with_node_id(id).with_host(endpoint.host).with_port(endpoint.port)
                }
                Err(error) => {
                    // With several keys Kafka explains nothing but types that there are not.
                    let explains = !matches!(asked.key_type, GROUP | TRANSACTION | SHARE);
                    let why = if explains { message() } else { StrBytes::new() };
                    coordinator
                        .with_node_id(NO_NODE)
                        .with_port(-1)
                        .with_error_code(error.code())
                        .with_error_message(Some(why))
                }
            }
        });
        response.coordinators = coordinators.collect();
    } else {
        response = match found(&asked.key) {
            Ok((id, endpoint)) => {
                response.with_node_id(id).with_host(endpoint.host).with_port(endpoint.port)
            }
            Err(error) => {
                response.with_error_code(error.code()).with_node_id(NO_NODE).with_port(-1)
            }
        };
        if version >= MESSAGE_VERSION {
            let error = response.error_code != errors::NONE;
            response.error_message =
                Some(if error { message() } else { StrBytes::from_static_str(NO_ERROR) });
        }
    }
    Ok(envelope.send(&response, env))
}

fn message() -> StrBytes {
    StrBytes::from_static_str(MESSAGE)
}

/// An address of a broker, as the response carries it.
struct Address {
    host: StrBytes,
    port: i32,
}

/// Who coordinates a group. Where nobody does because no group was ever recorded, the topic is created; the client is not
/// kept waiting.
fn group_coordinator_of(
    group: &str,
    image: &ClusterImage,
    env: &Env<'_>,
) -> Result<(BrokerId, Address), ResponseError> {
    let Some(topic) = group_coordinator::offsets_topic(image) else {
        create_offsets_topic(env);
        return Err(ResponseError::CoordinatorNotAvailable);
    };
    let index = group_coordinator::partition_of(group, topic);
    let (leader, _) = leaders::current_leader(Some(topic), index);
    let alive = leaders::endpoints(image, &env.listener.name, [leader]);
    let (broker, endpoint) = alive.first().ok_or(ResponseError::CoordinatorNotAvailable)?;
    let host = StrBytes::from_string(endpoint.host.clone());
    Ok((BrokerId(broker.id), Address { host, port: i32::from(endpoint.port) }))
}

/// Has the controller create the topic of groups. A second wish finds it there.
fn create_offsets_topic(env: &Env<'_>) {
    let live = env.context.live();
    let offsets = &live.config.offsets;
    let mut topic =
        NewTopic::new(GROUP_OFFSETS_TOPIC, offsets.num_partitions, offsets.replication_factor);
    let configs = [
        ("cleanup.policy", "compact".to_owned()),
        ("compression.type", "producer".to_owned()),
        ("segment.bytes", offsets.segment_bytes.to_string()),
    ];
    topic.configs = configs.into_iter().map(|(key, value)| (key.to_owned(), Some(value))).collect();
    let topics = vec![topic];
    env.context.controller.tell(AutoCreate(CreateTopics { topics, validate_only: false }));
}

/// Why there is no coordinator for the key: not yet, or never.
fn why_none(version: i16, key_type: i8, key: &str) -> ResponseError {
    match key_type {
        GROUP | TRANSACTION => ResponseError::CoordinatorNotAvailable,
        SHARE if version >= SHARE_VERSION && is_share_key(key) => {
            ResponseError::CoordinatorNotAvailable
        }
        _ => ResponseError::InvalidRequest,
    }
}

/// A share coordinator's key is `group:topic id:partition` (KIP-932); the group's name may have colons too.
fn is_share_key(key: &str) -> bool {
    let parts: Vec<&str> = key.rsplitn(3, ':').collect();
    let [partition, topic_id, group] = parts[..] else { return false };
    let is_id = kafka_id::from_text(topic_id).is_some();
    !group.trim().is_empty() && is_id && partition.parse::<i32>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "group:AAAAAAAAAAAAAAAAAAAAAQ:0";
    const GROUP_WITH_COLON: &str = "a:b:AAAAAAAAAAAAAAAAAAAAAQ:0";

    #[test]
    fn there_is_no_coordinator_yet_for_keys_that_could_have_one() {
        for (key_type, key) in
            [(GROUP, "g"), (GROUP, ""), (TRANSACTION, "t"), (SHARE, KEY), (SHARE, GROUP_WITH_COLON)]
        {
            let why = why_none(SHARE_VERSION, key_type, key);
            assert_eq!(why, ResponseError::CoordinatorNotAvailable, "{key_type} {key}");
        }
    }

    #[test]
    fn other_types_and_malformed_keys_never_have_one() {
        let id = "AAAAAAAAAAAAAAAAAAAAAQ";
        let by_id =
            [format!("g:{id}:x"), format!("g:{id}:"), format!(":{id}:0"), format!(" :{id}:0")];
        for key in ["", "g", "g:x:0", "g::0"].map(str::to_owned).iter().chain(&by_id) {
            assert_eq!(why_none(SHARE_VERSION, SHARE, key), ResponseError::InvalidRequest, "{key}");
        }
        assert_eq!(why_none(SHARE_VERSION - 1, SHARE, KEY), ResponseError::InvalidRequest);
        for key_type in [3, i8::MAX, -1, i8::MIN] {
            assert_eq!(
                why_none(SHARE_VERSION, key_type, KEY),
                ResponseError::InvalidRequest,
                "{key_type}"
            );
        }
    }
}

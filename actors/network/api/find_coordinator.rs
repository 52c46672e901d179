//! FindCoordinator: no coordinator of any type is served yet, and clients are told to ask again later. What no
//! coordinator could ever answer is refused as Kafka does.

use kabuki_records::kafka_id;
use kabuki_wire::messages::find_coordinator_response::Coordinator;
use kabuki_wire::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::{Env, Refusal, Request, Step};

/// The first version that asks for several keys at once (KIP-699).
const BATCHED_VERSION: i16 = 4;
/// The first version with an error message.
const MESSAGE_VERSION: i16 = 1;
/// The first version that may ask for share coordinators (KIP-932).
const SHARE_VERSION: i16 = 6;
const MESSAGE: &str = "there is no coordinator for this key";
/// Stands for "no broker".
const NO_NODE: BrokerId = BrokerId(-1);
/// Types of coordinators, as the protocol numbers them.
const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;
const SHARE: i8 = 2;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: FindCoordinatorRequest = request.decode()?;
    let mut response = FindCoordinatorResponse::default();
    let message = || Some(StrBytes::from_static_str(MESSAGE));
    if envelope.version >= BATCHED_VERSION {
        let none = |key: &StrBytes| {
            let mut coordinator = Coordinator::default()
                .with_key(key.clone())
                .with_node_id(NO_NODE)
                .with_port(-1)
                .with_error_code(why_none(envelope.version, asked.key_type, key).code());
            if !matches!(asked.key_type, GROUP | TRANSACTION | SHARE) {
                coordinator.error_message = message(); // with several keys Kafka explains nothing else
            }
            coordinator
        };
        response.coordinators = asked.coordinator_keys.iter().map(none).collect();
    } else {
        let code = why_none(envelope.version, asked.key_type, &asked.key).code();
        response = response.with_error_code(code).with_node_id(NO_NODE).with_port(-1);
        if envelope.version >= MESSAGE_VERSION {
            response.error_message = message();
        }
    }
    Ok(envelope.send(&response, env))
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

//! FindCoordinator: no coordinator of any type is served yet, and clients are told to ask again later.

use kabuki_wire::messages::find_coordinator_response::Coordinator;
use kabuki_wire::messages::{BrokerId, FindCoordinatorRequest, FindCoordinatorResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::{Env, Refusal, Request, Step};

/// The first version that asks for several keys at once (KIP-699).
const BATCHED_VERSION: i16 = 4;
/// Stands for "no broker".
const NO_NODE: BrokerId = BrokerId(-1);

pub(crate) fn handle(mut request: Request<'_>, _env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: FindCoordinatorRequest = request.decode()?;
    let code = ResponseError::CoordinatorNotAvailable.code();
    let mut response = FindCoordinatorResponse::default();
    if envelope.version >= BATCHED_VERSION {
        let none = |key: &StrBytes| {
            Coordinator::default()
                .with_key(key.clone())
                .with_node_id(NO_NODE)
                .with_port(-1)
                .with_error_code(code)
        };
        response.coordinators = asked.coordinator_keys.iter().map(none).collect();
    } else {
        response = response.with_error_code(code).with_node_id(NO_NODE).with_port(-1);
    }
    Ok(envelope.send(&response))
}

//! UnregisterBroker: a broker that will not come back leaves the cluster (KIP-631). A living one leaves too, and is of no
//! use until its process is started anew.

use kabuki_wire::messages::{UnregisterBrokerRequest, UnregisterBrokerResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{self, Problem};
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: UnregisterBrokerRequest = request.decode()?;
    let request = ControllerRequest::UnregisterBroker(asked.broker_id.0);
    Ok(admin::ask(ApiKey::UnregisterBroker, request, None, env, move |outcome, env| {
        let result = admin::result(outcome, |answer| match answer {
            ControllerAnswer::BrokerUnregistered(result) => Ok(result),
            other => Err(other),
        });
        respond(envelope, result, env)
    }))
}

fn respond(envelope: Envelope, result: Result<(), Problem>, env: &Env<'_>) -> Step {
    let (code, message) = admin::code_and_message(&result);
    let response = UnregisterBrokerResponse::default()
        .with_error_code(code)
        // Kafka says nothing at length, rather than null.
        .with_error_message(Some(message.unwrap_or_else(|| StrBytes::from_static_str(""))));
    envelope.send(&response, env)
}

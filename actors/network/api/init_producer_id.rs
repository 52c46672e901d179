//! InitProducerId: a producer id for idempotent producers. Transactional ids wait for their coordinator.

use kabuki_wire::ResponseError;
use kabuki_wire::messages::{InitProducerIdRequest, InitProducerIdResponse, ProducerId};

use super::{Env, Envelope, InFlight, Refusal, Request, Step};
use crate::answer::Answer;
use crate::controller::{ControllerAnswer, NewProducerId};
use crate::network::errors;

/// Epoch of a new producer id.
const FIRST_EPOCH: i16 = 0;
/// Stands for "none" in ids and epochs.
const NONE: i16 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: InitProducerIdRequest = request.decode()?;
    if let Some(id) = &asked.transactional_id {
        let error = match id.is_empty() {
            true => ResponseError::InvalidRequest,
            false => ResponseError::CoordinatorNotAvailable,
        };
        return Ok(envelope.send(&refused(error.code()), env));
    }
    let has_id = asked.producer_id != ProducerId(NONE.into());
    if has_id != (asked.producer_epoch != NONE) {
        return Ok(envelope.send(&refused(ResponseError::InvalidRequest.code()), env));
    }
    env.context.controller.tell(NewProducerId { reply: env.token(0) });
    Ok(Step::Later(Box::new(Waiting(envelope))))
}

fn refused(code: i16) -> InitProducerIdResponse {
    InitProducerIdResponse::default()
        .with_error_code(code)
        .with_producer_id(ProducerId(NONE.into()))
        .with_producer_epoch(NONE)
}

struct Waiting(Envelope);

impl InFlight for Waiting {
    fn answered(&mut self, _part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let response = match answer {
            Answer::Controller(ControllerAnswer::ProducerId(Ok(id))) => {
                InitProducerIdResponse::default()
                    .with_producer_id(ProducerId(id))
                    .with_producer_epoch(FIRST_EPOCH)
            }
            // Kafka's producers are told to wait until the broker has got a block of ids.
            Answer::Controller(ControllerAnswer::ProducerId(Err(error))) => {
                tracing::warn!(%error, "no producer ids");
                refused(ResponseError::CoordinatorLoadInProgress.code())
            }
            other => refused(errors::of_no_answer(self.0.api, &other)),
        };
        Some(self.0.send(&response, env))
    }
}

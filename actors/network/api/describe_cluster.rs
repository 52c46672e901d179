//! DescribeCluster: the brokers, fenced ones too when asked for (KIP-700, KIP-919, KIP-1073).

use kabuki_metadata::ClusterImage;
use kabuki_metadata::describe;
use kabuki_wire::messages::describe_cluster_response::DescribeClusterBroker;
use kabuki_wire::messages::{BrokerId, DescribeClusterRequest, DescribeClusterResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::admin::Problem;
use super::describing::{CLUSTER_OPERATIONS, operations_if};
use super::{Env, Refusal, Request, Step};

/// Asks for brokers.
const BROKERS: i8 = 1;
/// Asks for controllers, of which only their own listener tells.
const CONTROLLERS: i8 = 2;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DescribeClusterRequest = request.decode()?;
    let response = match check_endpoint_type(asked.endpoint_type) {
        Ok(()) => answer(&asked, env),
        Err(problem) => refused(problem),
    };
    Ok(envelope.send(&response, env))
}

fn check_endpoint_type(wanted: i8) -> Result<(), Problem> {
    match wanted {
        BROKERS => Ok(()),
        CONTROLLERS => {
            let message = "this listener tells of brokers, not of controllers";
            Err(Problem::new(ResponseError::MismatchedEndpointType, message))
        }
        other => {
            let message = format!("there is no endpoint type {other}");
            Err(Problem::new(ResponseError::UnsupportedEndpointType, message))
        }
    }
}

fn refused(problem: Problem) -> DescribeClusterResponse {
    DescribeClusterResponse::default()
        .with_error_code(problem.code)
        .with_error_message(Some(problem.message))
        .with_controller_id(BrokerId(-1))
}

fn answer(asked: &DescribeClusterRequest, env: &Env<'_>) -> DescribeClusterResponse {
    let view = env.context.view.load();
    let controller = describe::controller_for_clients(&view.image, env.slot as usize);
    let brokers = brokers(&view.image, &env.listener.name, asked.include_fenced_brokers);
    let operations = operations_if(asked.include_cluster_authorized_operations, CLUSTER_OPERATIONS);
    DescribeClusterResponse::default()
        .with_cluster_id(StrBytes::from_string(env.context.cluster_id.clone()))
        .with_controller_id(BrokerId(controller))
        .with_brokers(brokers)
        .with_cluster_authorized_operations(operations)
}

fn brokers(image: &ClusterImage, listener: &str, with_fenced: bool) -> Vec<DescribeClusterBroker> {
    let brokers = describe::brokers(image, listener);
    let shown = brokers.filter(|(broker, _)| with_fenced || !broker.fenced);
    let brokers = shown.map(|(broker, endpoint)| {
        DescribeClusterBroker::default()
            .with_broker_id(BrokerId(broker.id))
            .with_host(StrBytes::from_string(endpoint.host.clone()))
            .with_port(endpoint.port.into())
            .with_rack(broker.rack.clone().map(StrBytes::from_string))
            .with_is_fenced(broker.fenced)
    });
    brokers.collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_images::{self, LISTENER};
    use super::*;

    #[test]
    fn fenced_brokers_are_shown_when_asked_for() {
        let image = test_images::with_topics(&[]);
        let shown = |with_fenced| {
            let brokers = brokers(&image, LISTENER, with_fenced);
            brokers.iter().map(|it| (it.broker_id.0, it.is_fenced)).collect::<Vec<_>>()
        };
        assert_eq!((shown(false), shown(true)), (vec![(1, false)], vec![(1, false), (2, true)]));
    }

    #[test]
    fn only_brokers_are_told_of() {
        let code = |wanted| check_endpoint_type(wanted).err().map(|problem| problem.code);
        assert_eq!((code(1), code(2), code(7)), (None, Some(114), Some(115)));
    }
}

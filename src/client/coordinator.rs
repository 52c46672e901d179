//! Requests to the coordinators of groups.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kabuki_wire::messages::find_coordinator_response::Coordinator;
use kabuki_wire::messages::{FindCoordinatorRequest, FindCoordinatorResponse, GroupId};
use kabuki_wire::{ApiKey, Request, ResponseError};

use crate::client::{Client, Target, text};
use crate::cluster::Broker;
use crate::error::{BrokerError, ClientError};
use crate::retries::{Decisive, Retries};

/// From this version on FindCoordinator takes several groups (KIP-699).
const SEVERAL_KEYS: i16 = 4;
/// Groups in one request: keeps answers small.
const GROUPS_PER_REQUEST: usize = 100;

/// What came of each group that was asked for, in the order of the question.
pub(crate) type PerGroup<T> = Vec<(String, Result<T, BrokerError>)>;

/// An API that coordinators serve, as far as its requests differ.
pub(crate) struct CoordinatorApi<M, A> {
    /// The highest version to use.
    pub(crate) version_max: i16,
    /// Below this version a request names one group only.
    pub(crate) several_groups: i16,
    /// Makes a request about these groups in this version.
    pub(crate) make: M,
    /// Takes a group's part out of an answer.
    pub(crate) answer: A,
}

impl Client {
    /// The broker that coordinates the group.
    pub async fn coordinator_of(&mut self, group: &str) -> Result<Broker, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.find_coordinator(group).await {
                Ok(broker) => return Ok(broker),
                Err(error) => retries.after(error).await?,
            }
        }
    }

    /// Asks for one group's coordinator, once.
    async fn find_coordinator(&mut self, group: &str) -> Result<Broker, ClientError> {
        let what = || group_what(group);
        let mut found = self.find_coordinators(&[group.to_owned()]).await?;
        let incomplete = || ClientError::Incomplete { api: ApiKey::FindCoordinator, what: what() };
        let found = found.remove(group).ok_or_else(incomplete)?;
        found.map_err(|error| ClientError::broker(what(), error))
    }

    /// Asks the coordinators of several groups, each for its own, and again while they are loading or moving. A group's
    /// other errors are its outcome.
    ///
    /// # Errors
    /// A coordinator could not be reached, or was not ready, for as long as the client tries.
    pub(crate) async fn ask_coordinators<R, T, M, A>(
        &mut self,
        groups: &[&str],
        api: &CoordinatorApi<M, A>,
    ) -> Result<PerGroup<T>, ClientError>
    where
        R: Request,
        M: Fn(&[String], i16) -> R,
        A: Fn(&str, &R::Response) -> Result<T, BrokerError>,
    {
        let mut retries = Retries::new(&self.config);
        let mut done: BTreeMap<String, Result<T, BrokerError>> = BTreeMap::new();
        let mut open: BTreeSet<String> = groups.iter().map(|&group| group.to_owned()).collect();
        while !open.is_empty() {
            let attempt = self.ask_coordinators_once(&open, api, &mut done).await;
            open.retain(|group| !done.contains_key(group));
            if let Err(error) = attempt {
                retries.after(error).await?;
                // Where nobody answers now, the next attempt says so.
                let _ = self.refresh().await;
            }
        }
        let outcome = |group: &&str| Some(((*group).to_owned(), done.remove(*group)?));
        Ok(groups.iter().filter_map(outcome).collect())
    }

    /// One attempt. The error is that of a group still open.
    async fn ask_coordinators_once<R, T, M, A>(
        &mut self,
        open: &BTreeSet<String>,
        api: &CoordinatorApi<M, A>,
        done: &mut BTreeMap<String, Result<T, BrokerError>>,
    ) -> Result<(), ClientError>
    where
        R: Request,
        M: Fn(&[String], i16) -> R,
        A: Fn(&str, &R::Response) -> Result<T, BrokerError>,
    {
        let mut decisive = Decisive::default();
        for (coordinator, groups) in self.by_coordinator(open, done, &mut decisive).await? {
            let mut groups = groups.as_slice();
            while !groups.is_empty() {
                let (asked, answer) =
                    self.ask_coordinator::<R, _, _>(coordinator, groups, api).await;
                for group in &groups[..asked] {
                    let outcome = match &answer {
                        Ok(answer) => Ok((api.answer)(group, answer)),
                        Err(error) => Err(error),
                    };
                    match outcome {
                        Ok(Err(error)) if is_passing(error.error) => {
                            self.unless_loading(group, error.error);
                            decisive.note(ClientError::broker(group_what(group), error));
                        }
                        Ok(outcome) => drop(done.insert(group.clone(), outcome)),
                        Err(_) => self.forget_coordinator(group),
                    }
                }
                if let Err(error) = answer {
                    decisive.note(error);
                }
                groups = &groups[asked..];
            }
        }
        decisive.into_result()
    }

    /// Asks the group's coordinator, once.
    pub(crate) async fn ask_coordinator_of<R: Request>(
        &mut self,
        group: &str,
        make: impl FnOnce(i16) -> R,
        broker_waits: Duration,
    ) -> Result<R::Response, ClientError> {
        let coordinator = match self.coordinators.get(group) {
            Some(&id) => id,
            None => self.find_coordinator(group).await?.id,
        };
        let connection = self.connection(Target::Broker(coordinator)).await?;
        let version = connection.version_of::<R>(i16::MAX)?;
        let pending = connection.send(&make(version), version, broker_waits).await?;
        connection.receive(pending).await
    }

    /// Groups by their coordinators; those whose coordinator cannot be told are done, or noted to be asked again.
    async fn by_coordinator<T>(
        &mut self,
        open: &BTreeSet<String>,
        done: &mut BTreeMap<String, Result<T, BrokerError>>,
        decisive: &mut Decisive,
    ) -> Result<BTreeMap<i32, Vec<String>>, ClientError> {
        let is_unknown = |group: &&String| !self.coordinators.contains_key(*group);
        let unknown: Vec<String> = open.iter().filter(is_unknown).cloned().collect();
        for groups in unknown.chunks(GROUPS_PER_REQUEST) {
            for (group, found) in self.find_coordinators(groups).await? {
                match found {
                    Ok(_) => {}
                    Err(error) if error.error.is_retriable() => {
                        decisive.note(ClientError::broker(group_what(&group), error));
                    }
                    Err(error) => drop(done.insert(group, Err(error))),
                }
            }
        }
        let mut by_coordinator: BTreeMap<i32, Vec<String>> = BTreeMap::new();
        for group in open {
            if let Some(&coordinator) = self.coordinators.get(group) {
                by_coordinator.entry(coordinator).or_default().push(group.clone());
            }
        }
        Ok(by_coordinator)
    }

    /// Asks for as many of `groups` as fit into one request: tells for how many, and the answer.
    async fn ask_coordinator<R, M, A>(
        &mut self,
        coordinator: i32,
        groups: &[String],
        api: &CoordinatorApi<M, A>,
    ) -> (usize, Result<R::Response, ClientError>)
    where
        R: Request,
        M: Fn(&[String], i16) -> R,
    {
        let mut asked = groups.len().min(GROUPS_PER_REQUEST);
        let answer = async {
            let connection = self.connection(Target::Broker(coordinator)).await?;
            let version = connection.version_of::<R>(api.version_max)?;
            if version < api.several_groups {
                asked = 1;
            }
            let request = (api.make)(&groups[..asked], version);
            let pending = connection.send(&request, version, Duration::ZERO).await?;
            connection.receive(pending).await
        };
        let answer = answer.await;
        (asked, answer)
    }

    /// Asks any broker, once, for the coordinators of groups, and remembers them.
    async fn find_coordinators(
        &mut self,
        groups: &[String],
    ) -> Result<BTreeMap<String, Result<Broker, BrokerError>>, ClientError> {
        let connection = self.connection(Target::Any).await?;
        let version = connection.version_of::<FindCoordinatorRequest>(i16::MAX)?;
        let mut found = BTreeMap::new();
        if version >= SEVERAL_KEYS {
            let keys = groups.iter().map(|group| text(group)).collect();
            let request = FindCoordinatorRequest::default().with_coordinator_keys(keys);
            let response = self.ask(Target::Any, &request).await?;
            found.extend(response.coordinators.iter().map(|one| (one.key.to_string(), named(one))));
        } else {
            for group in groups {
                let request = FindCoordinatorRequest::default().with_key(text(group));
                let response = self.ask(Target::Any, &request).await?;
                found.insert(group.clone(), single(&response));
            }
        }
        for (group, broker) in &found {
            if let Ok(broker) = broker {
                self.coordinators.insert(group.clone(), broker.id);
                self.know_broker(broker);
            }
        }
        if let Some(missing) = groups.iter().find(|group| !found.contains_key(*group)) {
            let what = group_what(missing);
            return Err(ClientError::Incomplete { api: ApiKey::FindCoordinator, what });
        }
        Ok(found)
    }

    /// Looks the coordinator up again at the next use, unless it is the right one and only busy loading.
    pub(crate) fn unless_loading(&mut self, group: &str, error: ResponseError) {
        if matches!(error, ResponseError::NotCoordinator | ResponseError::CoordinatorNotAvailable) {
            self.forget_coordinator(group);
        }
    }

    /// Looks the coordinator up again at the next use.
    pub(crate) fn forget_coordinator(&mut self, group: &str) {
        self.coordinators.remove(group);
    }
}

/// Whether a coordinator's error is about its own state, which passes, rather than about what was asked.
pub(crate) fn is_passing(error: ResponseError) -> bool {
    matches!(
        error,
        ResponseError::CoordinatorLoadInProgress
            | ResponseError::CoordinatorNotAvailable
            | ResponseError::NotCoordinator
            | ResponseError::UnstableOffsetCommit
    )
}

fn named(found: &Coordinator) -> Result<Broker, BrokerError> {
    BrokerError::check(found.error_code, found.error_message.as_deref())?;
    Ok(broker(found.node_id.0, &found.host, found.port))
}

fn single(found: &FindCoordinatorResponse) -> Result<Broker, BrokerError> {
    BrokerError::check(found.error_code, found.error_message.as_deref())?;
    Ok(broker(found.node_id.0, &found.host, found.port))
}

fn broker(id: i32, host: &str, port: i32) -> Broker {
    Broker { id, host: host.to_owned(), port, rack: None }
}

/// A group's id as messages carry it.
pub(crate) fn group_id(group: &str) -> GroupId {
    GroupId(text(group))
}

/// How errors speak of a group.
pub(crate) fn group_what(group: &str) -> String {
    format!("group '{group}'")
}

#[cfg(test)]
pub(crate) mod tests;

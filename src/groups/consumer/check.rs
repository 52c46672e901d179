//! What a heartbeat must be, whatever the group is.

use super::api::{HeartbeatRequest, JOIN_EPOCH, LEAVE_EPOCH, LEAVE_FOR_A_WHILE_EPOCH, Refusal};
use crate::error::GroupError;

impl HeartbeatRequest {
    /// Whether the request can be meant at all, with these assignors. It comes before any look at the group, and any
    /// broker says so, whoever coordinates.
    ///
    /// # Errors
    ///
    /// INVALID_REQUEST, or UNSUPPORTED_ASSIGNOR.
    pub fn check<S: AsRef<str>>(&self, assignors: &[S]) -> Result<(), Refusal> {
        let names_itself =
            self.api_version >= 1 || self.member_epoch > 0 || self.member_epoch == LEAVE_EPOCH;
        refuse_if(names_itself && is_blank(&self.member_id), "the member id is empty")?;
        refuse_if(is_blank(&self.group_id), "the group id is empty")?;
        refuse_if(self.instance_id.as_deref().is_some_and(is_blank), "the instance id is empty")?;
        refuse_if(self.rack_id.as_deref().is_some_and(is_blank), "the rack id is empty")?;
        match self.member_epoch {
            JOIN_EPOCH => self.check_join()?,
            LEAVE_FOR_A_WHILE_EPOCH => {
                refuse_if(
                    self.instance_id.is_none(),
                    "a member without an instance id cannot be away",
                )?;
            }
            epoch => refuse_if(epoch < LEAVE_FOR_A_WHILE_EPOCH, "there is no such member epoch")?,
        }
        match &self.server_assignor {
            Some(name) if !assignors.iter().any(|it| it.as_ref() == name) => {
                let known: Vec<&str> = assignors.iter().map(AsRef::as_ref).collect();
                let known = known.join(", ");
                let message = format!("there is no assignor {name}; there are: {known}");
                Err(Refusal::new(GroupError::UnsupportedAssignor, message))
            }
            _ => Ok(()),
        }
    }

    fn check_join(&self) -> Result<(), Refusal> {
        refuse_if(
            self.rebalance_timeout_ms == -1,
            "a member that joins says its rebalance timeout",
        )?;
        let owns_nothing = self.topic_partitions.as_ref().is_some_and(|owned| owned.is_empty());
        refuse_if(!owns_nothing, "a member that joins says that it has no partitions")?;
        let silent = self.subscribed_topic_names.is_none() && self.subscribed_topic_regex.is_none();
        refuse_if(silent, "a member that joins says what it reads, by names or by a pattern")
    }
}

/// Nothing but spaces and control characters.
fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character <= ' ')
}

fn refuse_if(wrong: bool, message: &str) -> Result<(), Refusal> {
    if wrong { Err(Refusal::new(GroupError::InvalidRequest, message)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::api::Partitions;

    fn join() -> HeartbeatRequest {
        HeartbeatRequest {
            api_version: 1,
            group_id: "g".to_owned(),
            member_id: "m".to_owned(),
            rebalance_timeout_ms: 1,
            subscribed_topic_names: Some(vec![]),
            topic_partitions: Some(Partitions::new()),
            ..HeartbeatRequest::default()
        }
    }

    fn error_of(change: impl FnOnce(&mut HeartbeatRequest)) -> Option<GroupError> {
        let mut request = join();
        change(&mut request);
        request.check(&["uniform", "range"]).err().map(|refusal| refusal.error)
    }

    #[test]
    fn requests_that_cannot_be_meant_are_refused() {
        let invalid = Some(GroupError::InvalidRequest);
        assert_eq!(error_of(|_| ()), None);
        assert_eq!(error_of(|it| it.member_id.clear()), invalid);
        assert_eq!(error_of(|it| it.group_id = " \t".to_owned()), invalid);
        assert_eq!(error_of(|it| it.instance_id = Some(String::new())), invalid);
        assert_eq!(error_of(|it| it.rack_id = Some(" ".to_owned())), invalid);
        assert_eq!(error_of(|it| it.rebalance_timeout_ms = -1), invalid);
        assert_eq!(error_of(|it| it.topic_partitions = None), invalid);
        assert_eq!(
            error_of(
                |it| it.topic_partitions = Some(Partitions::from([(uuid::Uuid::nil(), vec![])]))
            ),
            invalid
        );
        assert_eq!(error_of(|it| it.subscribed_topic_names = None), invalid);
        assert_eq!(error_of(|it| it.member_epoch = -2), invalid);
        assert_eq!(error_of(|it| it.member_epoch = -3), invalid);
        let unsupported = Some(GroupError::UnsupportedAssignor);
        assert_eq!(error_of(|it| it.server_assignor = Some("sticky".to_owned())), unsupported);
        assert_eq!(error_of(|it| it.server_assignor = Some("range".to_owned())), None);
    }

    #[test]
    fn what_counts_depends_on_the_epoch_and_the_version() {
        let nameless = |epoch: i32| {
            error_of(|it| {
                it.api_version = 0;
                it.member_id.clear();
                it.member_epoch = epoch;
                it.instance_id = Some("i".to_owned());
            })
        };
        assert_eq!(nameless(0), None);
        assert_eq!(nameless(-2), None);
        assert_eq!(nameless(-1), Some(GroupError::InvalidRequest));
        assert_eq!(nameless(1), Some(GroupError::InvalidRequest));
        assert_eq!(
            error_of(|it| {
                it.member_epoch = 3;
                it.rebalance_timeout_ms = -1;
                it.topic_partitions = None;
                it.subscribed_topic_names = None;
            }),
            None
        );
    }
}

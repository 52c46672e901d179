//! What is expected of the answers.

use kabuki_coordination::{Now, Ticket};

use super::super::super::super::Answer;
use super::super::books::Clock;
use super::super::consumer::partitions;
use super::super::generations::Speaker;
use super::super::subject::Decided;
use super::{Asked, Clients, What};
use crate::classic;
use crate::error::GroupError;
use crate::offsets::{FetchedOffset, PartitionOutcome, Topic};

impl Clients {
    /// A request was answered. Says whether with what was asked for.
    pub(super) fn answered(
        &mut self,
        now: Now,
        ticket: Ticket,
        answer: &Answer,
    ) -> Result<bool, String> {
        let Asked { what, at } =
            self.asked.remove(&ticket).ok_or("it was not asked, or has an outcome")?;
        let by = self.notes.borrow().answered.get(&ticket).copied();
        let by = by.ok_or("nobody answered it")?;
        match (what, answer) {
            (What::Member { consumer, speaker }, Answer::Classic(answer)) => {
                if self.consumers[consumer].waiting.take_if(|it| *it == ticket).is_some() {
                    self.consumers[consumer].hear(answer, now.monotonic_ms);
                }
                self.judge_member(&speaker, answer, by)
            }
            (What::Commit { member, group }, Answer::Committed(outcome)) => {
                if let Some((consumer, speaker)) = member {
                    let waited = self.consumers[consumer].waiting.take_if(|it| *it == ticket);
                    match outcome {
                        Ok(_) => self.generations.accepted(&speaker, by)?,
                        Err(error) if waited.is_some() => {
                            self.consumers[consumer].refused(*error, now.monotonic_ms);
                        }
                        Err(_) => {}
                    }
                }
                Ok(self.book_commit(&group, at, outcome))
            }
            (What::Fetch { group, all }, Answer::Fetched(Ok(topics))) => {
                self.judge_fetch(&group, all, at, topics, by)?;
                Ok(true)
            }
            (What::Delete { places }, Answer::OffsetsDeleted(outcome)) => {
                let Ok(topics) = outcome else { return Ok(false) };
                let done = topics.iter().flat_map(|topic| &topic.partitions);
                let done = done.filter(|it| it.error.is_none()).count() == places.len();
                if done {
                    self.tally.borrow_mut().offsets_deleted += 1;
                    places.iter().for_each(|place| self.books.deleted(place, at, self.clock));
                }
                Ok(done)
            }
            (What::Delete { places }, Answer::Deleted(outcomes)) => {
                let gone =
                    |group: &str| outcomes.iter().any(|(id, error)| id == group && error.is_none());
                for place in places.iter().filter(|place| gone(&place.0)) {
                    self.books.deleted(place, at, self.clock);
                }
                let done = outcomes
                    .iter()
                    .all(|(_, error)| matches!(error, None | Some(GroupError::GroupIdNotFound)));
                self.tally.borrow_mut().groups_deleted += u64::from(done);
                Ok(done)
            }
            (What::Look, Answer::Listed(_) | Answer::Described(_)) => Ok(true),
            (_, answer) => Err(format!("an answer to something else: {answer:?}")),
        }
    }

    fn judge_member(
        &mut self,
        speaker: &Speaker,
        answer: &classic::Answer,
        by: Decided,
    ) -> Result<bool, String> {
        let mut tally = self.tally.borrow_mut();
        let Speaker { group, name, .. } = speaker;
        let error = match answer {
            classic::Answer::Join(answer) => answer.error,
            classic::Answer::Sync(answer) => answer.error,
            classic::Answer::Heartbeat(answer) => answer.error,
            classic::Answer::Leave(_) => return Ok(true),
        };
        match error {
            None => self.generations.accepted(speaker, by)?,
            Some(GroupError::FencedInstanceId) => tally.fenced += 1,
            Some(GroupError::UnknownServerError) => tally.withdrawn += 1,
            Some(_) => {}
        }
        match answer {
            classic::Answer::Join(answer) if error.is_none() => {
                tally.joined += 1;
                self.generations.joined(group, name.as_deref(), answer, by, self.clock)?;
            }
            classic::Answer::Sync(answer) if error.is_none() => {
                tally.synced += 1;
                self.generations.synced(speaker, partitions(&answer.assignment), by)?;
            }
            _ => {}
        }
        Ok(error.is_none())
    }

    fn book_commit(
        &mut self,
        group: &str,
        at: Clock,
        outcome: &Result<Vec<Topic<PartitionOutcome>>, GroupError>,
    ) -> bool {
        let mut tally = self.tally.borrow_mut();
        let topics = match outcome {
            Ok(topics) => topics,
            Err(GroupError::UnknownServerError) => {
                tally.commits_too_large += 1;
                return false;
            }
            Err(_) => {
                tally.commits_refused += 1;
                return false;
            }
        };
        tally.committed += 1;
        for topic in topics {
            for outcome in topic.partitions.iter().filter(|outcome| outcome.error.is_none()) {
                let place = (group.to_owned(), topic.name.clone(), outcome.partition);
                self.books.committed(&place, at, self.clock);
            }
        }
        true
    }

    fn judge_fetch(
        &mut self,
        group: &str,
        all: bool,
        asked: Clock,
        topics: &[Topic<FetchedOffset>],
        by: Decided,
    ) -> Result<(), String> {
        let notes = self.notes.borrow();
        // Of all that there is, what is not named is not there.
        for place in self.books.places_of(group).iter().filter(|_| all) {
            let topic = topics.iter().find(|topic| topic.name == place.1);
            let mut named = topic.into_iter().flat_map(|topic| &topic.partitions);
            if !named.any(|fetched| fetched.partition == place.2) {
                self.books.fetched(place, -1, asked, by.incarnation, &notes)?;
            }
        }
        for topic in topics {
            for fetched in &topic.partitions {
                let place = (group.to_owned(), topic.name.clone(), fetched.partition);
                self.tally.borrow_mut().fetched += u64::from(fetched.offset >= 0);
                self.books.fetched(&place, fetched.offset, asked, by.incarnation, &notes)?;
            }
        }
        Ok(())
    }
}

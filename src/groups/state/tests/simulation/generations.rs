//! What members are told of the generations of their groups.

use std::collections::{BTreeMap, BTreeSet};

use super::books::Clock;
use super::subject::{Decided, Subject};
use crate::classic::JoinAnswer;

/// A life of a group: group, and how often it had ended before.
type Life = (String, u64);

/// What members were told when they joined. A generation is only written down with its assignment: a state that is made
/// again may give the same number to other members, so that it counts by state.
#[derive(Debug)]
struct Told {
    protocol: Option<String>,
    leader: String,
    members: Option<BTreeSet<String>>,
    joined: BTreeSet<String>,
    at: Clock,
}

/// A member that speaks, as it believes it is.
#[derive(Debug, Clone)]
pub(super) struct Speaker {
    pub(super) group: String,
    pub(super) name: Option<String>,
    pub(super) id: String,
    pub(super) generation: i32,
    /// When it spoke.
    pub(super) at: Clock,
}

/// All generations of all groups.
#[derive(Debug, Default)]
pub(super) struct Generations {
    told: BTreeMap<(String, Decided, i32), Told>,
    /// Who was given a partition, in a generation.
    owners: BTreeMap<(Life, i32, u8), String>,
    /// Who bears a static member's name, and since when that was known.
    bearers: BTreeMap<(String, Decided, String), (String, Clock)>,
    /// The newest generation that a member had its share of.
    synced: BTreeMap<String, (u64, i32)>,
}

/// A static member stays itself under another id, which begins with its name.
fn identity(id: &str) -> &str {
    const UUID_CHARS: usize = 36;
    match id.strip_prefix("static-").and(id.len().checked_sub(UUID_CHARS + 1)) {
        Some(end) => id.get(..end).unwrap_or(id),
        None => id,
    }
}

impl Generations {
    /// A member is told of its generation.
    pub(super) fn joined(
        &mut self,
        group: &str,
        name: Option<&str>,
        answer: &JoinAnswer,
        by: Decided,
        now: Clock,
    ) -> Result<(), String> {
        let generation = answer.generation_id;
        let told = self.told.entry((group.to_owned(), by, generation)).or_insert_with(|| Told {
            protocol: answer.protocol_name.clone(),
            leader: identity(&answer.leader).to_owned(),
            members: None,
            joined: BTreeSet::new(),
            at: now,
        });
        let what = |what: &str| Err(format!("{group} {generation} {by:?}: {what}, {answer:?}"));
        if told.protocol != answer.protocol_name {
            return what("two protocols");
        }
        if told.leader != identity(&answer.leader) {
            return what("two leaders");
        }
        told.joined.insert(identity(&answer.member_id).to_owned());
        if !answer.members.is_empty() {
            let members = answer.members.iter().map(|it| identity(&it.member_id).to_owned());
            let members: BTreeSet<_> = members.collect();
            if *told.members.get_or_insert_with(|| members.clone()) != members {
                return what("other members");
            }
        }
        if told.members.as_ref().is_some_and(|members| !told.joined.is_subset(members)) {
            return what("a member that its leader is not told of");
        }
        if let Some(name) = name {
            let key = (group.to_owned(), by, name.to_owned());
            self.bearers.insert(key, (answer.member_id.clone(), now));
        }
        Ok(())
    }

    /// A member is given its share.
    pub(super) fn synced(
        &mut self,
        speaker: &Speaker,
        partitions: &[u8],
        by: Decided,
    ) -> Result<(), String> {
        let life = (speaker.group.clone(), by.life);
        let generation = speaker.generation;
        for partition in partitions {
            let key = (life.clone(), generation, *partition);
            let owner = self.owners.entry(key).or_insert_with(|| identity(&speaker.id).to_owned());
            if owner != identity(&speaker.id) {
                return Err(format!("{partition} is {owner}'s: {speaker:?} {by:?}"));
            }
        }
        let newest = self.synced.entry(speaker.group.clone()).or_default();
        *newest = (*newest).max((by.life, generation));
        Ok(())
    }

    /// A member that says of itself who it is was taken for it: it is of the newest generation that it can know of, and
    /// nobody has taken its name over.
    pub(super) fn accepted(&self, speaker: &Speaker, by: Decided) -> Result<(), String> {
        let Speaker { group, name, id, generation, at } = speaker;
        let later =
            (group.clone(), by, generation.saturating_add(1))..=(group.clone(), by, i32::MAX);
        if let Some((key, _)) = self.told.range(later).find(|(_, told)| told.at < *at) {
            return Err(format!("{speaker:?} is heard in generation {}", key.2));
        }
        // Whoever has no id yet says by its name that it takes it over.
        let Some(name) = name.as_ref().filter(|_| !id.is_empty()) else { return Ok(()) };
        match self.bearers.get(&(group.clone(), by, name.clone())) {
            Some((bearer, since)) if bearer != id && since < at => {
                Err(format!("{speaker:?} is heard, and was replaced by {bearer}"))
            }
            _ => Ok(()),
        }
    }

    /// All is over: the log knows of every assignment that members were told of.
    pub(super) fn end(&self, replayed: &Subject) -> Result<(), String> {
        for (group, newest) in &self.synced {
            let generation = match replayed.state.groups.get(group) {
                Some(super::super::super::Group::Classic(group)) => group.generation_id(),
                _ => -1,
            };
            let is = (replayed.life_of(group), generation);
            if is < *newest {
                return Err(format!("{group} is {is:?}, and members were told of {newest:?}"));
            }
        }
        Ok(())
    }
}

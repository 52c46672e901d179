//! Who of a topic's subscribers takes the next partition, and who gives one up.

/// The subscribers of one topic in the order of their loads.
///
/// The load of a member is the number of partitions it has, of whatever topic. The caller keeps the loads, and changes
/// them by one for each answer that it follows: takers fill up the lowest level of load until it meets the next one,
/// givers go down from the highest.
///
/// ```text
///       load                     ▒▒ ◀ cannot give anything up
///                           ┌──┐ ▒▒
///                         ▒▒│◀ │ ▒▒   most loaded: from the last to the first
///         ┌──────┐   ▒▒▒▒▒▒▒│██│ ▒▒
///         │  ▶   │▒▒▒▒▒▒▒▒▒▒│██│ ▒▒   least loaded: from the first to the last
///         └──────┘
/// ```
#[derive(Default)]
pub(super) struct Balancer {
    /// The subscribers, ascending by load; those of equal load by place in the group.
    by_load: Vec<usize>,
    /// Those of the least load are `by_load[..least_end]`.
    least_end: usize,
    /// Their load before this round of takers; one less than anyone's before the first round.
    least_load: i64,
    /// The next of them to take a partition.
    next_least: usize,
    /// Those of the most load are `by_load[most_start..most_end]`; those behind have nothing to give up.
    most_start: usize,
    most_end: usize,
    /// Their load before this round of givers; one more than anyone's before the first round.
    most_load: i64,
    /// One behind the next of them to give up a partition.
    after_next_most: usize,
}

impl Balancer {
    /// Begins with the subscribers of another topic; there must be some.
    pub(super) fn begin(&mut self, subscribers: &[usize], loads: &[i64]) {
        self.by_load.clear();
        self.by_load.extend_from_slice(subscribers);
        self.by_load.sort_unstable_by_key(|member| (loads[*member], *member));
        let count = self.by_load.len();
        let (least, most) = (loads[self.by_load[0]], loads[self.by_load[count - 1]]);
        (self.least_end, self.least_load, self.next_least) = (0, least - 1, 0);
        (self.most_start, self.most_end) = (count, count);
        (self.most_load, self.after_next_most) = (most + 1, count);
    }

    /// The member that takes the next partition.
    pub(super) fn next_taker(&mut self, loads: &[i64]) -> usize {
        if self.next_least >= self.least_end {
            self.least_load += 1;
            while self.by_load.get(self.least_end).is_some_and(|it| loads[*it] == self.least_load) {
                self.least_end += 1;
            }
            self.next_least = 0;
        }
        self.next_least += 1;
        self.by_load[self.next_least - 1]
    }

    /// The next member that may give up a partition for which `can_give` holds; `None` when there is none left.
    pub(super) fn next_giver(
        &mut self,
        loads: &[i64],
        can_give: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        loop {
            if self.after_next_most <= self.most_start {
                self.begin_round_of_givers(loads);
            }
            if self.after_next_most == 0 {
                return None;
            }
            self.after_next_most -= 1;
            let member = self.by_load[self.after_next_most];
            if can_give(member) {
                return Some(member);
            }
            self.most_end -= 1;
            self.by_load.swap(self.after_next_most, self.most_end);
        }
    }

    /// The levels of takers and givers have met: no move makes the loads more equal.
    pub(super) fn is_balanced(&self) -> bool {
        self.most_load - self.least_load <= 1
    }

    fn begin_round_of_givers(&mut self, loads: &[i64]) {
        if self.most_end <= self.most_start && self.most_start > 0 {
            // No one is left on this level: the next one may lie lower by more than one.
            self.most_load = loads[self.by_load[self.most_start - 1]];
        } else {
            self.most_load -= 1;
        }
        while self.most_start > 0 && loads[self.by_load[self.most_start - 1]] == self.most_load {
            self.most_start -= 1;
        }
        self.after_next_most = self.most_end;
    }
}

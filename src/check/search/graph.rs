//! Every transition of a completed search, for `eventually`: a run in which faults have stopped ends up going round in a
//! bottom strongly connected component (one that no transition leaves), or stuck in a state, which is such a component
//! by itself. The property is violated if a run gets to one without having seen what is awaited.

use super::expand::Edge;
use super::shard::StateId;

/// The place that no state has: an initial state has it for its parent.
const NOBODY: u32 = u32::MAX;
/// The bit of a transition's target that says that the transition is a fault.
const FAULT: u32 = 1 << 31;

/// See the module's own words.
#[derive(Default)]
pub(super) struct Graph {
    /// For each expanded state, where its transitions begin.
    starts: Vec<u64>,
    /// Where they lead: states by their [`StateId`] until the search is over, then by their places in its order.
    targets: Vec<u32>,
    settled: bool,
    actions: Vec<u16>,
    /// For each state, the properties that are so there, as bits.
    truths: Vec<u32>,
}

/// How a run stays for ever without what is awaited.
pub(super) struct Trap {
    /// The states' numbers from an initial one to the nearest of the component.
    pub states: Vec<u32>,
    /// The place of the action taken in each of them but the last.
    pub actions: Vec<u16>,
    /// How many states the component has; 1 is a state in which nothing more happens, or only what changes nothing.
    pub size: u32,
}

impl Graph {
    /// Notes states in the order of expansion, by what is so in them.
    pub fn states(&mut self, truths: &[u32]) {
        self.truths.extend_from_slice(truths);
    }

    /// Notes a transition, in the order of its sources.
    pub fn edge(&mut self, Edge { parent, target, action, fault }: Edge) {
        self.start(parent as usize + 1);
        self.targets.push(if fault { target.0 | FAULT } else { target.0 });
        self.actions.push(action);
    }

    /// Names states by their places in the order of expansion, now that every state has one: by shard and index.
    pub fn settle(&mut self, places: impl FnOnce() -> Vec<Vec<u32>>) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        let places = places();
        for target in &mut self.targets {
            let state = StateId(*target & !FAULT);
            *target = places[state.shard()][state.index() as usize] | *target & FAULT;
        }
    }

    /// Makes sure that so many states have a place where their transitions begin.
    fn start(&mut self, states: usize) {
        if self.starts.len() < states {
            self.starts.resize(states, self.targets.len() as u64);
        }
    }

    pub fn bytes(&self) -> u64 {
        let edges = self.targets.capacity() * size_of::<u32>() + self.actions.capacity() * size_of::<u16>();
        (self.starts.capacity() * size_of::<u64>() + edges + self.truths.capacity() * size_of::<u32>()) as u64
    }

    /// The nearest trap for the property of this bit; none if it is eventually so in every run. `initial` states come
    /// first. `latched` says that having seen it once is enough. Only for completed searches.
    pub fn trap(&mut self, bit: u32, initial: u32, latched: bool) -> Option<Trap> {
        self.start(self.truths.len() + 1);
        let (order, parents) = self.reached(if latched { bit } else { 0 }, initial);
        let component = self.bottom_components(bit, &order);
        let nearest = *order.iter().find(|state| component[**state as usize] != 0)?;
        let (mut states, mut actions) = (vec![nearest], Vec::new());
        while let Some((parent, action)) = parents[states[states.len() - 1] as usize].filter(|(one, _)| *one != NOBODY)
        {
            states.push(parent);
            actions.push(action);
        }
        states.reverse();
        actions.reverse();
        Some(Trap { states, actions, size: component[nearest as usize] })
    }

    fn edges(&self, state: u32) -> std::ops::Range<usize> {
        self.starts[state as usize] as usize..self.starts[state as usize + 1] as usize
    }

    /// The states that can be reached, faults and all, without ever having seen what is awaited (any, for a bit of 0):
    /// nearest first, each with its parent.
    fn reached(&self, bit: u32, initial: u32) -> (Vec<u32>, Vec<Option<(u32, u16)>>) {
        let mut parents = vec![None; self.truths.len()];
        let mut order = Vec::new();
        for state in (0..initial).filter(|state| self.truths[*state as usize] & bit == 0) {
            parents[state as usize] = Some((NOBODY, 0));
            order.push(state);
        }
        let mut next = 0;
        while let Some(state) = order.get(next).copied() {
            next += 1;
            for edge in self.edges(state) {
                let target = self.targets[edge] & !FAULT;
                if self.truths[target as usize] & bit == 0 && parents[target as usize].is_none() {
                    parents[target as usize] = Some((state, self.actions[edge]));
                    order.push(target);
                }
            }
        }
        (order, parents)
    }

    /// For each state, the size of its bottom component under transitions that are no faults, if no state of it is as
    /// awaited; else 0. Tarjan's algorithm, without recursion.
    fn bottom_components(&self, bit: u32, order: &[u32]) -> Vec<u32> {
        let mut walk = Walk {
            index: vec![0; self.truths.len()],
            low: vec![0; self.truths.len()],
            on_stack: vec![false; self.truths.len()],
            leaves: vec![false; self.truths.len()],
            size: vec![0; self.truths.len()],
            stack: Vec::new(),
            visits: 0,
        };
        let mut calls: Vec<(u32, usize)> = Vec::new();
        for root in order {
            if walk.index[*root as usize] != 0 || self.truths[*root as usize] & bit != 0 {
                continue;
            }
            walk.enter(*root);
            calls.push((*root, self.edges(*root).start));
            while let Some((state, edge)) = calls.last_mut() {
                if *edge == self.edges(*state).end {
                    let state = *state;
                    calls.pop();
                    walk.close(state);
                    if let Some((caller, _)) = calls.last() {
                        walk.back(*caller, state);
                    }
                    continue;
                }
                let target = self.targets[*edge];
                *edge += 1;
                if target & FAULT != 0 {
                    continue;
                }
                if self.truths[target as usize] & bit != 0 {
                    walk.leaves[*state as usize] = true;
                } else if walk.index[target as usize] == 0 {
                    walk.enter(target);
                    calls.push((target, self.edges(target).start));
                } else {
                    walk.back(*state, target);
                }
            }
        }
        walk.size
    }
}

/// What Tarjan's algorithm remembers.
struct Walk {
    /// When each state was visited, from 1; 0 before.
    index: Vec<u32>,
    low: Vec<u32>,
    on_stack: Vec<bool>,
    /// Whether a transition leads from here, or from what was found beyond, out of the component.
    leaves: Vec<bool>,
    size: Vec<u32>,
    stack: Vec<u32>,
    visits: u32,
}

impl Walk {
    fn enter(&mut self, state: u32) {
        self.visits += 1;
        self.index[state as usize] = self.visits;
        self.low[state as usize] = self.visits;
        self.on_stack[state as usize] = true;
        self.stack.push(state);
    }

    /// Learns from a state to which a transition leads.
    fn back(&mut self, state: u32, target: u32) {
        let (state, target) = (state as usize, target as usize);
        if self.on_stack[target] {
            self.low[state] = self.low[state].min(self.low[target]);
        } else {
            // The target's component is finished, and this one has a way out to it.
            self.leaves[state] = true;
        }
    }

    /// All transitions of a state are known; takes its component off the stack if it is the first of it.
    fn close(&mut self, state: u32) {
        if self.low[state as usize] != self.index[state as usize] {
            return;
        }
        let first = self.stack.iter().rposition(|other| *other == state).unwrap_or(0);
        let members = self.stack.split_off(first);
        let leaves = members.iter().any(|member| self.leaves[*member as usize]);
        for member in &members {
            self.on_stack[*member as usize] = false;
            self.size[*member as usize] = if leaves { 0 } else { members.len() as u32 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// States with whether they are as awaited, and transitions with whether they are faults; the first is initial.
    fn trap(truths: &[bool], edges: &[(u32, u32, bool)]) -> Option<(Vec<u32>, u32)> {
        trap_if(true, truths, edges)
    }

    fn trap_if(latched: bool, truths: &[bool], edges: &[(u32, u32, bool)]) -> Option<(Vec<u32>, u32)> {
        let mut graph = Graph::default();
        let truths: Vec<u32> = truths.iter().map(|so| u32::from(*so)).collect();
        graph.states(&truths);
        let mut edges = edges.to_vec();
        edges.sort();
        for (place, (source, target, fault)) in edges.iter().enumerate() {
            let (target, action) = (StateId(*target), place as u16);
            graph.edge(Edge { parent: *source, target, action, fault: *fault });
        }
        graph.trap(1, 1, latched).map(|trap| (trap.states, trap.size))
    }

    #[test]
    fn a_state_in_which_nothing_happens_is_a_trap() {
        assert_eq!(trap(&[false, true], &[(0, 1, false)]), None);
        assert_eq!(trap(&[false, true, false], &[(0, 1, false), (0, 2, false)]), Some((vec![0, 2], 1)));
        assert_eq!(trap(&[false], &[]), Some((vec![0], 1)));
        assert_eq!(trap(&[false], &[(0, 0, false)]), Some((vec![0], 1)));
    }

    #[test]
    fn a_loop_with_a_way_out_is_no_trap() {
        let round = [(0, 1, false), (1, 0, false)];
        assert_eq!(trap(&[false, false, true], &[round[0], round[1], (1, 2, false)]), None);
        assert_eq!(trap(&[false, false, true], &[round[0], round[1], (1, 2, true)]), Some((vec![0], 2)));
        assert_eq!(trap(&[false, false], &round), Some((vec![0], 2)));
        let inner = [(0, 1, false), (1, 2, false), (2, 1, false), (2, 3, false), (3, 2, false)];
        assert_eq!(trap(&[false; 4], &inner), Some((vec![0, 1], 3)));
    }

    #[test]
    fn what_was_seen_before_counts_and_faults_lead_into_traps() {
        // By way of 1, which is as awaited, the trap at 2 is none.
        assert_eq!(trap(&[false, true, false], &[(0, 1, false), (1, 2, false)]), None);
        // A fault leads past it.
        let edges = [(0, 1, false), (1, 2, false), (0, 2, true)];
        assert_eq!(trap(&[false, true, false], &edges), Some((vec![0, 2], 1)));
    }

    #[test]
    fn what_can_be_undone_must_be_so_again() {
        let edges = [(0, 1, false), (1, 2, false)];
        assert_eq!(trap_if(false, &[false, true, false], &edges), Some((vec![0, 1, 2], 1)));
        let round = [(0, 1, false), (1, 2, false), (2, 1, false)];
        assert_eq!(trap_if(false, &[true, true, false], &round), None);
        assert_eq!(trap_if(false, &[true, false, false], &round), Some((vec![0, 1], 2)));
    }
}

//! Sets of faults, one bit per fault.

use crate::fault::{CATALOGUE, FAULTS, FaultId, Reaction, Scope};

const BITS: usize = u32::BITS as usize;

/// A set of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FaultSet([u32; FAULTS.div_ceil(BITS)]);

impl FaultSet {
    pub(crate) const EMPTY: Self = Self([0; FAULTS.div_ceil(BITS)]);

    /// The faults of a list.
    pub(crate) const fn of(mut faults: &[FaultId]) -> Self {
        let mut set = Self::EMPTY;
        while let Some((fault, rest)) = faults.split_first() {
            set = set.with(*fault);
            faults = rest;
        }
        set
    }

    /// Every fault of a scope.
    pub(crate) const fn of_scope(scope: Scope) -> Self {
        let mut set = Self::EMPTY;
        let mut left: &[_] = CATALOGUE;
        while let Some((entry, entries)) = left.split_first() {
            if entry.scope as u8 == scope as u8 {
                set = set.with(entry.id);
            }
            left = entries;
        }
        set
    }

    /// Every fault that asks for this reaction or a stronger one.
    pub(crate) const fn reacting(at_least: Reaction) -> Self {
        let mut set = Self::EMPTY;
        let mut left: &[_] = CATALOGUE;
        while let Some((entry, entries)) = left.split_first() {
            if entry.reaction as u8 >= at_least as u8 {
                set = set.with(entry.id);
            }
            left = entries;
        }
        set
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated when compiled; a bit for each fault"
    )]
    const fn with(mut self, fault: FaultId) -> Self {
        let index = fault as usize;
        self.0[index / BITS] |= 1 << (index % BITS);
        self
    }

    /// The faults that are not in `others`.
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated when compiled; both have the same words"
    )]
    pub(crate) const fn without(mut self, others: &Self) -> Self {
        let mut word = 0;
        while word < self.0.len() {
            self.0[word] &= !others.0[word];
            word += 1;
        }
        self
    }

    pub(crate) fn contains(&self, fault: FaultId) -> bool {
        let index = fault as usize;
        self.0
            .get(index / BITS)
            .is_some_and(|word| word >> (index % BITS) & 1 == 1)
    }

    pub(crate) fn set(&mut self, fault: FaultId, on: bool) {
        let index = fault as usize;
        if let Some(word) = self.0.get_mut(index / BITS) {
            let bit = 1 << (index % BITS);
            if on {
                *word |= bit;
            } else {
                *word &= !bit;
            }
        }
    }

    /// Faults of either set.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
        self
    }

    /// Faults of both sets.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// In the order of the catalogue.
    pub(crate) fn iter(self) -> impl Iterator<Item = FaultId> {
        let words = self.0.into_iter().zip((0..).step_by(BITS));
        words.flat_map(|(word, first)| Bits(word).filter_map(move |bit| FaultId::at(first + bit)))
    }
}

/// The set bits of a word, from the lowest.
struct Bits(u32);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::{CATALOGUE, FaultId, FaultSet};
    use crate::fault::Reaction;

    fn members(picked: &[prop::sample::Index]) -> Vec<FaultId> {
        let mut members: Vec<_> = picked.iter().map(|at| at.get(CATALOGUE).id).collect();
        members.sort();
        members.dedup();
        members
    }

    fn set_of(members: &[FaultId]) -> FaultSet {
        let mut set = FaultSet::EMPTY;
        for fault in members {
            set.set(*fault, true);
        }
        set
    }

    proptest! {
        #[test]
        fn a_set_is_what_was_put_into_it(
            here in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
            there in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let (here, there) = (members(&here), members(&there));
            let (first, second) = (set_of(&here), set_of(&there));
            prop_assert_eq!(first.iter().collect::<Vec<_>>(), here.clone());
            for entry in CATALOGUE {
                let (in_first, in_second) = (here.contains(&entry.id), there.contains(&entry.id));
                prop_assert_eq!(first.contains(entry.id), in_first);
                prop_assert_eq!(first.or(&second).contains(entry.id), in_first || in_second);
                prop_assert_eq!(first.and(&second).contains(entry.id), in_first && in_second);
            }
            prop_assert_eq!(first.is_empty(), here.is_empty());
            let emptied = here.iter().fold(first, |mut set, fault| {
                set.set(*fault, false);
                set
            });
            prop_assert!(emptied.is_empty());
        }
    }

    #[test]
    fn the_set_of_a_reaction_holds_what_reacts_so_or_more() {
        for at_least in [
            Reaction::Record,
            Reaction::Warn,
            Reaction::Limit,
            Reaction::StopCharging,
            Reaction::Open,
        ] {
            let set = FaultSet::reacting(at_least);
            for entry in CATALOGUE {
                assert_eq!(set.contains(entry.id), entry.reaction >= at_least);
            }
        }
    }
}

//! A set of cells of a pack, one bit each.

/// Most cells in series.
pub(crate) const MAX_CELLS: usize = 250;

const WORD: usize = 32;
const WORDS: usize = MAX_CELLS.div_ceil(WORD);

/// A set of cell numbers below [`MAX_CELLS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellSet {
    words: [u32; WORDS],
    count: u16,
}

impl CellSet {
    pub(crate) const EMPTY: Self = Self {
        words: [0; WORDS],
        count: 0,
    };

    pub(crate) fn contains(&self, cell: usize) -> bool {
        self.words
            .get(cell / WORD)
            .is_some_and(|word| word >> (cell % WORD) & 1 == 1)
    }

    pub(crate) fn insert(&mut self, cell: usize) {
        if let Some(word) = self.words.get_mut(cell / WORD) {
            let bit = 1 << (cell % WORD);
            self.count += u16::from(*word & bit == 0);
            *word |= bit;
        }
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Those of the first `count` cells for which `is_in` holds.
    #[expect(clippy::cast_possible_truncation, reason = "at most MAX_CELLS")]
    pub(crate) fn of(count: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut set = Self::EMPTY;
        let mut cell = 0;
        for word in &mut set.words {
            let end = count.min(cell + WORD);
            let mut bit = 1_u32;
            while cell < end {
                if is_in(cell) {
                    *word |= bit;
                }
                bit = bit.rotate_left(1);
                cell += 1;
            }
            set.count += word.count_ones() as u16;
        }
        set
    }

    /// The cells of this set that are not in `others`, in ascending order.
    pub(crate) fn without(&self, others: &Self) -> impl Iterator<Item = usize> + use<> {
        let mut words = self.words;
        for (own, other) in words.iter_mut().zip(&others.words) {
            *own &= !other;
        }
        words.into_iter().enumerate().flat_map(|(place, word)| {
            let mut left = word;
            core::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < WORD).then_some(place * WORD + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_every_cell_of_the_largest_pack() {
        let mut one_by_one = CellSet::EMPTY;
        for cell in 0..MAX_CELLS {
            assert!(!one_by_one.contains(cell));
            one_by_one.insert(cell);
            assert!(one_by_one.contains(cell));
        }
        assert_eq!(one_by_one.len(), MAX_CELLS);
        assert_eq!(CellSet::of(MAX_CELLS, |_| true), one_by_one);
        assert!(one_by_one.without(&CellSet::EMPTY).eq(0..MAX_CELLS));
    }
}

//! Which cells of a pack, one bit each.

/// Most cells in a pack.
pub(crate) const MAX_CELLS: usize = 256;

const WORD: usize = 32;

/// A set of cell numbers below [`MAX_CELLS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellSet {
    words: [u32; MAX_CELLS / WORD],
    count: u16,
}

impl CellSet {
    pub(crate) const EMPTY: Self = Self {
        words: [0; MAX_CELLS / WORD],
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

    /// Those of the first `count` cells that are told.
    #[expect(clippy::cast_possible_truncation, reason = "at most MAX_CELLS")]
    pub(crate) fn of(count: usize, told: impl Fn(usize) -> bool) -> Self {
        let mut set = Self::EMPTY;
        let mut cell = 0;
        for word in &mut set.words {
            let end = count.min(cell + WORD);
            let mut bit = 1_u32;
            while cell < end {
                if told(cell) {
                    *word |= bit;
                }
                bit = bit.rotate_left(1);
                cell += 1;
            }
            set.count += word.count_ones() as u16;
        }
        set
    }

    /// The cells of this set that are not in `others`, in their order.
    pub(crate) fn without(&self, others: &Self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().zip(&others.words).enumerate();
        words.flat_map(|(place, (own, other))| {
            let mut left = own & !other;
            core::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < WORD).then_some(place * WORD + bit)
            })
        })
    }
}

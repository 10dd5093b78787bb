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
}

//! Sets of small numbers (ids, indexes of nodes), a bit each: every kind of `BTreeSet` costs the phone's download 3 kB.

const BITS: usize = u32::BITS as usize;

/// A set of small numbers, read in ascending order.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<u32>);

impl Marks {
    /// Puts a number in; false when it is in already.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        let place = number as usize / BITS;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        let bit = 1 << (number as usize % BITS);
        let is_new = self.0[place] & bit == 0;
        self.0[place] |= bit;
        is_new
    }

    /// Puts numbers in.
    pub(super) fn insert_all(&mut self, numbers: &[u32]) {
        for &number in numbers {
            self.insert(number);
        }
    }

    /// Takes a number out; whether it was in.
    pub(super) fn remove(&mut self, number: u32) -> bool {
        let was_in = self.contains(number);
        if was_in {
            self.0[number as usize / BITS] &= !(1 << (number as usize % BITS));
        }
        was_in
    }

    /// Whether a number is in.
    pub(super) fn contains(&self, number: u32) -> bool {
        let word = self.0.get(number as usize / BITS).copied().unwrap_or_default();
        word >> (number as usize % BITS) & 1 == 1
    }

    /// The least number.
    pub(super) fn first(&self) -> Option<u32> {
        let place = self.0.iter().position(|word| *word != 0)?;
        Some((place * BITS) as u32 + self.0[place].trailing_zeros())
    }

    /// All numbers, ascending.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut numbers = Vec::new();
        for (place, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                numbers.push((place * BITS) as u32 + left.trailing_zeros());
                left &= left - 1;
            }
        }
        numbers
    }

    /// Takes all numbers out.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_are_a_set(steps in prop::collection::vec((any::<bool>(), 0u32..200), 0..100)) {
            let (mut marks, mut set) = (Marks::default(), BTreeSet::new());
            for (is_in, number) in steps {
                if is_in {
                    prop_assert_eq!(marks.insert(number), set.insert(number));
                } else {
                    prop_assert_eq!(marks.remove(number), set.remove(&number));
                }
                prop_assert_eq!(marks.contains(number), set.contains(&number));
                prop_assert_eq!(marks.first(), set.first().copied());
            }
            prop_assert_eq!(marks.numbers(), set.into_iter().collect::<Vec<_>>());
        }
    }
}

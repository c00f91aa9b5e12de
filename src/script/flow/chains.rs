//! Many short lists in one piece of memory: what hangs on nodes and objects, of which most have one or two. Items come
//! in the order in which they were added, and stay.

/// Marks that nothing follows.
const END: u32 = u32::MAX;

/// One of the lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    first: u32,
    last: u32,
}

impl Default for Chain {
    fn default() -> Self {
        Self { first: END, last: END }
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Chains<T> {
    items: Vec<(T, u32)>,
}

impl<T> Default for Chains<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T: Copy> Chains<T> {
    pub(super) fn with_capacity(room: usize) -> Self {
        Self { items: Vec::with_capacity(room) }
    }

    /// Adds an item to a list; its number among all is given back.
    pub(super) fn push(&mut self, chain: &mut Chain, item: T) -> u32 {
        let number = self.items.len() as u32;
        self.items.push((item, END));
        match self.items.get_mut(chain.last as usize) {
            Some((_, next)) => *next = number,
            None => chain.first = number,
        }
        chain.last = number;
        number
    }

    /// An item by its number.
    pub(super) fn get(&self, number: u32) -> T {
        self.items[number as usize].0
    }

    /// The first item of a list, and its number.
    pub(super) fn first(&self, chain: Chain) -> Option<(u32, T)> {
        self.items.get(chain.first as usize).map(|&(item, _)| (chain.first, item))
    }

    /// What comes after the item of a number.
    pub(super) fn after(&self, number: u32) -> Option<(u32, T)> {
        let next = self.items[number as usize].1;
        self.items.get(next as usize).map(|&(item, _)| (next, item))
    }

    /// The items of a list, with their numbers.
    pub(super) fn iter(&self, chain: Chain) -> impl Iterator<Item = (u32, T)> + '_ {
        let mut next = chain.first;
        std::iter::from_fn(move || {
            let number = next;
            let &(item, after) = self.items.get(number as usize)?;
            next = after;
            Some((number, item))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_list_has_its_own_items_in_their_order(pushed in prop::collection::vec((0_usize..4, 0_u32..100), 0..40)) {
            let (mut all, mut lists, mut expected) = (Chains::default(), [Chain::default(); 4], [const { Vec::new() }; 4]);
            for (list, item) in pushed {
                let number = all.push(&mut lists[list], item);
                prop_assert_eq!(all.get(number), item);
                expected[list].push((number, item));
            }
            for (list, expected) in lists.into_iter().zip(expected) {
                prop_assert_eq!(all.iter(list).collect::<Vec<_>>(), expected.clone());
                prop_assert_eq!(all.first(list), expected.first().copied());
                for two in expected.windows(2) {
                    prop_assert_eq!(all.after(two[0].0), Some(two[1]));
                }
            }
        }
    }
}

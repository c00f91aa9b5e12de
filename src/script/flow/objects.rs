//! The set of objects at a node, in the order in which they came. Nearly all sets are small, and need no memory of
//! their own.

use super::graph::Obj;
use crate::script::hash::IdSet;

/// So many objects stand in the node itself.
const FEW: usize = 3;
/// Beyond this many objects membership is hashed.
const SMALL: usize = 12;

/// A set of objects.
#[derive(Debug)]
pub(super) enum Objects {
    Few(u8, [Obj; FEW]),
    Many(Box<Many>),
}

#[derive(Debug, Default)]
pub(super) struct Many {
    list: Vec<Obj>,
    /// The same, once there are more than [`SMALL`].
    set: IdSet<Obj>,
}

impl Default for Objects {
    fn default() -> Self {
        Self::Few(0, [0; FEW])
    }
}

impl Objects {
    pub(super) fn as_slice(&self) -> &[Obj] {
        match self {
            Self::Few(count, objects) => &objects[..usize::from(*count)],
            Self::Many(many) => &many.list,
        }
    }

    pub(super) fn contains(&self, object: Obj) -> bool {
        match self {
            Self::Many(many) if many.list.len() > SMALL => many.set.contains(&object),
            _ => self.as_slice().contains(&object),
        }
    }

    /// Adds an object, unless it is there.
    pub(super) fn insert(&mut self, object: Obj) -> bool {
        if self.contains(object) {
            return false;
        }
        match self {
            Self::Few(count, objects) if usize::from(*count) < FEW => {
                objects[usize::from(*count)] = object;
                *count += 1;
            }
            Self::Few(_, objects) => {
                let mut list = Vec::with_capacity(SMALL);
                list.extend_from_slice(objects);
                list.push(object);
                *self = Self::Many(Box::new(Many { list, set: IdSet::default() }));
            }
            Self::Many(many) => {
                many.list.push(object);
                match many.list.len() {
                    ..=SMALL => {}
                    length if length == SMALL + 1 => many.set.extend(&many.list),
                    _ => drop(many.set.insert(object)),
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_object_is_there_once_in_the_order_in_which_it_came(wanted in prop::collection::vec(0_u32..30, 0..60)) {
            let (mut objects, mut expected) = (Objects::default(), Vec::new());
            for object in wanted {
                let is_new = !expected.contains(&object);
                prop_assert_eq!(objects.insert(object), is_new);
                expected.extend(is_new.then_some(object));
                prop_assert_eq!(objects.as_slice(), &expected[..]);
                prop_assert!((0..30).all(|object| objects.contains(object) == expected.contains(&object)));
            }
        }
    }
}

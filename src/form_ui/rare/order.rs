//! The answer to a `rank` question, names in their order: pure, tested natively.

use zhucun_json::texts::{joined, words};

/// Name and words, as a question offers it.
type Choice = (String, String);

/// The places (in the list) of all choices in the order of the answer; those that it does not name come behind.
pub(super) fn order(value: &str, choices: &[Choice]) -> Vec<usize> {
    let mut order = Vec::new();
    for name in words(value) {
        let found = choices.iter().position(|(known, _)| known == name);
        order.extend(found.filter(|place| !order.contains(place)));
    }
    for place in 0..choices.len() {
        if !order.contains(&place) {
            order.push(place);
        }
    }
    order
}

/// The answer with an order.
pub(super) fn value(order: &[usize], choices: &[Choice]) -> String {
    let names: Vec<&str> =
        order.iter().filter_map(|place| choices.get(*place)).map(|(name, _)| name.as_str()).collect();
    joined(&names, " ")
}

/// The order after one of it has gone to another position.
pub(super) fn moved(mut order: Vec<usize>, from: usize, to: usize) -> Vec<usize> {
    if from < order.len() && to < order.len() {
        let place = order.remove(from);
        order.insert(to, place);
    }
    order
}

/// Where the row lands that began at `from` and whose middle is now at `middle`: behind all whose middle it has passed. Rows
/// are (top, height).
pub(super) fn landing(rows: &[(f64, f64)], from: usize, middle: f64) -> usize {
    let passed = |(place, (top, height)): (usize, &(f64, f64))| place != from && top + height / 2.0 < middle;
    rows.iter().enumerate().filter(|row| passed(*row)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Vec<Choice> {
        ["water", "road", "school"].map(|name| (name.to_owned(), name.to_uppercase())).to_vec()
    }

    #[test]
    fn an_order_is_that_of_the_answer_and_then_that_of_the_list() {
        assert_eq!(order("", &choices()), [0, 1, 2]);
        assert_eq!(order("school water", &choices()), [2, 0, 1]);
        assert_eq!(order("gone school school", &choices()), [2, 0, 1]);
        assert_eq!(value(&[2, 0, 1], &choices()), "school water road");
    }

    #[test]
    fn what_is_moved_pushes_the_others_together() {
        assert_eq!(moved(vec![0, 1, 2], 0, 2), [1, 2, 0]);
        assert_eq!(moved(vec![0, 1, 2], 2, 1), [0, 2, 1]);
        assert_eq!(moved(vec![0, 1, 2], 3, 1), [0, 1, 2]);
    }

    #[test]
    fn a_row_lands_behind_those_it_has_passed() {
        let rows = [(0.0, 60.0), (60.0, 90.0), (150.0, 60.0)];
        assert_eq!(landing(&rows, 0, 30.0), 0);
        assert_eq!(landing(&rows, 0, 110.0), 1);
        assert_eq!(landing(&rows, 0, 999.0), 2);
        assert_eq!(landing(&rows, 2, 20.0), 0);
        assert_eq!(landing(&rows, 2, 100.0), 1);
    }
}

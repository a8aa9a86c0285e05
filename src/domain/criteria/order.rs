//! An order for named criteria that ask for one another (a market inside a market, a view inside a view): each after those
//! that it asks for. Knows names only.

use std::collections::{BTreeMap, BTreeSet};

/// Names in an order in which each comes after those that it needs; names that nobody has are passed over.
///
/// # Errors
/// A circle: each needs the next, and the last the first.
pub fn in_order<'a>(needs: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Result<Vec<&'a str>, Vec<&'a str>> {
    let mut ordered: Vec<&str> = Vec::new();
    let mut way: Vec<&str> = Vec::new();
    for name in needs.keys() {
        visit(name, needs, &mut ordered, &mut way)?;
    }
    Ok(ordered)
}

fn visit<'a>(
    name: &'a str,
    needs: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    ordered: &mut Vec<&'a str>,
    way: &mut Vec<&'a str>,
) -> Result<(), Vec<&'a str>> {
    if ordered.contains(&name) {
        return Ok(());
    }
    if let Some(at) = way.iter().position(|passed| *passed == name) {
        return Err(way[at..].to_vec());
    }
    let Some(needed) = needs.get(name) else { return Ok(()) };
    way.push(name);
    for next in needed {
        visit(next, needs, ordered, way)?;
    }
    way.pop();
    ordered.push(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(pairs: &[(&'static str, &[&'static str])]) -> Result<Vec<&'static str>, Vec<&'static str>> {
        in_order(&pairs.iter().map(|(name, needs)| (*name, needs.iter().copied().collect())).collect())
    }

    #[test]
    fn each_comes_after_what_it_needs_and_a_circle_is_named() {
        assert_eq!(order(&[("a", &["c", "b"]), ("b", &["c"]), ("c", &["elsewhere"])]), Ok(vec!["c", "b", "a"]));
        assert_eq!(order(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]), Err(vec!["b", "c"]));
        assert_eq!(order(&[("a", &["a"])]), Err(vec!["a"]));
        assert_eq!(order(&[]), Ok(vec![]));
    }
}

//! Which known word was perhaps meant by one that is not known.

/// The candidate that differs least from `word`, where it is near enough to have been meant.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = word.to_lowercase();
    let near_enough = 1.max(word.chars().count() * 2 / 5);
    candidates
        .map(|candidate| (edits(&plain, &candidate.to_lowercase()), candidate))
        .filter(|&(edits, _)| edits <= near_enough)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped or changed to turn one word into the other (Levenshtein's distance).
fn edits(from: &str, to: &str) -> usize {
    let mut above: Vec<usize> = (0..=to.chars().count()).collect();
    for (row, a) in from.chars().enumerate() {
        let mut before = row + 1;
        let mut line = vec![before];
        for (column, b) in to.chars().enumerate() {
            let changed = above[column] + usize::from(a != b);
            before = changed.min(before + 1).min(above[column + 1] + 1);
            line.push(before);
        }
        above = line;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_added_dropped_and_changed_are_counted() {
        for (from, to, expected) in
            [("", "", 0), ("dats", "dates", 1), ("kitten", "sitting", 3), ("账龄", "帐龄", 1)]
        {
            assert_eq!(edits(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_a_near_word_is_proposed() {
        let known = ["buckets", "basis"];
        assert_eq!(nearest("bucket", known.into_iter()), Some("buckets"));
        assert_eq!(nearest("Basis", known.into_iter()), Some("basis"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}

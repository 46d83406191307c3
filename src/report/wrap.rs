//! Where a text may be broken over lines: at blanks, and before or after a Chinese character, but never within a
//! number or a word of letters, nor so that a line begins with a comma.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The lines of a text, none wider than this unless a piece that must stay whole is.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for Piece { text, after_blank } in pieces(text) {
        let gap = usize::from(after_blank && !line.is_empty());
        if line.width() + gap + text.width() > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        } else if gap > 0 {
            line.push(' ');
        }
        for c in text.chars() {
            let fits = line.width() + c.width().unwrap_or(0) <= width;
            if !fits && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines
}

/// The width of the widest piece that has to stay whole.
pub(super) fn widest_piece(text: &str) -> usize {
    pieces(text).map(|piece| piece.text.width()).max().unwrap_or(0)
}

/// A part of a text within which no line is broken.
struct Piece<'a> {
    text: &'a str,
    after_blank: bool,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split(' ').enumerate().flat_map(|(at, word)| {
        let mut rest = Some(word);
        let mut after_blank = at > 0;
        std::iter::from_fn(move || {
            let text = rest?;
            let (piece, others) = text.split_at(first_break(text));
            rest = (!others.is_empty()).then_some(others);
            Some(Piece { text: piece, after_blank: std::mem::take(&mut after_blank) })
        })
    })
}

/// Where a word may first be broken; its end, where it may not.
fn first_break(word: &str) -> usize {
    let mut signs = word.char_indices().zip(word.char_indices().skip(1));
    signs.find(|((_, left), (_, right))| may_break(*left, *right)).map_or(word.len(), |(_, (at, _))| at)
}

fn may_break(left: char, right: char) -> bool {
    let is_wide = |c: char| c.width() == Some(2);
    let opens = matches!(left, '（' | '《' | '“' | '【' | '(');
    let closes = matches!(
        right,
        '，' | '。'
            | '；'
            | '：'
            | '、'
            | '）'
            | '》'
            | '”'
            | '】'
            | '？'
            | '！'
            | ','
            | '.'
            | ';'
            | ':'
            | ')'
            | '%'
    );
    (is_wide(left) || is_wide(right)) && !opens && !closes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_stay_whole_and_no_line_begins_with_a_comma() {
        assert_eq!(
            wrap("友好提醒：25332000000011150001逾期16天，22,600.00 CNY", 24),
            ["友好提醒：", "25332000000011150001逾期", "16天，22,600.00 CNY"]
        );
        assert_eq!(wrap("上海金属材料，有限公司", 12), ["上海金属材", "料，有限公司"]);
        assert_eq!(wrap("marked as reversed", 10), ["marked as", "reversed"]);
    }

    #[test]
    fn what_is_wider_than_the_line_is_broken_all_the_same() {
        assert_eq!(wrap("ab 1234567890", 4), ["ab", "1234", "5678", "90"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn the_widest_piece() {
        assert_eq!(widest_piece("逾期102天，45,200.00"), 9);
        assert_eq!(widest_piece("goods came late"), 5);
    }
}

//! What stands around a cell's text without being part of it, and cells that say that there is nothing.

/// The text of a cell without the `="` and `"` by which some programs keep a spreadsheet from taking a text for a number,
/// and without the blanks of any script (U+3000, U+00A0 …) that may stand around it beside the plain ones.
///
/// ```
/// use recv::input::dress::undressed;
/// assert_eq!(undressed(b"=\"00123\""), b"00123");
/// assert_eq!(undressed("\u{3000}合页\u{A0}".as_bytes()), "合页".as_bytes());
/// assert_eq!(undressed("\u{3000}".as_bytes()), b"");
/// ```
#[inline(always)]
pub fn undressed(field: &[u8]) -> &[u8] {
    if is_bare(field) { field } else { undressed_with_care(field) }
}

/// The same of a text.
#[inline]
pub fn undressed_text(text: &str) -> &str {
    if is_bare(text.as_bytes()) { text } else { bare_text(text) }
}

/// Whether the field is as it should be at first glance: most fields are blank, or begin without an equals sign and begin
/// and end in ASCII or in a common Chinese character (in UTF-8 three bytes, of which the first is E4 to E9).
#[inline(always)]
const fn is_bare(field: &[u8]) -> bool {
    match field {
        [] => true,
        [first, ..] => {
            BEGINS_BARE[*first as usize] && matches!(field, [.., 0..0x80] | [.., 0xE4..=0xE9, _, _])
        }
    }
}

/// Whether a field that begins with this byte begins bare.
const BEGINS_BARE: [bool; 256] = {
    let mut bare = [false; 256];
    let mut first = 0;
    while first < bare.len() {
        bare[first] = matches!(first, 0..0x80 | 0xE4..=0xE9) && first != b'=' as usize;
        first += 1;
    }
    bare
};

#[inline(never)]
fn undressed_with_care(field: &[u8]) -> &[u8] {
    // The bytes with which blanks of other scripts begin and end, or `="…"`.
    let may_begin = matches!(field, [b'=' | 0xC2 | 0xE1 | 0xE2 | 0xEF, ..] | [0xE3, 0x80, 0x80, ..]);
    let may_end = matches!(
        field,
        [.., 0xC2, 0x85 | 0xA0] | [.., 0x9A | 0x80, 0x80] | [.., 0xE2, 0x80 | 0x81, _] | [.., 0xBB, 0xBF]
    );
    if !may_begin && !may_end {
        return field;
    }
    std::str::from_utf8(field).map_or(field, |text| bare_text(text).as_bytes())
}

fn bare_text(text: &str) -> &str {
    // The last two have no width, and are no white space to Unicode.
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}');
    let bare = text.trim_matches(is_blank);
    let inner = bare.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.map_or(bare, |inner| inner.trim_matches(is_blank))
}

/// Signs that people and programs write where there is nothing to write.
const PLACEHOLDERS: [&str; 12] = ["-", "--", "—", "——", "――", "–", "－", "/", "／", "无", "N/A", "NULL"];

/// Whether a cell that may be empty says that there is nothing.
#[inline]
pub fn is_placeholder(bytes: &[u8]) -> bool {
    matches!(bytes, [b'-' | b'/' | b'N' | b'n' | 0x80.., ..]) && is_one_of_placeholders(bytes)
}

fn is_one_of_placeholders(bytes: &[u8]) -> bool {
    bytes.len() <= 6 && PLACEHOLDERS.iter().any(|sign| sign.as_bytes().eq_ignore_ascii_case(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_blanks_is_empty_whatever_the_blanks() {
        let blanks = [
            '\u{85}', '\u{A0}', '\u{1680}', '\u{2000}', '\u{2009}', '\u{200B}', '\u{2028}', '\u{202F}',
            '\u{205F}', '\u{3000}', '\u{FEFF}',
        ];
        for blank in blanks {
            for cell in [format!("{blank}"), format!("{blank} {blank}"), format!("=\"{blank}\"")] {
                assert_eq!(undressed(cell.as_bytes()), b"", "{cell:?}");
            }
            for cell in
                [format!("{blank}合页"), format!("合页{blank}"), format!("=\"{blank}合页{blank}\"{blank}")]
            {
                assert_eq!(undressed(cell.as_bytes()), "合页".as_bytes(), "{cell:?}");
            }
        }
    }

    #[test]
    fn only_a_whole_formula_text_is_undressed() {
        for (cell, text) in [
            ("=\"\"", ""),
            ("=\" SO1 \"", "SO1"),
            ("=\"", "=\""),
            ("=SUM(A1)", "=SUM(A1)"),
            ("—", "—"),
            ("“合页”", "“合页”"),
            ("螺栓 M8×30", "螺栓 M8×30"),
        ] {
            assert_eq!(undressed(cell.as_bytes()), text.as_bytes(), "{cell}");
        }
    }

    #[test]
    fn signs_for_nothing_are_no_negative_numbers() {
        for sign in PLACEHOLDERS.into_iter().chain(["null", "n/a"]) {
            assert!(is_placeholder(sign.as_bytes()), "{sign}");
        }
        for text in ["", "-1", "0", "无锡", "--5", "NULLS", "N"] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
    }
}

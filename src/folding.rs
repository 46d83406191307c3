//! Texts as they are compared that two programs write with other widths and cases.

use unicode_normalization::UnicodeNormalization;

/// The text in NFKC and in lower case.
pub(crate) fn folded(text: &str) -> String {
    if text.chars().all(is_plain) { text.to_ascii_lowercase() } else { folded_with_care(text) }
}

/// Whether folding changes nothing but the case of ASCII: of Chinese characters as nearly all names have them.
const fn is_plain(character: char) -> bool {
    character.is_ascii() || matches!(character, '\u{4e00}'..='\u{9fff}')
}

fn folded_with_care(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_characters_keep_their_form() {
        for plain in (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|&plain| is_plain(plain)) {
            let text = plain.to_string();
            assert_eq!(folded_with_care(&text), text.to_ascii_lowercase());
        }
    }

    proptest! {
        #[test]
        fn plain_texts_are_folded_like_others(text in "[ -~\u{4e00}-\u{9fff}]{0,20}") {
            prop_assert_eq!(folded_with_care(&text), text.to_ascii_lowercase());
        }
    }
}

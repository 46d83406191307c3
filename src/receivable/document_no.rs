//! A document's number beside the figures of millions of documents: nearly every one is short, and then needs no memory
//! of its own.

use std::fmt;
use std::ops::Deref;

/// A document's number. Numbers are equal, and sort, as their bytes do.
#[derive(Clone)]
pub struct DocumentNo(Form);

#[derive(Clone)]
enum Form {
    /// The number, with zeros behind it, and its length.
    Short([u8; SHORT], u8),
    Long(Box<[u8]>),
}

/// Bytes of a number that is kept in place: as many as make it no larger than three machine words.
const SHORT: usize = 22;

impl From<&[u8]> for DocumentNo {
    fn from(number: &[u8]) -> DocumentNo {
        if number.len() > SHORT {
            return DocumentNo(Form::Long(number.into()));
        }
        let mut bytes = [0; SHORT];
        bytes[..number.len()].copy_from_slice(number);
        DocumentNo(Form::Short(bytes, number.len() as u8))
    }
}

impl Deref for DocumentNo {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Form::Short(bytes, length) => &bytes[..usize::from(*length)],
            Form::Long(bytes) => bytes,
        }
    }
}

impl PartialEq for DocumentNo {
    fn eq(&self, other: &DocumentNo) -> bool {
        **self == **other
    }
}

impl Eq for DocumentNo {}

impl PartialOrd for DocumentNo {
    fn partial_cmp(&self, other: &DocumentNo) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DocumentNo {
    fn cmp(&self, other: &DocumentNo) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Debug for DocumentNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_any_length_is_kept_and_sorts_as_its_bytes() {
        let mut texts: Vec<Vec<u8>> =
            (0..40).flat_map(|length| [vec![b'7'; length], vec![0; length], vec![0xe5; length]]).collect();
        let mut numbers: Vec<DocumentNo> = texts.iter().map(|text| (&**text).into()).collect();
        for (number, text) in numbers.iter().zip(&texts) {
            assert_eq!(**number, **text);
        }
        texts.sort();
        numbers.sort();
        assert!(numbers.iter().zip(&texts).all(|(number, text)| **number == **text));
        assert!(size_of::<DocumentNo>() <= 3 * size_of::<usize>());
    }
}

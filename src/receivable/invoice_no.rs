//! The number of an invoice, as reports show it.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::ids::IdText;

/// The number of an invoice. Nearly all are short, and need no memory of their own: millions may be open.
#[derive(Clone)]
pub struct InvoiceNo(Form);

#[derive(Clone)]
enum Form {
    Short { bytes: [u8; MOST_BYTES], length: u8 },
    Long(Arc<str>),
}

/// So many bytes take no more room than a text that lies elsewhere. The numbers of fully digital invoices have 20.
const MOST_BYTES: usize = 22;

impl From<&str> for InvoiceNo {
    fn from(text: &str) -> InvoiceNo {
        InvoiceNo::short(text.as_bytes()).unwrap_or_else(|| InvoiceNo(Form::Long(text.into())))
    }
}

impl From<&IdText<'_>> for InvoiceNo {
    #[inline]
    fn from(text: &IdText<'_>) -> InvoiceNo {
        InvoiceNo::short(text.as_bytes()).unwrap_or_else(|| InvoiceNo(Form::Long((**text).into())))
    }
}

impl InvoiceNo {
    /// The text, where it is short enough.
    #[inline]
    fn short(text: &[u8]) -> Option<InvoiceNo> {
        let mut bytes = [0; MOST_BYTES];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(InvoiceNo(Form::Short { bytes, length: text.len() as u8 }))
    }

    /// Its bytes: they are UTF-8, which whoever writes them need not see again.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Short { bytes, length } => &bytes[..usize::from(*length)],
            Form::Long(text) => text.as_bytes(),
        }
    }
}

impl Deref for InvoiceNo {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

impl PartialEq for InvoiceNo {
    fn eq(&self, other: &InvoiceNo) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for InvoiceNo {}

impl PartialOrd for InvoiceNo {
    fn partial_cmp(&self, other: &InvoiceNo) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for InvoiceNo {
    fn cmp(&self, other: &InvoiceNo) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl fmt::Debug for InvoiceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for InvoiceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_is_its_text(one in "[A-Z0-9\u{4e00}-\u{4e09}]{0,12}", other in "[A-Z0-9]{0,30}") {
            let (no, another) = (InvoiceNo::from(&*one), InvoiceNo::from(&*other));
            prop_assert_eq!((&*no, &*another), (&*one, &*other));
            prop_assert_eq!(no.cmp(&another), one.cmp(&other));
            prop_assert_eq!(no == another, one == other);
            prop_assert_eq!(size_of::<InvoiceNo>(), 24);
        }
    }
}

//! Which rows are alike in every column that recv reads.

use super::columns::Columns;
use super::hash::hash_bytes;
use super::records::Record;
use super::table::Layout;

/// The columns of one file by which its rows are compared.
#[derive(Debug)]
pub struct Compared {
    positions: Vec<usize>,
    /// Whether these columns stand side by side in the file.
    side_by_side: bool,
}

impl Compared {
    /// All columns that were found, in the order of their table, whatever their order in the file.
    pub fn columns<C: Columns>(layout: &Layout<C>) -> Compared {
        let positions: Vec<usize> = layout.found().collect();
        let side_by_side = positions.windows(2).all(|pair| pair[1] == pair[0] + 1);
        Compared { positions, side_by_side }
    }

    /// A hash of the cells with commas between them, by which rows that may be alike are found.
    pub fn hash(&self, record: &Record<'_>, scratch: &mut Vec<u8>) -> u64 {
        if let Some(bytes) = self.as_written(record) {
            return hash_bytes(bytes);
        }
        self.join(record, b',', scratch);
        hash_bytes(scratch)
    }

    /// The cells one after the other, so that rows are alike where these bytes are.
    pub fn write(&self, record: &Record<'_>, into: &mut Vec<u8>) {
        self.join(record, 0x1f, into);
    }

    fn join(&self, record: &Record<'_>, separator: u8, into: &mut Vec<u8>) {
        into.clear();
        for &position in &self.positions {
            into.extend_from_slice(record.field(position));
            into.push(separator);
        }
        into.pop();
    }

    /// The cells with commas between them, where the file has just that.
    fn as_written<'r>(&self, record: &Record<'r>) -> Option<&'r [u8]> {
        let (&first, &last) = (self.positions.first()?, self.positions.last()?);
        if self.side_by_side { record.fields_with_commas(first, last) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::records::{Records, Step};

    /// The hashes of all rows.
    fn hashes(text: &[u8], positions: &[usize]) -> Vec<u64> {
        let side_by_side = positions.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let compared = Compared { positions: positions.to_vec(), side_by_side };
        let mut records = Records::new(text).unwrap();
        let mut hashes = Vec::new();
        while let Step::Record(record) = records.advance().unwrap() {
            hashes.push(compared.hash(&record, &mut Vec::new()));
        }
        hashes.split_off(1)
    }

    #[test]
    fn cells_have_one_hash_however_they_are_written() {
        let plain = hashes("a,b,c\n1,客户,3\n".as_bytes(), &[0, 1, 2])[0];
        for text in
            ["a,b,c\n1, 客户 ,3\n", "a,b,c\n1,\"客户\",3\n", "a;b;c\n1;客户;3\n", "a\tb\tc\n1\t客户\t3\r\n"]
        {
            assert_eq!(hashes(text.as_bytes(), &[0, 1, 2]), [plain], "{text}");
        }
        assert_eq!(hashes("c,b,a\n3,客户,1\n".as_bytes(), &[2, 1, 0]), [plain]);
        assert_eq!(hashes("a,x,b,c\n1,9,客户,3,\n".as_bytes(), &[0, 2, 3]), [plain]);
        assert_ne!(hashes("a,b,c\n1,客户,4\n".as_bytes(), &[0, 1, 2]), [plain]);
    }
}

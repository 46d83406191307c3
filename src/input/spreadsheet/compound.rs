//! A look through a compound file (`.xls`) before it is read: that its chains of sectors end, and that its sheets do not
//! claim more cells than is good (memory would be reserved for them).

use super::MOST_CELLS;
use super::grid::broken;
use crate::diagnostic::{Excess, Problem, SpreadsheetFault};

/// Ends a chain of sectors.
const END_OF_CHAIN: u32 = 0xffff_fffe;
/// Numbers from here on are no sectors.
const NO_SECTOR: u32 = 0xffff_fffa;
/// Streams shorter than this lie in small sectors.
const SMALL_STREAM: u64 = 4096;
const SMALL_SECTOR: usize = 64;
/// Columns of a sheet in this format.
const MOST_COLUMNS: u16 = 256;
/// Cells of all sheets together: all of them are kept in memory, twice.
const MOST_IN_MEMORY: u64 = MOST_CELLS / 4;

/// Follows every chain that a reader will follow, and measures every sheet.
pub fn look_through(bytes: &[u8]) -> Result<(), Problem> {
    let file = Compound::open(bytes)?;
    if file.find("EncryptedPackage").is_some() {
        return Err(Problem::Spreadsheet(SpreadsheetFault::Protected));
    }
    let entry = file.find("Workbook").or_else(|| file.find("Book"));
    measure(&file.stream(entry.ok_or_else(|| broken("no workbook in it"))?)?)
}

/// A number at this place, the lowest byte first; `None` beyond the end.
fn number_at<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let slice = bytes.get(at..at.checked_add(N)?)?;
    Some(slice.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    number_at::<2>(bytes, at).and_then(|number| u16::try_from(number).ok())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number_at::<4>(bytes, at).and_then(|number| u32::try_from(number).ok())
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks::<4>().0.iter().map(|chunk| u32::from_le_bytes(*chunk))
}

fn cut_off() -> Problem {
    broken("cut off")
}

/// A stream of the file.
#[derive(Clone)]
struct Entry {
    name: String,
    start: u32,
    length: u64,
}

/// The file, its table of sectors, and its directory.
struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    next: Vec<u32>,
    entries: Vec<Entry>,
    small_next: Vec<u32>,
    small_sectors: Vec<u8>,
}

impl<'b> Compound<'b> {
    fn open(bytes: &'b [u8]) -> Result<Compound<'b>, Problem> {
        let field = |at| u32_at(bytes, at).ok_or_else(cut_off);
        let sector = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(broken("no compound file")),
        };
        let mut file = Compound {
            bytes,
            sector,
            next: Vec::new(),
            entries: Vec::new(),
            small_next: Vec::new(),
            small_sectors: Vec::new(),
        };
        let mut table: Vec<u32> = numbers(bytes.get(76..512).ok_or_else(cut_off)?).collect();
        let mut more = field(68)?;
        while more < NO_SECTOR {
            table.extend(numbers(file.sector(more)?));
            more = table.pop().ok_or_else(cut_off)?;
            file.bound(table.len())?;
        }
        for number in table.into_iter().filter(|&number| number < NO_SECTOR) {
            let part: Vec<u32> = numbers(file.sector(number)?).collect();
            file.next.extend(part);
            file.bound(file.next.len() / (sector / 4))?;
        }
        let directory = file.chain(field(48)?, u64::MAX)?;
        file.entries = directory.as_chunks::<128>().0.iter().map(|entry| read_entry(entry, sector)).collect();
        if field(64)? > 0
            && let Some(root) = file.entries.first().cloned()
        {
            file.small_sectors = file.chain(root.start, root.length)?;
            let table = file.chain(field(60)?, u64::from(field(64)?) * sector as u64)?;
            file.small_next = numbers(&table).collect();
        }
        Ok(file)
    }

    /// Refuses more of anything than the file has sectors.
    fn bound(&self, sectors: usize) -> Result<(), Problem> {
        if sectors > self.bytes.len() / self.sector + 109 {
            Err(broken("sectors without end"))
        } else {
            Ok(())
        }
    }

    /// The bytes of a sector, of the file's last one what there is.
    fn sector(&self, number: u32) -> Result<&'b [u8], Problem> {
        let start = (number as usize + 1) * self.sector;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).ok_or_else(cut_off)
    }

    /// A chain of sectors, up to so many bytes.
    fn chain(&self, start: u32, most: u64) -> Result<Vec<u8>, Problem> {
        let mut chain = Vec::new();
        let mut number = start;
        let mut sectors = 0;
        while number != END_OF_CHAIN && (chain.len() as u64) < most {
            chain.extend_from_slice(self.sector(number)?);
            sectors += 1;
            self.bound(sectors)?;
            number = *self.next.get(number as usize).ok_or_else(cut_off)?;
        }
        chain.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(chain)
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Result<Vec<u8>, Problem> {
        if entry.length >= SMALL_STREAM {
            return self.chain(entry.start, entry.length);
        }
        let mut stream = Vec::new();
        let mut number = entry.start;
        while number != END_OF_CHAIN && (stream.len() as u64) < entry.length {
            let start = number as usize * SMALL_SECTOR;
            stream
                .extend_from_slice(self.small_sectors.get(start..start + SMALL_SECTOR).ok_or_else(cut_off)?);
            number = *self.small_next.get(number as usize).ok_or_else(cut_off)?;
        }
        stream.truncate(usize::try_from(entry.length).unwrap_or(usize::MAX));
        Ok(stream)
    }
}

fn read_entry(entry: &[u8; 128], sector: usize) -> Entry {
    let units = entry[..64].as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
    let length = if sector == 512 { number_at::<4>(entry, 120) } else { number_at::<8>(entry, 120) };
    Entry {
        name: String::from_utf16_lossy(&units),
        start: u32_at(entry, 116).unwrap_or(END_OF_CHAIN),
        length: length.unwrap_or_default(),
    }
}

/// A record that says where a sheet begins.
const SHEET: u16 = 0x0085;
/// A record of the rows and columns that a sheet claims to have.
const DIMENSIONS: u16 = 0x0200;
/// The last record of a sheet, and of what comes before the sheets.
const END: u16 = 0x000a;
/// Records of one cell each: a number, a text, a truth, a formula and so on.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, 0x0006];
/// A record of several numbers side by side.
const NUMBERS: u16 = 0x00bd;

/// The records from this place to the one that ends them.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = from;
    std::iter::from_fn(move || {
        let kind = u16_at(stream, at)?;
        let length = u16_at(stream, at + 2)? as usize;
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, data))
    })
    .take_while(|&(kind, _)| kind != END)
}

/// Measures the sheets by what they claim, one by one, and by what lies between their first and last cells, together.
fn measure(stream: &[u8]) -> Result<(), Problem> {
    let mut claimed = 0u64;
    let mut held = 0u64;
    for (_, sheet) in records(stream, 0).filter(|&(kind, _)| kind == SHEET) {
        let from = u32_at(sheet, 0).ok_or_else(cut_off)? as usize;
        let (mut rows, mut columns) = (0, 0);
        for (kind, data) in records(stream, from) {
            if kind == DIMENSIONS {
                claimed = claimed.max(claimed_cells(data).unwrap_or_default());
            }
            if CELLS.contains(&kind) || kind == NUMBERS {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else {
                    return Err(cut_off());
                };
                let last =
                    if kind == NUMBERS { u16_at(data, data.len().saturating_sub(2)) } else { Some(first) };
                let last = last.unwrap_or(first);
                if first >= MOST_COLUMNS || last >= MOST_COLUMNS {
                    return Err(broken("a cell beyond the last column"));
                }
                rows = rows.max(u64::from(row) + 1);
                columns = columns.max(u64::from(last) + 1);
            }
        }
        held += rows * columns;
        if claimed.max(held) > MOST_IN_MEMORY {
            return Err(Problem::SpreadsheetTooLarge(Excess::Cells));
        }
    }
    Ok(())
}

/// Rows × columns that a sheet claims to have, in the older or the newer form of the record.
fn claimed_cells(data: &[u8]) -> Option<u64> {
    let (first_row, last_row, last_column) = if data.len() == 10 {
        (u32::from(u16_at(data, 0)?), u32::from(u16_at(data, 2)?), u16_at(data, 6)?)
    } else {
        (u32_at(data, 0)?, u32_at(data, 4)?, u16_at(data, 10)?)
    };
    // Readers subtract without looking.
    let rows = if first_row > last_row { u64::from(u32::MAX) } else { u64::from(last_row - first_row) };
    Some(rows * u64::from(last_column))
}

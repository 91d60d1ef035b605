//! A stream out of a compound file (MS-CFB): a small file system of sectors in chains.

use super::records::Bytes;

/// Streams below this are in the sectors of 64 bytes.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// Numbers of sectors from here on mean something else, such as the end of a chain.
const LAST: u32 = 0xffff_fffa;
const HEADER: usize = 512;

struct File<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// For each sector the next one of its chain.
    next: Vec<u32>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30)?;
        let sector = match shift {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self { bytes, sector, next: Vec::new() };
        // Where the table of chains is: its first sectors are named in the header, more of them in sectors of their own.
        let mut table: Vec<u32> = (0..109).filter_map(|index| u32_at(bytes, 76 + index * 4)).collect();
        let mut more = u32_at(bytes, 68)?;
        let mut seen = 0;
        while more < LAST && seen <= file.count() {
            let mut numbers = numbers(file.sector(more)?);
            more = numbers.pop()?;
            table.append(&mut numbers);
            seen += 1;
        }
        for sector in table.into_iter().filter(|sector| *sector < LAST).take(file.count()) {
            let mut numbers = numbers(file.sector(sector)?);
            file.next.append(&mut numbers);
        }
        Some(file)
    }

    fn count(&self) -> usize {
        self.bytes.len() / self.sector
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let begin = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last one may be cut short.
        self.bytes.get(begin..(begin + self.sector).min(self.bytes.len()))
    }

    /// All of a chain; it may not be longer than the file.
    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        let mut number = first;
        while number < LAST {
            if all.len() > self.bytes.len() {
                return None;
            }
            all.extend_from_slice(self.sector(number)?);
            number = *self.next.get(number as usize)?;
        }
        Some(all)
    }

    /// A small stream: its sectors are parts of one large stream.
    fn small(&self, whole: &[u8], first: u32) -> Option<Vec<u8>> {
        let next = numbers(&self.chain(u32_at(self.bytes, 60)?)?);
        let mut all = Vec::new();
        let mut number = first;
        while number < LAST {
            if all.len() > SMALL {
                return None;
            }
            let begin = (number as usize).checked_mul(SMALL_SECTOR)?;
            all.extend_from_slice(whole.get(begin..begin + SMALL_SECTOR)?);
            number = *next.get(number as usize)?;
        }
        Some(all)
    }
}

/// The bytes of a stream by its name; `None` where there is none, or the file is none of this kind.
pub(super) fn stream(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    bytes.get(..HEADER)?;
    let file = File::open(bytes)?;
    let directory = file.chain(u32_at(bytes, 48)?)?;
    let entries = || directory.chunks_exact(128);
    let entry = entries().find(|entry| name_of(entry).eq_ignore_ascii_case(name))?;
    let (first, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    let mut all = if size < SMALL {
        let root = entries().next()?;
        file.small(&file.chain(u32_at(root, 116)?)?, first)?
    } else {
        file.chain(first)?
    };
    all.truncate(size);
    Some(all)
}

fn name_of(entry: &[u8]) -> String {
    let length = usize::from(u16_at(entry, 64).unwrap_or_default()).saturating_sub(2).min(64);
    let units = entry.get(..length).unwrap_or_default().chunks_exact(2);
    let units: Vec<u16> = units.map(|unit| u16_at(unit, 0).unwrap_or_default()).collect();
    String::from_utf16_lossy(&units)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Bytes(bytes.get(at..)?).u16()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Bytes(bytes.get(at..)?).u32()
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|number| u32_at(number, 0)).collect()
}

//! Records of a BIFF8 stream and the values in them. Nothing here trusts a length: what is not there is `None`.

/// More texts than a form has cells.
const MAX_TEXTS: usize = 1_000_000;
const CONTINUE: u16 = 0x003c;

/// A record, with the records that continue it.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
    more: Vec<&'a [u8]>,
}

/// The records of a stream; ends where one is cut off.
pub(super) struct Records<'a>(Bytes<'a>);

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Self(Bytes(stream))
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (self.0.u16()?, self.0.u16()?);
        Some((kind, self.0.take(length as usize)?))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let mut more = Vec::new();
        while Bytes(self.0.0).u16() == Some(CONTINUE)
            && let Some((_, data)) = self.one()
        {
            more.push(data);
        }
        Some(Record { kind, data, more })
    }
}

/// Bytes taken from the front; all numbers are little-endian.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.0 = self.0.get(count..).unwrap_or_default();
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// A text with its length in two bytes; as much of it as is there.
    pub(super) fn text16(&mut self) -> Option<String> {
        let length = self.u16()?;
        self.text(length as usize)
    }

    fn text(&mut self, length: usize) -> Option<String> {
        let is_wide = self.u8()? & 1 == 1;
        let mut out = Vec::new();
        self.units(length, is_wide, &mut out);
        Some(String::from_utf16_lossy(&out))
    }

    /// Takes up to so many characters; says how many.
    fn units(&mut self, wanted: usize, is_wide: bool, out: &mut Vec<u16>) -> usize {
        let width = if is_wide { 2 } else { 1 };
        let count = wanted.min(self.0.len() / width);
        let bytes = self.take(count * width).unwrap_or_default();
        out.extend(bytes.chunks(width).map(|unit| match unit {
            [low, high] => u16::from_le_bytes([*low, *high]),
            [low] => u16::from(*low),
            _ => 0,
        }));
        count
    }
}

/// A text with its length in one byte: the name of a sheet.
pub(super) fn text8(data: &mut Bytes<'_>) -> Option<String> {
    let length = data.u8()?;
    data.text(length as usize)
}

/// The texts of all sheets; they run on through the records that continue the first. `None`: more than a form has.
pub(super) fn texts(record: &Record<'_>) -> Option<Vec<String>> {
    let mut parts = record.more.iter();
    let mut data = Bytes(record.data);
    data.skip(8);
    let mut all = Vec::new();
    let mut units = Vec::new();
    loop {
        // A text begins in one part.
        while data.0.is_empty() {
            match parts.next() {
                Some(part) => data = Bytes(part),
                None => return Some(all),
            }
        }
        let (Some(length), Some(flags)) = (data.u16(), data.u8()) else { return Some(all) };
        let runs = if flags & 8 == 0 { 0 } else { data.u16().unwrap_or_default() };
        let extra = if flags & 4 == 0 { 0 } else { data.u32().unwrap_or_default() };
        let mut is_wide = flags & 1 == 1;
        let mut left = length as usize;
        units.clear();
        loop {
            left -= data.units(left, is_wide, &mut units);
            if left == 0 {
                break;
            }
            let Some(part) = parts.next() else { break };
            data = Bytes(part);
            // What goes on says anew how wide it is.
            is_wide = data.u8().is_some_and(|flags| flags & 1 == 1);
        }
        if all.len() >= MAX_TEXTS {
            return None;
        }
        all.push(String::from_utf16_lossy(&units));
        let mut skip = runs as usize * 4 + extra as usize;
        while skip > data.0.len() {
            skip -= data.0.len();
            match parts.next() {
                Some(part) => data = Bytes(part),
                None => return Some(all),
            }
        }
        data.skip(skip);
    }
}

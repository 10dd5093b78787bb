//! The bytes of a recording.

use crate::tick::{self, Tick};

/// Most cells and sensors of a recording.
pub(crate) const MAX_CELLS: usize = 96;
pub(crate) const MAX_SENSORS: usize = 24;

/// A recording: its header, and its ticks one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Cells in series.
    pub cells: usize,
    /// Temperature sensors.
    pub sensors: usize,
    /// Ticks.
    pub ticks: u32,
    /// One step of the current, in ampere.
    pub current_step_a: f32,
    rest: Reader<'a>,
}

/// Little-endian numbers, and 0 after the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk() {
            Some((bytes, rest)) => {
                self.0 = rest;
                *bytes
            }
            None => [0; N],
        }
    }

    pub(crate) fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    pub(crate) fn i8(&mut self) -> i8 {
        i8::from_le_bytes(self.take())
    }

    pub(crate) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(crate) fn i16(&mut self) -> i16 {
        i16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }
}

impl<'a> Recording<'a> {
    /// Looks at the header; none where it is no recording, or one of more cells than there is room for.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        let magic: [u8; 4] = rest.take();
        let (version, cells, sensors, _) = (rest.u16(), rest.u16(), rest.u16(), rest.u16());
        let (ticks, current_step_a) = (rest.u32(), rest.f32());
        let (cells, sensors) = (usize::from(cells), usize::from(sensors));
        let known = magic == *b"BMSD" && version == 1;
        (known && cells <= MAX_CELLS && sensors <= MAX_SENSORS).then_some(Self {
            cells,
            sensors,
            ticks,
            current_step_a,
            rest,
        })
    }

    /// Takes in the next tick.
    pub fn next(&mut self, tick: &mut Tick) {
        tick::read(
            tick,
            &mut self.rest,
            self.cells,
            self.sensors,
            self.current_step_a,
        );
    }
}

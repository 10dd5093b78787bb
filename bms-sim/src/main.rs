//! `bms-sim`: the command line.

fn main() {}

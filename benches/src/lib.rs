//! Cases shared by the benchmarks.

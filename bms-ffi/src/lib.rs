//! C interface of `bms-core`: conversions, pointer and size checks, status codes; no logic.

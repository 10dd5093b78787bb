//! Prints the catalogue of faults as Markdown.
//!
//! ```sh
//! cargo run -p bms-core --example fault_table > docs/faults.md
//! ```

#[path = "../tests/common/fault_table.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod fault_table;

fn main() {
    print!("{}", fault_table::markdown());
}

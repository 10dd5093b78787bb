//! The C and C++ programs of `bms-ffi/tests/c` and `bms-ffi/examples`: each returns 0 where everything is as it should be, and says where not.

// The programs.
use bms_ffi_c as _;

use std::ffi::c_int;

macro_rules! program {
    ($name:ident, $function:ident) => {
        #[test]
        fn $name() {
            unsafe extern "C" {
                fn $function() -> c_int;
            }
            // SAFETY: compiled by the build script from a function without arguments that returns an int.
            assert_eq!(unsafe { $function() }, 0);
        }
    };
}

program!(life_cycle, bms_test_life_cycle);
program!(misuse, bms_test_misuse);
program!(two_packs, bms_test_two_packs);
program!(snapshot, bms_test_snapshot);
program!(statuses, bms_test_statuses);
program!(charge, bms_test_charge);
program!(session, bms_test_session);
program!(charge_dc, bms_test_charge_dc);
program!(charge_gbt, bms_test_charge_gbt);

#[cfg(has_cpp)]
program!(wrapper, bms_test_wrapper);

#[cfg(not(has_cpp))]
#[test]
fn wrapper() {
    println!("skipped: the C++ wrapper: no C++ compiler");
}

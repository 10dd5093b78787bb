//! Compiles the C and C++ tests of `../tests/c` so that `cargo test` can call them. Without a C++ compiler the C ones.

use std::path::Path;
use std::process::Command;

const C_TESTS: [&str; 7] = [
    "life_cycle",
    "misuse",
    "two_packs",
    "snapshot",
    "statuses",
    "charge",
    "session",
];
/// Examples, which say themselves where something is not as it should be.
const EXAMPLES: [&str; 2] = ["charge_dc", "charge_gbt"];
const CPP_TESTS: [&str; 1] = ["wrapper"];

fn main() {
    println!("cargo:rerun-if-changed=../tests/c");
    println!("cargo:rerun-if-changed=../include");
    println!("cargo:rustc-check-cfg=cfg(has_cpp)");
    println!("cargo:rerun-if-changed=../examples");
    for test in C_TESTS {
        compile("../tests/c", test, "c", "-std=c99", false);
    }
    for example in EXAMPLES {
        compile("../examples", example, "c", "-std=c99", false);
    }
    println!("cargo:rerun-if-changed=../../firmware/c-drive");
    cc::Build::new()
        .file("../../firmware/c-drive/drive.c")
        .file("../tests/c/exported/demo_13s.c")
        .include("../include")
        .flag("-std=c99")
        .flag("-ffp-contract=off")
        .flag("-Wall")
        .flag("-Wextra")
        .flag("-Wpedantic")
        .flag("-Werror")
        .compile("drive");
    let compiler = cc::Build::new().cpp(true).get_compiler();
    if Command::new(compiler.path())
        .arg("--version")
        .output()
        .is_ok()
    {
        println!("cargo:rustc-cfg=has_cpp");
        for test in CPP_TESTS {
            compile("../tests/c", test, "cpp", "-std=c++17", true);
        }
    }
}

fn compile(directory: &str, test: &str, extension: &str, standard: &str, cpp: bool) {
    let file = Path::new(directory).join(test).with_extension(extension);
    cc::Build::new()
        .cpp(cpp)
        .file(file)
        .include("../include")
        .define("TEST_MAIN", Some(format!("bms_test_{test}").as_str()))
        .flag(standard)
        .flag("-Wall")
        .flag("-Wextra")
        .flag("-Wpedantic")
        .flag("-Werror")
        .compile(&format!("bms_test_{test}"));
}

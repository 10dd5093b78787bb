//! On a hosted target the image has no start-up code. Of the C library it gets what the compiler itself calls, `memcpy` and
//! its like; that nothing of it allocates is checked on the linked image.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bins=-nostartfiles");
        println!("cargo:rustc-link-arg-bins=-nostdlib");
        println!("cargo:rustc-link-arg-bins=-lc");
    }
}

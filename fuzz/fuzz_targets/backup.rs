#![no_main]
//! See `fuzz_targets::TARGETS`.

fuzz_targets::fuzzer!("backup");

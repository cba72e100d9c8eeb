//! What lies between a server and its machine while a fault is tried: a library that is loaded before the system's own, and answers for the
//! disk and the clock as a file of control says. It is compiled by itself, for the server as it is runs on it.
//!
//! The first byte says what befalls the disk, the eight from the eighth on by how many milliseconds the clock is wrong.

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI64, AtomicPtr, AtomicU8, Ordering};

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn getenv(name: *const c_char) -> *const c_char;
    fn mmap(at: *mut c_void, size: usize, may: c_int, how: c_int, file: c_int, from: c_long) -> *mut c_void;
    fn __errno_location() -> *mut c_int;
}

#[cfg(target_arch = "x86_64")]
mod number {
    pub const PWRITE: i64 = 18;
    pub const WRITE: i64 = 1;
    pub const FSYNC: i64 = 74;
    pub const FDATASYNC: i64 = 75;
    pub const FTRUNCATE: i64 = 77;
    pub const CLOCK_GETTIME: i64 = 228;
    pub const NANOSLEEP: i64 = 35;
    pub const OPENAT: i64 = 257;
    pub const READLINKAT: i64 = 267;
}
#[cfg(target_arch = "aarch64")]
mod number {
    pub const PWRITE: i64 = 68;
    pub const WRITE: i64 = 64;
    pub const FSYNC: i64 = 82;
    pub const FDATASYNC: i64 = 83;
    pub const FTRUNCATE: i64 = 46;
    pub const CLOCK_GETTIME: i64 = 113;
    pub const NANOSLEEP: i64 = 101;
    pub const OPENAT: i64 = 56;
    pub const READLINKAT: i64 = 78;
}

const ENOSPC: c_int = 28;
const EROFS: c_int = 30;
const EIO: c_int = 5;
const AT_FDCWD: c_int = -100;
const CONTROL_BYTES: usize = 16;

static CONTROL: AtomicPtr<u8> = AtomicPtr::new(null_mut());

/// The file of control, mapped once; nothing if there is none.
fn control() -> Option<&'static [AtomicU8; CONTROL_BYTES]> {
    let mut at = CONTROL.load(Ordering::Relaxed);
    if at.is_null() {
        const NAME: &CStr = c"BORSKLOKKA_CHAOS";
        unsafe {
            let name = getenv(NAME.as_ptr());
            if name.is_null() {
                return None;
            }
            let file = syscall(number::OPENAT, AT_FDCWD, name, 0, 0);
            if file < 0 {
                return None;
            }
            at = mmap(null_mut(), CONTROL_BYTES, 1, 1, file as c_int, 0).cast();
        }
        if at.addr() == usize::MAX {
            return None;
        }
        CONTROL.store(at, Ordering::Relaxed);
    }
    unsafe { Some(&*at.cast()) }
}

fn befalls() -> u8 {
    control().map_or(0, |control| control[0].load(Ordering::Relaxed))
}

/// Whether a file is the database's.
fn is_of_database(file: c_int) -> bool {
    let path = format!("/proc/self/fd/{file}\0");
    let mut name = [0_u8; 512];
    let length = unsafe { syscall(number::READLINKAT, AT_FDCWD, path.as_ptr(), name.as_mut_ptr(), name.len()) };
    let name = &name[..length.max(0) as usize];
    name.windows(13).any(|part| part == b"borsklokka.db")
}

fn failed(why: c_int) -> isize {
    unsafe { *__errno_location() = why };
    -1
}

/// What a write of the database is answered; nothing if it is done.
fn no_write(file: c_int) -> Option<c_int> {
    let why = match befalls() {
        b'F' => ENOSPC,
        b'R' => EROFS,
        b'W' => EIO,
        _ => return None,
    };
    is_of_database(file).then_some(why)
}

/// What a sync of the database is answered; nothing if it is done.
fn no_sync(file: c_int) -> Option<c_int> {
    match befalls() {
        b'E' if is_of_database(file) => Some(EIO),
        b'S' if is_of_database(file) => {
            let while_ = [0_i64, 300_000_000];
            unsafe { syscall(number::NANOSLEEP, while_.as_ptr(), null_mut::<c_void>()) };
            None
        }
        _ => None,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn write(file: c_int, from: *const c_void, bytes: usize) -> isize {
    if let Some(why) = no_write(file) {
        return failed(why);
    }
    unsafe { syscall(number::WRITE, file, from, bytes) as isize }
}

#[unsafe(no_mangle)]
pub extern "C" fn pwrite(file: c_int, from: *const c_void, bytes: usize, at: i64) -> isize {
    if let Some(why) = no_write(file) {
        return failed(why);
    }
    unsafe { syscall(number::PWRITE, file, from, bytes, at) as isize }
}

#[unsafe(no_mangle)]
pub extern "C" fn pwrite64(file: c_int, from: *const c_void, bytes: usize, at: i64) -> isize {
    pwrite(file, from, bytes, at)
}

#[unsafe(no_mangle)]
pub extern "C" fn ftruncate(file: c_int, bytes: i64) -> c_int {
    if let Some(why) = no_write(file) {
        return failed(why) as c_int;
    }
    unsafe { syscall(number::FTRUNCATE, file, bytes) as c_int }
}

#[unsafe(no_mangle)]
pub extern "C" fn ftruncate64(file: c_int, bytes: i64) -> c_int {
    ftruncate(file, bytes)
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(file: c_int) -> c_int {
    if let Some(why) = no_sync(file) {
        return failed(why) as c_int;
    }
    unsafe { syscall(number::FSYNC, file) as c_int }
}

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(file: c_int) -> c_int {
    if let Some(why) = no_sync(file) {
        return failed(why) as c_int;
    }
    unsafe { syscall(number::FDATASYNC, file) as c_int }
}

/// The time of a clock; that of the day is wrong by what the file of control says.
#[unsafe(no_mangle)]
pub extern "C" fn clock_gettime(clock: c_int, into: *mut [i64; 2]) -> c_int {
    let told = unsafe { syscall(number::CLOCK_GETTIME, clock, into) as c_int };
    if clock == 0 && told == 0 && let Some(control) = control() {
        let wrong_ms = unsafe { (*control.as_ptr().add(8).cast::<AtomicI64>()).load(Ordering::Relaxed) };
        if wrong_ms != 0 {
            let time = unsafe { &mut *into };
            let ns = time[1] + (wrong_ms % 1_000) * 1_000_000;
            time[0] += wrong_ms / 1_000 + ns.div_euclid(1_000_000_000);
            time[1] = ns.rem_euclid(1_000_000_000);
        }
    }
    told
}

//! Ctrl-C while the compiler is asked: nobody asks any further, and what is known is told.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a shell says of a program that Ctrl-C has ended.
const ENDED: i32 = 130;

static ASKING: AtomicBool = AtomicBool::new(false);
static STOPPED: AtomicBool = AtomicBool::new(false);

/// As long as it lives, Ctrl-C stops the asking and not the program.
#[derive(Debug)]
pub struct Asking(());

impl Asking {
    /// Listens to Ctrl-C from now on. A second Ctrl-C, and one when nothing is asked, ends the program as
    /// if nobody listened.
    pub fn begin() -> Asking {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(|| {
            // Where nobody can listen, Ctrl-C ends everything.
            let _ = ctrlc::set_handler(|| {
                if !ASKING.load(Ordering::SeqCst) || STOPPED.swap(true, Ordering::SeqCst) {
                    std::process::exit(ENDED);
                }
            });
        });
        ASKING.store(true, Ordering::SeqCst);
        Asking(())
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKING.store(false, Ordering::SeqCst);
    }
}

/// Whether somebody has stopped the asking.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

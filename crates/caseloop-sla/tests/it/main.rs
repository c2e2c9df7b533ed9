//! Laws of the clock.

mod clock;

//! An invented county to try things with.

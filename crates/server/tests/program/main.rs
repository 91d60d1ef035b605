//! The program as it is used: its commands, its processes, its databases. One test program for all of them, so that what they
//! share is whole in each.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

#[cfg(unix)]
mod backup;
mod commands;
#[cfg(unix)]
mod operations;
mod postgres;
mod process;
#[cfg(unix)]
mod serving;
#[cfg(unix)]
mod upgrade;

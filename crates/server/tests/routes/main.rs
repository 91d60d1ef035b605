//! The interface over HTTP, in process; the files mirror the addresses.
#![expect(clippy::unwrap_used, reason = "tests: what is not there fails them")]

mod admin;
mod demo;
mod desk;
mod form_files;
mod forms;
mod health;
mod invite;
mod openrosa;
mod pages;
mod rights;
mod session;
mod streams;
mod support;
mod villager;
mod villages;
mod world;

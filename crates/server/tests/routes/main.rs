//! The interface over HTTP, in process; the files mirror the addresses.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests: what is not there fails them")]

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

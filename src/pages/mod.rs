//! One folder or file per thing a person comes to do.

pub mod visits;

//! Change, merge, push and pull as a state machine over traits. Pure.

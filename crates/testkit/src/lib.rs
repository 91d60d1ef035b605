//! Builders, a test server on port 0, a simulated network and clock. Dev-dependency only.

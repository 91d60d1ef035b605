//! Sync by simulation with seeds, and with real processes.

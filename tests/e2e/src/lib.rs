//! What users do, in real Chromium against the real server.

//! OpenTimestamps files.

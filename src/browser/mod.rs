//! The browser's doors, one a file.

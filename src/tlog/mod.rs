//! Transparency logs, as RFC 6962 and the C2SP documents define them.

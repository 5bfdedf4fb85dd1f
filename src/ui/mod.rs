//! What a person sees.

//! Show it: one file per format.

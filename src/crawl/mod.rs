//! Visit pages in each consent state and keep what was seen. Never judges.

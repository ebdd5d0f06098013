//! The command line: arguments become one validated value, then a run.

//! Payload layers and consent strings, read with bounds-checked readers.

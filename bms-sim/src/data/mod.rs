//! Standards for logs and cell parameters.

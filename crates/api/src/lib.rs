//! The JSON of the REST interface and its error codes, shared by app and server.

"""Pictures, as bytes that can be written to a file or sent to a browser; no torch below here."""

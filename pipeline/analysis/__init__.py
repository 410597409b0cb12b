"""Tables of the ledger in, small tidy frames out; each column of theirs is described in `findings`."""

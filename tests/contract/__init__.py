"""What a client may rely on, whichever way the inside changes: asked of every route."""

"""`reportgen watch`: a preview that follows the sources, served on this machine alone."""

"""What tools print, read into diagnostics."""

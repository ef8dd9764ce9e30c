"""What the last changes of a repository renamed, moved and removed."""

"""What the model sees: the errors, the code they are about, and where the rest is."""

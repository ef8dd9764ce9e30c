"""Settings: every option is declared once, and everything that reads, writes or explains them comes from that."""

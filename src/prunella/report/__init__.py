"""What a person, a log or a program is told: all made from events and outcomes."""

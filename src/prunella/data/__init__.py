"""Facts that change with time and are therefore data: model ids, their limits and their ends."""

"""The record of every task in SQL: written by ``sqlite``, read by ``queries``."""

"""Readers of gold that others have made, in the formats in which its authors publish it."""

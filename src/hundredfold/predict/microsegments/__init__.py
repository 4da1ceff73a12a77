"""Micro-segments: clusters by layers within every stage of life, merged, named, and the same from day to day."""

"""Mapping files that are shipped: `--map segment`, `--map online-retail-ii`."""

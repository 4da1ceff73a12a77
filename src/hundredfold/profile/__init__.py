"""One exact profile: the answers of batch and live, the feed, time travel, the watch."""

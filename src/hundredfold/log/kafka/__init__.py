"""The log on Apache Kafka: the broker holds it, a mirror on this disk serves what is read."""

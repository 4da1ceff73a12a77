"""Profiles on their way out: Avro by columns, schemas with versions, and the topics of Apache Kafka."""

"""Sends the values of another system's nightly run to hundredfold, by a topic of Apache Kafka.

    python examples/kafka/foreign_profiles.py 127.0.0.1:9092 crm.profiles

The workspace names the topic (`foreign_topics: {crm: crm.profiles}`), a definition what is to become of the values
(`crm_points: {foreign: crm, aggregate: sum, event: Points Earned, value: properties.points}`).
"""

import json
import sys

from confluent_kafka import Producer

servers, topic = sys.argv[1:]
producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True})
for customer, points in {"c17": 1200, "c18": 35.5}.items():
    profile = {"userId": customer, "covers_until": "2026-11-22T03:00:00Z", "values": {"crm_points": points}}
    producer.produce(topic, key=customer, value=json.dumps(profile))
producer.flush()

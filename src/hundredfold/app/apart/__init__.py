"""Parts of the server as processes of their own, over a log on Kafka."""

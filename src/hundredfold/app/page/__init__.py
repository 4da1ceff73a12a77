"""The page at `/`: a customer's profile, a purchase as this customer, and what the feed tells of it."""

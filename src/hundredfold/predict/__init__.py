"""What customers will do: estimators of their future, and the orders that they are fitted on."""

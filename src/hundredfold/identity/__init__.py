"""Links between sent ids, and the persons that they make."""

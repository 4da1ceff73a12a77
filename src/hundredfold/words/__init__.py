"""The words everyone uses: amounts, times, messages. Pure; no input or output."""

"""How often customers buy, as Pareto/NBD has it: what several families learn from everybody's orders."""

from __future__ import annotations

import numpy as np

from hundredfold.errors import CannotFit
from hundredfold.predict.behaviour import buyers, histories, in_days
from hundredfold.predict.estimators.pareto_nbd import ParetoNbd
from hundredfold.predict.span import only
from hundredfold.words.model import Inputs, TooLittle


def buying(inputs: Inputs) -> ParetoNbd:
    """The model of those who have ordered, times in days. Raises TooLittle."""
    customers = only(inputs, np.flatnonzero(buyers(inputs)))
    try:
        return ParetoNbd.fit(*in_days(histories(customers)))
    except CannotFit as why:
        raise TooLittle(str(why)) from why

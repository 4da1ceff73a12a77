"""The events behind a number: what counts in an attribute of a person and what it is there, and what does not and why.

It is worked out row by row from the raw messages, by the audit's reading of them; the values shown elsewhere come from
the fold, so that the two can be held against each other.
"""

from __future__ import annotations

from dataclasses import replace

from hundredfold.audit.facts import Fact
from hundredfold.audit.functions import Clock
from hundredfold.audit.messages import Heard
from hundredfold.audit.reading import PathReader
from hundredfold.audit.setting import Setting, Tables
from hundredfold.audit.traits import said, speaks, traits_of, typed
from hundredfold.definition.check import named_by
from hundredfold.definition.model import Aggregate, Attribute, Formula, Score, Trait
from hundredfold.live.setup import Setup
from hundredfold.profile.counting import Counting
from hundredfold.profile.dossier import Dossier
from hundredfold.profile.proof import Behind, LeftOut, Part, newest
from hundredfold.words.value import Value


def reader_of(setup: Setup, at: int) -> PathReader:
    """How the paths of a workspace are read, with its tables; `behind` sets the clock of each question."""
    setting = Setting(setup.zone, setup.currency, setup.shared_over, setup.undone)
    return PathReader.of(setup.definitions, setting, Tables(setup.lookups, setup.rates), at)


def behind(dossier: Dossier, attribute: Attribute, reader: PathReader) -> Behind:
    """What is behind an attribute of a person. Of a formula or score only the names are told."""
    reader = replace(reader, clock=Clock(dossier.evidence.at, dossier.evidence.setup.zone))
    match attribute:
        case Formula() | Score():
            return Behind("names", names=tuple(named_by(attribute)))
        case Trait():
            return _said(dossier, attribute)
        case Aggregate():
            return Counting(dossier, attribute, reader).behind()


def _said(dossier: Dossier, trait: Trait) -> Behind:
    zone = dossier.evidence.setup.zone
    identifies = [fact for fact in dossier.facts if fact.kind == "identify"]
    speaking = [one.winner for one in identifies if speaks(traits_of(one.winner), trait.path)]
    speaking.sort(key=lambda heard: heard.order, reverse=True)
    told = [
        Part(one, one.time, None, _trait(dossier, one, trait), decides=place == 0, covered=dossier.covers(one))
        for place, one in enumerate(speaking)
    ]
    found = Behind("says", typed(said(identifies, trait.path), trait.type, zone), told)
    found.left_out = [
        LeftOut(one.heard, one.heard.time, None, one.fate, by=one.by)
        for one in dossier.spoken
        if one.fate != "counts" and one.heard.kind == "identify" and speaks(traits_of(one.heard), trait.path)
    ]
    found.left_out.sort(key=newest, reverse=True)
    return found


def _trait(dossier: Dossier, heard: Heard, trait: Trait) -> Value:
    alone = Fact("identify", None, heard, heard.time)
    return typed(said([alone], trait.path), trait.type, dossier.evidence.setup.zone)

"""The shop's table of products: what was sold, each with a category that its name suggests.

The data set has no categories. A word of the name decides; the first category of the list that knows one counts, and
what has no such word has no category.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from hundredfold.demo.retail import products

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("christmas", "CHRISTMAS|XMAS|ADVENT|SANTA|SNOWMAN|REINDEER|BAUBLE|STOCKING"),
    ("bags", "BAG|BAGS|SHOPPER|PURSE|SUITCASE|RUCKSACK|SATCHEL"),
    ("kitchen", "MUG|MUGS|CUP|CUPS|TEA|COFFEE|PLATE|PLATES|BOWL|BOWLS|CAKE|CAKES|CAKESTAND|LUNCH|JAR|JARS|TEACUP|"
                "SPOON|SPOONS|KITCHEN|BAKING|RECIPE|JAM|BREAKFAST|NAPKINS|JUG|BOTTLE|APRON|OVEN|GLOVE|TRAY|PANTRY"),
    ("lights", "LIGHT|LIGHTS|T-LIGHT|T-LIGHTS|LANTERN|LANTERNS|CANDLE|CANDLES|LAMP|CANDLESTICK|CHANDELIER|INCENSE"),
    ("paper and cards", "CARD|CARDS|WRAP|PAPER|PENCIL|PENCILS|NOTEBOOK|STICKER|STICKERS|TISSUES|JOURNAL|RIBBON|"
                        "RIBBONS|TAPE|ENVELOPES|PEN|CHALK|CHALKBOARD|TAGS|TAG"),
    ("jewellery", "NECKLACE|BRACELET|EARRINGS|RING|BROOCH|BANGLE|JEWELLERY|HAIR|HAIRCLIP|BEADS|KEYRING|CHARM"),
    ("toys and games", "TOY|TOYS|GAME|GAMES|DOLL|DOLLY|PUZZLE|SKITTLES|DOMINOES|PLAYHOUSE|SPACEBOY|BALLOON|BALLOONS|"
                       "CHILDREN|CHILDRENS|CHILDS|BABY|PARTY|BUNTING|CIRCUS"),
    ("garden", "GARDEN|FLOWER|FLOWERS|PLANT|PLANTER|POT|POTS|HERB|WATERING|BIRD|BIRDHOUSE|PARASOL|BOTANICAL|"
               "THERMOMETER"),
    ("home", "FRAME|CLOCK|CUSHION|SIGN|HOOK|HOOKS|DRAWER|DRAWERS|KNOB|MIRROR|CABINET|DOORMAT|MAT|HEART|HEARTS|BOX|"
             "BOXES|BASKET|TIN|TINS|TABLE|CHAIR|WALL|DOOR|HOLDER|ORNAMENT|SCREEN|STAND|HANGER|HOT|WARMER|TOWEL|SOAP"),
)  # fmt: skip
_KNOWN: Final = tuple((name, re.compile(rf"\b(?:{words})\b")) for name, words in _WORDS)


def category_of(name: str | None) -> str | None:
    """The category that a product's name suggests.

    >>> category_of("WHITE HANGING HEART T-LIGHT HOLDER"), category_of("PAPER CHAIN KIT 50'S CHRISTMAS")
    ('lights', 'christmas')
    """
    return next((category for category, words in _KNOWN if name and words.search(name.upper())), None)


def catalogue() -> pl.DataFrame:
    """What was sold: sku, name, price and category, sorted by sku."""
    goods = products()
    return goods.with_columns(pl.Series("category", [category_of(name) for name in goods["name"]], pl.String))

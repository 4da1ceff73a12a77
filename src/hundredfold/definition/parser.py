"""From an expression's text to its syntax tree: one grammar for `where`, `value`, formulas and segments.

    or  <  and  <  not  <  = != < <= > >= in like is  <  + -  <  * /  <  unary minus

Comparisons do not chain. A minus right before a number belongs to the number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar, cast

from hundredfold.definition.dialect import CONDITION, FORMULA, SEGMENT, VALUE, Dialect
from hundredfold.definition.functions import FUNCTIONS, Function
from hundredfold.definition.mistakes import ExpressionError, did_you_mean, nearest
from hundredfold.definition.spelling import AND, COMPARE, MAX_DEPTH, NOT, OR, PRODUCT, SUM, UNARY, depth, text_of, walk
from hundredfold.definition.syntax import (
    And,
    Arithmetic,
    Binary,
    Boolean,
    Call,
    Case,
    Compare,
    Comparison,
    Expression,
    In,
    IsNull,
    Like,
    Name,
    Negative,
    Not,
    Null,
    Number,
    Or,
    Text,
)
from hundredfold.definition.times import PARTS, TIMES
from hundredfold.definition.tokens import KEYWORDS, Token, tokens
from hundredfold.said import Said, said
from hundredfold.words.amount import MILLION, millionths
from hundredfold.words.calendar import parse_time

__all__ = ["parse_condition", "parse_formula", "parse_key", "parse_path", "parse_segment", "parse_value", "text_of"]

Part = TypeVar("Part")

_POWERS: Final = {
    "or": OR, "and": AND, "in": COMPARE, "not": COMPARE, "is": COMPARE, "like": COMPARE,
    "=": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE,
    "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT,
}  # fmt: skip
_FOREIGN_WORDS: Final = {
    "between": said("Write x >= a and x <= b"),
    "contains": said("Write x like '%part%'"),
    "starts": said("Write x like 'part%'"),
    "ends": said("Write x like '%part'"),
    "ilike": said("Write x like '...'; lower(x) is there in formulas"),
    "isnull": said("Write x is null"),
    "equals": said("Write ="),
    "mod": said("There is no remainder operator"),
    "xor": said("Write (a or b) and not (a and b)"),
}


def parse_condition(text: str) -> Expression:
    """The condition of a `where` over events: names are paths. Raises ExpressionError.

    >>> parse_condition("price >= 10")
    Compare(operator='>=', left=Name(path='price'), right=Number(millionths=10000000))
    """
    return _Parser(text, CONDITION).whole()


def parse_value(text: str) -> Expression:
    """The `value` of an aggregate: a path, or `+ - * /` of paths and numbers. Raises ExpressionError."""
    return _Parser(text, VALUE).whole()


def parse_formula(text: str) -> Expression:
    """A formula: names are attributes. Raises ExpressionError."""
    return _Parser(text, FORMULA).whole()


def parse_segment(text: str) -> Expression:
    """The condition of a segment: names are attributes, functions are those of formulas without `tier`.

    Raises ExpressionError.
    """
    return _Parser(text, SEGMENT).whole()


def places_in(text: str) -> dict[Expression, tuple[int, int]]:
    """Where each part of a segment's condition first stands: its position, from 1, and its length in characters.

    >>> places_in("orders > 0 and paid")[parse_segment("paid")]
    (16, 4)
    """
    found = _Parser(text, SEGMENT)
    found.whole()
    return found.places


def parse_path(text: str) -> str:
    """A bare path, as in `by`, `each`, `key`, with dots between its parts. Raises ExpressionError.

    >>> parse_path("properties.`my field`")
    'properties.my field'
    """
    return _Parser(text, VALUE).path().value


def parse_key(text: str) -> str:
    """The path of a `by`: any path, also a part of a time, such as timestamp.weekday. Raises ExpressionError."""
    found = _Parser(text, VALUE)
    token = found.path()
    found.check_part(token)
    return token.value


class _Parser:
    """Reads one expression by precedence climbing, so that its own recursion stays shallow."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text, self.dialect = text, dialect
        self.tokens, self.at, self.levels = tokens(text), 0, 0
        self.places = dict[Expression, tuple[int, int]]()

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def done(self) -> bool:
        return self.at == len(self.tokens) - 1

    def advance(self) -> Token:
        token = self.token
        self.at += not self.done
        return token

    def next_is(self, word: str) -> bool:
        return word in (self.token.word, self.token.source if self.token.kind == "symbol" else None)

    def accept(self, word: str) -> bool:
        """Steps over a keyword or symbol if it comes next."""
        found = self.next_is(word)
        self.at += found
        return found

    def expect(self, word: str, what: Said) -> None:
        if not self.accept(word):
            self.unexpected(said("`{word}` {what}", word=word, what=what))

    def fail(self, token: Token, problem: Said, *, expected: Said | None = None, hint: Said | None = None) -> NoReturn:
        length = max(len(token.source), 1)
        raise ExpressionError(
            problem, expression=self.text, position=token.position, length=length, expected=expected, hint=hint
        )

    def unexpected(self, expected: Said) -> NoReturn:
        token = self.token
        hint = _FOREIGN_WORDS.get(token.word)
        if hint is None and token.word and not token.keyword:
            near = nearest(token.word, KEYWORDS)
            hint = said("Did you mean `{near}`?", near=near) if near else None
        self.fail(token, said("found {shown}", shown=token.shown), expected=expected, hint=hint)

    # -- the whole and its levels

    def whole(self) -> Expression:
        if self.done:
            self.fail(self.token, said("{what} is empty", what=self.dialect.what), expected=said("an expression"))
        found = self.condition(OR) if self.dialect.is_condition else self.expression(OR)
        if not self.done:
            self.unexpected(said("an operator or the end"))
        if depth(found) > MAX_DEPTH:
            self.too_deep(self.tokens[0])
        self.check_alone(found)
        return found

    def check_alone(self, whole: Expression) -> None:
        """Refuses parts of a formula that take a list: no value is worked out of lists but their entries."""
        for part in walk(whole):
            if part is not whole and isinstance(part, Call) and FUNCTIONS[part.function].alone:
                position, _ = self.places[part]
                self.fail(
                    next(token for token in self.tokens if token.position == position),
                    said("`{name}` is a formula of its own", name=part.function),
                    hint=said("Write {text} as an attribute with `formula`, and name that here", text=text_of(part)),
                )

    def too_deep(self, token: Token) -> NoReturn:
        self.fail(
            token,
            said("{what} is nested deeper than {most} levels", what=self.dialect.what, most=MAX_DEPTH),
            hint=said("Split it into several attributes; a chain of + - * / counts one level for each sign"),
        )

    def condition(self, power: int) -> Expression:
        """An expression that stands where a condition must."""
        start = self.token
        found = self.expression(power)
        if _never_true(found):
            self.fail(
                start,
                said("a condition is needed here, and this is a value"),
                expected=said("a comparison such as x > 0"),
            )
        return found

    def expression(self, power: int) -> Expression:
        self.levels += 1
        # A level of the tree takes at most two here: its own and the parentheses around it.
        if self.levels > 2 * MAX_DEPTH + 2:
            self.too_deep(self.token)
        start = self.token
        found, links = self.noted(self.operand(power), start), 0
        while (binds := self.binding()) >= power:
            links += 1
            if links > MAX_DEPTH:
                self.too_deep(self.token)
            self.allow_operator()
            found = self.noted(self.joined(found, binds, start), start)
        self.levels -= 1
        return found

    def noted(self, found: Expression, start: Token) -> Expression:
        """What has just been read from a token on, with a note of where it stands."""
        last = self.tokens[self.at - 1]
        self.places.setdefault(found, (start.position, last.position + len(last.source) - start.position))
        return found

    def binding(self) -> int:
        """How strongly the next token binds as an operator; 0 if it is none."""
        token = self.token
        return _POWERS.get(token.source if token.kind == "symbol" else token.word, 0)

    def allow_operator(self) -> None:
        if not self.dialect.conditions and self.binding() <= COMPARE:
            self.fail(
                self.token,
                said("{shown} does not belong in {what}", shown=self.token.shown, what=self.dialect.what),
                expected=said("+ - * / of paths and numbers"),
                hint=said("A condition goes into `where`"),
            )

    def joined(self, left: Expression, binds: int, start: Token) -> Expression:
        """What an operator makes of the expression to its left."""
        if binds in (AND, OR):
            if _never_true(left):
                self.fail(start, said("{shown} joins conditions, and this is a value", shown=self.token.shown))
            operands, word = [left], "and" if binds == AND else "or"
            while self.accept(word):
                operands.append(self.condition(binds + 1))
            return And(tuple(operands)) if binds == AND else Or(tuple(operands))
        if binds == COMPARE:
            found = self.compared(left)
            if self.binding() == COMPARE:
                self.fail(
                    self.token, said("comparisons do not chain"), hint=said("Write a < b and b < c, or use parentheses")
                )
            return found
        sign = cast(Arithmetic, self.advance().source)
        return Binary(sign, left, self.expression(binds + 1))

    def path(self) -> Token:
        """The one path that is there."""
        token = self.advance()
        if token.kind != "name" or token.keyword:
            self.fail(
                token, said("{shown} is no path", shown=token.shown), expected=said("a path such as properties.total")
            )
        if not self.done:
            self.fail(
                self.token,
                said("{shown} does not belong to a path", shown=self.token.shown),
                hint=said("A part with blanks or signs is written in backquotes: properties.`my field`"),
            )
        return token

    def check_part(self, token: Token) -> None:
        """Refuses a path into a time of the message that is no part of times."""
        time, _, part = token.value.partition(".")
        if part and time in TIMES and part not in PARTS:
            self.fail(
                token,
                said("{shown} is no part of a time", shown=token.shown),
                hint=did_you_mean(part, PARTS, said("Parts")),
            )

    # -- comparisons

    def compared(self, left: Expression) -> Expression:
        if self.token.kind == "symbol":
            sign = cast(Comparison, self.advance().source)
            return Compare(sign, left, self.expression(SUM))
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("null", said("behind `is`"))
            return Not(IsNull(left)) if negated else IsNull(left)
        negated = self.accept("not")
        if self.accept("in"):
            return self.negated(In(left, self.options()), negated)
        if self.accept("like"):
            return self.negated(Like(left, self.pattern()), negated)
        return self.unexpected(said("`in` or `like` behind `not`"))

    def negated(self, found: Expression, negated: bool) -> Expression:
        return Not(found) if negated else found

    def options(self) -> tuple[Expression, ...]:
        if not self.next_is("("):
            self.unexpected(said("a list in parentheses: in ('a', 'b')"))
        self.advance()
        if self.next_is(")"):
            self.fail(self.token, said("`in ()` holds nothing"), expected=said("at least one value"))
        return tuple(self.several(lambda: self.expression(SUM)))

    def pattern(self) -> str:
        token = self.token
        if token.kind != "text":
            self.unexpected(said("a pattern in quotes: like 'abc%'"))
        return self.advance().value

    def several(self, one: Callable[[], Part]) -> list[Part]:
        """One or more things with commas between, up to the closing parenthesis."""
        found = [one()]
        while self.accept(","):
            found.append(one())
        self.expect(")", said("or a comma"))
        return found

    # -- operands

    def operand(self, power: int) -> Expression:
        token = self.token
        if not self.dialect.conditions and (token.kind == "text" or token.keyword):
            self.fail(
                token,
                said("{shown} does not belong in {what}", shown=token.shown, what=self.dialect.what),
                expected=said("a path or a number"),
            )
        if token.kind == "number":
            return self.number(self.advance(), 1)
        if token.kind == "text":
            return Text(self.advance().value)
        if token.kind == "name":
            return self.word(power) if token.keyword else self.name()
        if self.accept("-"):
            return self.minus()
        if self.accept("("):
            found = self.expression(OR)
            self.expect(")", said("or an operator"))
            return found
        return self.unexpected(said("a name, a number, a text or a parenthesis"))

    def number(self, token: Token, sign: int) -> Expression:
        found = millionths(float(token.source))
        if found is None:
            self.fail(
                token, said("{shown} is too large", shown=token.shown), expected=said("a number up to 1,000,000,000")
            )
        return Number(sign * found)

    def minus(self) -> Expression:
        if self.token.kind == "number":
            return self.number(self.advance(), -1)
        return Negative(self.expression(UNARY))

    def word(self, power: int) -> Expression:
        """What begins with a keyword."""
        token = self.token
        if token.word in ("true", "false", "null"):
            self.advance()
            return Null() if token.word == "null" else Boolean(token.word == "true")
        if token.word == "not":
            if power > NOT:
                self.fail(token, said("`not` needs parentheses here"), hint=said("Write (not ...)"))
            self.advance()
            return Not(self.condition(NOT))
        if token.word == "case":
            return self.case()
        return self.unexpected(said("a name, a number, a text or a parenthesis"))

    def case(self) -> Expression:
        token = self.advance()
        if not self.dialect.cases:
            self.fail(
                token,
                said("`case` does not belong in {what}", what=self.dialect.what),
                hint=said("Write it as an attribute with `formula`"),
            )
        if not self.next_is("when"):
            self.unexpected(said("`when` behind `case`: case when x = 1 then ... end"))
        branches = []
        while self.accept("when"):
            condition = self.condition(OR)
            self.expect("then", said("behind the condition"))
            branches.append((condition, self.expression(OR)))
        otherwise = self.expression(OR) if self.accept("else") else Null()
        self.expect("end", said("at the end of `case`"))
        return Case(tuple(branches), otherwise)

    def name(self) -> Expression:
        token = self.advance()
        if self.next_is("("):
            return self.call(token)
        if self.dialect.paths:
            self.check_part(token)
            return Name(token.value)
        if "." in token.value:
            self.fail(
                token,
                said("{shown} is a path, and {what} speaks of attributes", shown=token.shown, what=self.dialect.what),
                hint=said("Declare an attribute that takes this path, and name it here"),
            )
        if token.word in FUNCTIONS and not FUNCTIONS[token.word].of_segments:
            form = FUNCTIONS[token.word].form
            self.fail(
                token,
                said("`{word}` is a function", word=token.word),
                expected=said("its arguments: {form}", form=form),
            )
        return Name(token.value)

    # -- functions

    def call(self, token: Token) -> Expression:
        function = self.function(token)
        self.advance()
        starts: list[Token] = []
        arguments: list[Expression] = []
        if not self.accept(")"):
            arguments = self.several(lambda: self.argument(function, starts))
        if not function.takes(len(arguments)):
            self.fail(
                token,
                said("`{name}` got {count}", name=function.name, count=_counted(len(arguments))),
                expected=_arity(function),
            )
        self.check_literals(function, arguments, starts)
        if function.name == "if":
            condition, then, otherwise = arguments
            return Case(((condition, then),), otherwise)
        return Call(function.name, tuple(arguments))

    def argument(self, function: Function, starts: list[Token]) -> Expression:
        starts.append(self.token)
        if function.name == "if" and len(starts) == 1:
            return self.condition(OR)
        return self.expression(OR)

    def function(self, token: Token) -> Function:
        found = self.dialect.functions.get(token.word)
        if found is not None:
            return found
        if token.word in FUNCTIONS:
            problem = said("the function `{name}` does not belong in {what}", name=token.word, what=self.dialect.what)
            if FUNCTIONS[token.word].of_segments:
                self.fail(token, problem, hint=said("Only segments may ask when somebody entered or left one"))
            self.fail(token, problem, hint=said("Write it as an attribute with `formula`"))
        hint = _FOREIGN_WORDS.get(token.word) or (
            did_you_mean(token.value, self.dialect.functions, said("Functions")) if self.dialect.functions else None
        )
        return self.fail(token, said("no function is called {shown}", shown=token.shown), hint=hint)

    def check_literals(self, function: Function, arguments: list[Expression], starts: list[Token]) -> None:
        if function.literal is not None:
            index, least, greatest = function.literal
            if index < len(arguments) and not _whole(arguments[index], least, greatest):
                expected = said(
                    "a whole number from {least} to {greatest}, written out", least=least, greatest=greatest
                )
                self.fail(
                    starts[index],
                    said("argument {number} of `{name}` is wrong", number=index + 1, name=function.name),
                    expected=expected,
                )
        if function.name == "time":
            self.check_time(arguments[0], starts[0])
        if function.name == "split_part" and not (isinstance(arguments[1], Text) and arguments[1].text):
            self.fail(
                starts[1],
                said("argument {number} of `{name}` is wrong", number=2, name=function.name),
                expected=said("a text in quotes, such as '@'"),
            )
        if function.alone and not isinstance(arguments[0], Name):
            self.fail(
                starts[0],
                said("{shown} is no list", shown=starts[0].shown),
                expected=said("the name of an attribute: {form}", form=function.form),
            )
        if function.of_segments and not isinstance(arguments[0], Name):
            self.fail(
                starts[0],
                said("{shown} is no segment", shown=starts[0].shown),
                expected=said("the name of a segment: {form}", form=function.form),
            )

    def check_time(self, argument: Expression, start: Token) -> None:
        if isinstance(argument, Text):
            if parse_time(argument.text) is None:
                self.fail(
                    start,
                    said("{shown} is no time", shown=start.shown),
                    expected=said("such as '2026-01-31' or '2026-01-31T08:00:00Z'"),
                )
        elif self.dialect is CONDITION:
            self.fail(start, said("only a text can be read as a time here"), expected=said("time('2026-01-31')"))


def _never_true(expression: Expression) -> bool:
    """Whether it is a value that cannot be true or false, whatever the data."""
    if isinstance(expression, Call):
        return FUNCTIONS[expression.function].result != "any"
    return isinstance(expression, Number | Text | Binary | Negative)


def _whole(expression: Expression, least: int, greatest: int) -> bool:
    if not isinstance(expression, Number) or expression.millionths % MILLION:
        return False
    return least <= expression.millionths // MILLION <= greatest


def _counted(count: int) -> Said:
    return said("{count} argument", count=count) if count == 1 else said("{count} arguments", count=count)


def _arity(function: Function) -> Said:
    if function.most is None:
        return said("at least {count}: {form}", count=_counted(function.least), form=function.form)
    if function.least == function.most:
        return said("{count}: {form}", count=_counted(function.least), form=function.form)
    return said("{least} or {count}: {form}", least=function.least, count=_counted(function.most), form=function.form)

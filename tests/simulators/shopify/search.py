"""Shopify's search syntax for `query:` arguments: fields, comparisons, AND, OR, NOT,
brackets, free text."""

import re

TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) | (?P<minus>-)(?=[\w(]) |
        (?P<field>\w+):(?P<op>>=|<=|>|<|)(?P<value>'[^']*'|"[^"]*"|[^\s()]+) |
        (?P<word>'[^']*'|"[^"]*"|[^\s()]+)
    )""",
    re.VERBOSE,
)
COMPARE = {
    "": lambda have, want: have == want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
}


class Search:
    """A parsed search; call it with a node.

    :param text: the `query` argument, None or empty matches everything
    :param fields: {field: function(node, operator, value) -> bool}; `default` serves
        free words. Terms on unknown fields are ignored and listed in `unknown`, as
        Shopify does with a warning
    """

    def __init__(self, text, fields):
        self.fields, self.unknown = fields, []
        self._tokens = [
            match for match in TOKEN.finditer(text or "") if match.group().strip()
        ]
        self._at = 0
        self._test = self._any() if self._tokens else (lambda node: True)

    def __call__(self, node):
        return self._test(node)

    def _peek(self):
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _word_is(self, word):
        token = self._peek()
        return token is not None and token["word"] == word

    def _any(self):
        tests = [self._all()]
        while self._word_is("OR"):
            self._at += 1
            tests.append(self._all())
        return lambda node: any(test(node) for test in tests)

    def _all(self):
        tests = []
        while (
            (token := self._peek()) and not token["close"] and not self._word_is("OR")
        ):
            if self._word_is("AND"):
                self._at += 1
                continue
            tests.append(self._term())
        return lambda node: all(test(node) for test in tests)

    def _term(self):
        token = self._peek()
        self._at += 1
        if token["minus"] or token["word"] == "NOT":
            inner = self._term()
            return lambda node: not inner(node)
        if token["open"]:
            inner = self._any()
            self._at += 1
            return inner
        name = token["field"] or "default"
        value = (token["value"] or token["word"] or "").strip("'\"")
        test = self.fields.get(name)
        if test is None:
            self.unknown.append(name)
            return lambda node: True
        return lambda node: test(node, token["op"] or "", value)


def exact(get):
    """Return a field test: equality without regard to case; `get` returns a text, a
    list of texts or None."""

    def test(node, _op, value):
        have = get(node)
        have = have if isinstance(have, list) else [have]
        return any(str(one).lower() == value.lower() for one in have if one is not None)

    return test


def tokens(get):
    """Return a field test as Shopify searches texts: every word of the value occurs
    (fact sheet, section 6)."""

    def test(node, _op, value):
        have = set(re.findall(r"\w+", (get(node) or "").lower()))
        want = re.findall(r"\w+", value.lower())
        return bool(want) and have.issuperset(want)

    return test


def ordered(get):
    """Return a field test for UTC timestamps (ISO texts)."""
    from ..clock import iso, parse

    def test(node, op, value):
        have = get(node)
        return have is not None and COMPARE[op](have, iso(parse(value)))

    return test


def number(get):
    """Return a field test for ids and counts; gids are accepted."""

    def test(node, op, value):
        tail = value.split("/")[-1]
        return tail.isdigit() and COMPARE[op](int(get(node)), int(tail))

    return test

"""The GraphQL documents beside this file: read once, completed with the fragments they
use.

A document's first line states the points that one call may be charged, in all or per id
asked for.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

QUERIES = Path(__file__).with_name("queries")
SPREAD = re.compile(r"\.\.\.(\w+)")
FRAGMENT = re.compile(
    r"^fragment (\w+) on .*?(?=^fragment |\Z)", re.MULTILINE | re.DOTALL
)
COST = re.compile(r"^# cost: (\d+)( per id)?$", re.MULTILINE)
OPERATION = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)
VARIABLE = re.compile(r"\$\w+")
BAGS = {"presentment": "PresentmentBag", "shop": "ShopBag"}


@dataclass(frozen=True, slots=True)
class Document:
    """One operation with its fragments.

    :param cost: points of one call, or of each id asked for when ``per_id``.
    """

    operation: str
    text: str
    cost: float
    per_id: bool


@cache
def document(name, currency_mode="presentment"):
    """Load ``queries/<name>.graphql``.

    :param currency_mode: ``presentment`` or ``shop``: which side of every money bag is
        read.
    """
    source = (QUERIES / f"{name}.graphql").read_text(encoding="utf-8")
    price = COST.search(source)
    body = source[price.end() :] if price else source
    text = _complete(body.strip(), currency_mode).replace(
        "...Bag", f"...{BAGS[currency_mode]}"
    )
    return Document(
        operation=OPERATION.search(text)[1],
        text=text,
        cost=float(price[1]) if price else 0.0,
        per_id=bool(price and price[2]),
    )


@cache
def repeated(name, count):
    """A mutation of ``queries/`` so many times in one request.

    Each time has variables of its own, ``<variable>_<n>``, and answers under
    ``part<n>``.

    :param count: of times, counted from 0.
    """
    one = document(name)
    operation, mark, fragments = one.text.partition("\nfragment ")
    head, _, body = operation.partition("{")
    body = body[: body.rindex("}")].strip()
    declared = re.search(r"\((.*)\)", head)[1]
    parts = [f"part{n}: {_numbered(body, n)}" for n in range(count)]
    variables = ", ".join(_numbered(declared, n) for n in range(count))
    text = "\n".join((f"mutation {one.operation}({variables}) {{", *parts, "}"))
    text += mark + fragments
    return Document(one.operation, text, one.cost * count, False)


def _numbered(text, number):
    return VARIABLE.sub(lambda name: f"{name[0]}_{number}", text)


def _complete(body, currency_mode):
    """Append every fragment that the body needs, each once."""
    needed, texts = [*_spreads(body, currency_mode)], [body]
    for name in needed:
        fragment = _fragments()[name]
        texts.append(fragment)
        needed += [
            other for other in _spreads(fragment, currency_mode) if other not in needed
        ]
    return "\n".join(texts)


def _spreads(text, currency_mode):
    found = (
        BAGS[currency_mode] if name == "Bag" else name for name in SPREAD.findall(text)
    )
    return list(dict.fromkeys(found))


@cache
def _fragments():
    source = (QUERIES / "fragments.graphql").read_text(encoding="utf-8")
    return {match[1]: match[0].strip() for match in FRAGMENT.finditer(source)}

"""Patches of attributes: add, replace, merge, delete (fact sheet, section 4)."""

PREFIX = "/attributes/"
# Attributes of an element that say which one it is, in the order of the schemas'
# `selectors`
SELECTORS = (
    "marketplace_id",
    "language_tag",
    "audience",
    "fulfillment_channel_code",
)
AUDIENCE = {"audience": "ALL"}


def patched(attributes, patches, place):
    """Return the attributes after patches.

    :param place: marketplace id of the request: elements of others stay
    :raises ValueError: a path or an operation that does not exist
    """
    made = dict(attributes)  # values are replaced below, never changed
    for one in patches:
        name = one["path"].removeprefix(PREFIX)
        if not one["path"].startswith(PREFIX) or "/" in name or not name:
            raise ValueError(f"Only top-level attributes can be patched: {one['path']}")
        given = [dict(each) for each in one.get("value") or []]
        if one["op"] == "delete":
            made[name] = _without(made.get(name, []), given, place)
        elif one["op"] == "merge":
            made[name] = _merged(made.get(name, []), given)
        else:
            others = [
                old for old in made.get(name, []) if not _is_here(old, place, given)
            ]
            made[name] = others + given
        if not made[name]:
            del made[name]
    return made


def _is_here(old, place, given):
    """Return whether an element is of the marketplace, or of none, and so goes."""
    return old.get("marketplace_id", place) == place or old in given


def _without(olds, given, place):
    """Drop the elements that are named by their selectors; all of the marketplace when
    none is."""
    if not given:
        return [old for old in olds if old.get("marketplace_id", place) != place]
    keys = {key(one) for one in given}
    return [old for old in olds if key(old) not in keys]


def _merged(olds, given):
    """Change the elements that have the same selectors, add the others."""
    made = {key(old): old for old in olds}
    for one in given:
        made[key(one)] = {**made.get(key(one), {}), **one}
    return list(made.values())


def key(element):
    """Return what makes an element the same one."""
    full = {**(AUDIENCE if "our_price" in element else {}), **element}
    return tuple((name, full[name]) for name in SELECTORS if name in full)

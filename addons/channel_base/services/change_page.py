"""Lists of changes, oldest first, cut into parts that can be gone on with."""


def cut(changes, reached, size):
    """A page of changes, and whether these are all.

    A page ends between two moments, and the next one begins behind it: so however many
    orders change in one moment, the reading gets past it.

    :param changes: iterable of anything with an ``updated_at``.
    :param reached: the moment that the page before ended with, None at the start.
    :param size: entries of a page; more where many changed in one moment.
    """
    page = []
    for change in changes:
        if reached and change.updated_at <= reached:
            continue
        if len(page) >= size and change.updated_at != page[-1].updated_at:
            return page, False
        page.append(change)
    return page, True

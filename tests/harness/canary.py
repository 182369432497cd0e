"""Looking for secrets where they must not be, in every form that text takes."""

import base64
from urllib.parse import quote, quote_plus


def forms(secret):
    """A secret as bytes: raw, URL-encoded, and base64 wherever it may start.

    :param secret: text of at least 12 characters, so that a find is no accident.
    """
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), quote_plus(secret).encode()}
    for shift in range(3):
        # what is the same in base64 whatever stands before and after the secret
        padded = base64.b64encode(bytes(shift) + raw)
        start = -(-shift * 8 // 6)
        end = (shift + len(raw)) * 8 // 6
        found.add(padded[start:end])
        found.add(padded[start:end].translate(bytes.maketrans(b"+/", b"-_")))
    return found


def leaks(haystacks, secrets):
    """Where secrets show.

    :param haystacks: {name: bytes}. :param secrets: {name: text}.
    :return: list of "secret in haystack".
    """
    return [
        f"{secret} in {place}: ...{hay[max(0, hay.index(form) - 80) :][:200]!r}"
        for place, hay in haystacks.items()
        for secret, text in secrets.items()
        for form in sorted(forms(text))
        if form in hay
    ]

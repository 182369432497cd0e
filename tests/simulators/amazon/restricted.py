"""Tokens API 2021-03-01: createRestrictedDataToken (fact sheet, section 2)."""

from .errors import invalid
from .operations import operation

RESOURCES_AT_MOST = 50
GENERIC = "{"  # the path of a document must be the concrete one


@operation(
    "createRestrictedDataToken",
    "POST",
    "/tokens/2021-03-01/restrictedDataToken",
    1,
    10,
)
def create(call):
    """Return a token for an hour."""
    resources = call.body["restrictedResources"]
    if not 0 < len(resources) <= RESOURCES_AT_MOST:
        raise invalid(f"1 to {RESOURCES_AT_MOST} restrictedResources are expected.")
    for one in resources:
        if GENERIC in one["path"] and "/documents/" in one["path"]:
            raise invalid("The path of a document must not be generic.")
    region = call.token.region
    token = call.simulator.tokens.issue(call.seller, region=region)
    return {"restrictedDataToken": token, "expiresIn": 3600}

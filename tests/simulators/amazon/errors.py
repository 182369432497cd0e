"""Errors as the Selling Partner API writes them (fact sheet, sections 3 and 6)."""


class ApiError(Exception):
    """Answer with `{"errors": [{code, message, details}]}`.

    :param status: HTTP status
    """

    def __init__(self, status, code, message, details=""):
        super().__init__(message)
        self.status, self.code = status, code
        self.message, self.details = message, details

    def body(self):
        """Return the answer's body."""
        error = {"code": self.code, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return {"errors": [error]}


def invalid(message, details=""):
    """400 InvalidInput."""
    return ApiError(400, "InvalidInput", message, details)


def denied(details=""):
    """403 of a missing role, a wrong region and a bad token alike."""
    text = "Access to requested resource is denied."
    return ApiError(403, "Unauthorized", text, details)


def missing(message="The requested resource is not found."):
    """404 NotFound."""
    return ApiError(404, "NotFound", message)


def quota():
    """429 of an empty bucket (fact sheet, section 5)."""
    text = "You exceeded your quota for the requested resource."
    return ApiError(429, "QuotaExceeded", text)


def failure():
    """500 InternalFailure."""
    text = "We encountered an internal error. Please try again."
    return ApiError(500, "InternalFailure", text)


def unavailable():
    """503 ServiceUnavailable."""
    text = "Service is temporarily unavailable. Please try again."
    return ApiError(503, "ServiceUnavailable", text)

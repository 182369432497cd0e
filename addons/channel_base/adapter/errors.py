"""Every error of the adapter layer, sorted by who must act.

ChannelError
├── TransientError      nobody: time-out, 5xx, lost connection; the job is repeated
│   └── RateLimited     nobody: throttled; repeated later, not counted as a failure
├── ConfigError         the administrator: missing scope, wrong setting
│   └── AuthError       the administrator: credentials refused or revoked
├── DataError           the user: one record cannot be processed and waits
│   └── UnmappedError   the user: an external code has no counterpart here yet
├── RejectedError       the user: the marketplace refused one item
├── ProtocolError       the developer: an answer that is not understood
├── WebhookError        nobody: a delivery that is refused at the door
│   ├── SignatureError  answered 401
│   └── MalformedError  answered 400
└── NotSupported        the caller: the marketplace lacks this verb
"""


class ChannelError(Exception):
    """Root of all adapter errors.

    :param message: text for people; never used for decisions and never holds a secret.
    :param code: the marketplace's own code, as given.
    :param retry_after: seconds to wait before a repeat, where the marketplace says so.
    """

    def __init__(self, message, *, code=None, retry_after=None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry_after = retry_after


class TransientError(ChannelError):
    """Time-out, 5xx or lost connection: the same call may succeed later."""


class RateLimited(TransientError):
    """Throttled: repeat after ``retry_after`` seconds; never counts as a failed
    attempt."""


class ConfigError(ChannelError):
    """The channel's settings do not allow the call: an administrator must act."""


class AuthError(ConfigError):
    """The credentials were refused, have expired or were revoked."""


class DataError(ChannelError):
    """One record cannot be processed as it is: a user must act."""


class UnmappedError(DataError):
    """An external code has no counterpart here.

    :param kind: a ``channel.mapping`` kind, or ``sku``.
    :param external_code: the code as the marketplace spells it.
    """

    def __init__(self, message, *, kind, external_code, code=None):
        super().__init__(message, code=code)
        self.kind = kind
        self.external_code = external_code


class RejectedError(ChannelError):
    """The marketplace refused one item; the others of its batch are not affected."""


class ProtocolError(ChannelError):
    """An answer that the adapter does not understand: a developer must act."""


class WebhookError(ChannelError):
    """A webhook delivery that is refused at the door; nothing of it is stored."""


class SignatureError(WebhookError):
    """The signature is missing or wrong."""


class MalformedError(WebhookError):
    """The delivery is signed well but cannot be read."""


class NotSupported(ChannelError):
    """The marketplace has no such verb; ``capabilities`` says so beforehand."""

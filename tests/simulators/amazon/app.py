"""The WSGI application: tokens, operations, documents, the control API."""

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from .. import serving
from ..http import json_answer
from . import consent, documents, sqs
from .call import Call
from .control import Control
from .operations import url_map
from .token_endpoint import TokenCall


class Application:
    """WSGI app over a `Simulator`; the token says which seller is meant."""

    def __init__(self, simulator):
        self.simulator, self.control = simulator, Control(simulator)
        self.urls = Map(
            [
                Rule("/_sim/<path:path>", endpoint="control"),
                Rule("/auth/o2/token", endpoint="token", methods=["POST"]),
                Rule("/apps/authorize/consent", endpoint="consent"),
                Rule("/_documents/<number>", endpoint="document"),
                Rule("/_sqs", endpoint="sqs", methods=["POST"]),
                Rule("/_sqs/<path:queue>", endpoint="sqs", methods=["POST"]),
            ],
            strict_slashes=False,
        )
        url_map()

    def __call__(self, environ, start_response):
        request = Request(environ)
        try:
            response = self._response(request, environ)
        except HTTPException as error:
            response = json_answer({"message": error.name}, error.code)
        return response(environ, start_response)

    def _response(self, request, environ):
        own = self.urls.bind_to_environ(environ)
        if own.test(request.path, request.method):
            endpoint, values = own.match()
            return getattr(self, f"_{endpoint}")(request, **values)
        operation, path = url_map().bind_to_environ(environ).match()
        return Call(self.simulator, operation, path, request).answer()

    def _control(self, request, path):
        return self.control.answer(request, path)

    def _token(self, request):
        return TokenCall(self.simulator, request).answer()

    def _consent(self, request):
        return consent.answer(self.simulator, request)

    def _sqs(self, request, queue=None):
        return sqs.answer(self.simulator, request)

    def _document(self, request, number):
        return documents.transfer(self.simulator, request, number)


class Server(serving.Server):
    """An Amazon simulator on a loopback port.

    :param simulator: `Simulator`
    :param port: 0 = any free one
    """

    def __init__(self, simulator, host="127.0.0.1", port=0):
        super().__init__(simulator, Application(simulator), host, port)

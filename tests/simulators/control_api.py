"""JSON in, JSON out: routes of a control API to functions."""

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule

from .http import json_answer


class ControlApi:
    """Dispatch control requests to functions (simulator, **arguments).

    A subclass names its `routes` [(method, path, function)], the `modules` to look the
    functions up in, `refusals` [(exception, status)], and in `parts` which path
    variable names a part of the world and the simulator's mapping of them.
    """

    routes = ()
    modules = ()
    refusals = ()
    parts = ("", "")

    def __init__(self, simulator):
        self.simulator = simulator
        self._urls = Map(
            [
                Rule(f"/{path}", methods=[method], endpoint=name)
                for method, path, name in self.routes
            ]
        )

    def answer(self, request, path):
        """Return the response; mistakes are 4xx with `{"error": text}`."""
        try:
            name, values = self._urls.bind("", path_info=f"/{path}").match(
                f"/{path}", request.method
            )
            body = request.get_json(silent=True) if request.get_data() else {}
            if body is None:
                return json_answer({"error": "the body is no JSON"}, 400)
            return json_answer(self._call(request, name, values, body))
        except HTTPException as error:
            return json_answer({"error": error.description}, error.code)
        except tuple(kind for kind, _status in self.refusals) as error:
            status = next(
                code for kind, code in self.refusals if isinstance(error, kind)
            )
            return json_answer({"error": _told(error)}, status)
        except (LookupError, ValueError, TypeError) as error:
            return json_answer({"error": _told(error)}, 400)

    def _call(self, request, name, values, body):
        variable, mapping = self.parts
        if variable in values:
            part = getattr(self.simulator, mapping).get(values[variable])
            if part is None:
                raise NotFound(f"no such {variable}")
            values[variable] = part
        arguments = body if isinstance(body, dict) else {"items": body}
        answer = self._function(name)(
            self.simulator, **values, **arguments, **request.args
        )
        if variable in values and request.method == "POST":
            values[variable].touch()
        return answer

    def _function(self, name):
        return next(getattr(one, name) for one in self.modules if hasattr(one, name))


def _told(error):
    return f"{type(error).__name__}: {error}"

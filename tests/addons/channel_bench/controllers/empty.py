from odoo import http


class Empty(http.Controller):
    """What Odoo itself takes to receive a body and to answer."""

    @http.route(
        "/bench/empty",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def empty(self, **_parameters):
        return ""

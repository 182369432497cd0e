import re

from odoo import models
from odoo.http import request

from ..crash import passing

WEBHOOK = re.compile(r"/channel/\d+/webhook")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if WEBHOOK.fullmatch(request.httprequest.path) and response.status_code == 200:
            passing("webhook_before_commit")
            request.env.cr.postcommit.add(
                lambda: passing("webhook_stored_before_answer")
            )
        return result

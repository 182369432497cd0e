"""Images: uploaded once, told by the hash of their bytes."""

from odoo.addons.channel_base.adapter.errors import (
    ProtocolError,
    RejectedError,
)
from odoo.addons.channel_base.adapter.transport import error_for_status

from . import content_plan as plan
from .ids import digits, gid
from .mapper_common import lookup, nodes

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
CHUNK = 100  # ids a query
READY = {"READY": True, "UPLOADED": False, "PROCESSING": False, "FAILED": None}


class Files:
    """Images through a client.

    :param read_image: function (source, key) -> bytes.
    """

    def __init__(self, client, read_image):
        self.client = client
        self.read_image = read_image

    def inputs(self, content, state):
        """``FileSetInput`` by image key, in order; what Shopify lacks is uploaded."""
        here = plan.media_by_key(content, state)
        known = {
            image.key: gid("MediaImage", image.external_id)
            for image in content.images
            if image.external_id and image.key not in here
        }
        alive = set(self._states(list(known.values())))
        here |= {key: one for key, one in known.items() if one in alive}
        missing = [image for image in content.images if image.key not in here]
        sources = self._upload(missing)
        return {
            image.key: {"id": here[image.key], "alt": image.alt}
            if image.key in here
            else {
                "originalSource": sources[image.key],
                "filename": _name(image),
                "contentType": "IMAGE",
                "alt": image.alt,
            }
            for image in content.images
        }

    def _upload(self, images):
        """Bytes to Shopify's own storage: {key: the address to name them by}."""
        if not images:
            return {}
        answer = self.client.mutate(
            "staged_uploads", input=[_staged(image) for image in images]
        )
        if answer["userErrors"]:
            raise RejectedError(
                "; ".join(error["message"] for error in answer["userErrors"]),
                code="UPLOAD",
            )
        targets = nodes(answer["stagedTargets"] or [])
        if len(targets) != len(images):
            raise ProtocolError("Shopify did not say where images are uploaded to.")
        return {
            image.key: self._send(image, target)
            for image, target in zip(images, targets, strict=True)
        }

    def _send(self, image, target):
        if not target.get("url") or not target.get("resourceUrl"):
            raise ProtocolError("Shopify did not say where an image is uploaded to.")
        fields = {one["name"]: one["value"] for one in target["parameters"]}
        response = self.client.upload(
            target["url"],
            fields,
            (_name(image), self.read_image(image.source, image.key), image.mime),
        )
        if response.status // 100 != 2:
            raise error_for_status(response.status, response.headers)
        return target["resourceUrl"]

    # --- processing -------------------------------------------------------------------

    def _states(self, ids):
        """{gid: payload} of images that are there."""
        return {
            payload["id"]: payload
            for payload in self.client.objects("content_media", ids, CHUNK)
            if payload.get("id")
        }

    def unready(self, ids):
        """Ids of images that are still processed.

        :raises RejectedError: for one that Shopify cannot show.
        """
        waiting, problems = [], []
        for one, payload in self._states(ids).items():
            ready = lookup(READY, payload["status"], "media status")
            if ready is None:
                texts = [error["message"] for error in payload["mediaErrors"]]
                problems.append("; ".join(texts) or digits(one))
            elif not ready:
                waiting.append(one)
        if problems:
            raise RejectedError(
                f"Shopify cannot show an image: {' '.join(problems)}", code="MEDIA"
            )
        return waiting


def _staged(image):
    return {
        "resource": "IMAGE",
        "filename": _name(image),
        "mimeType": image.mime,
        "fileSize": str(image.size),
        "httpMethod": "POST",
    }


def _name(image):
    return f"{image.key}.{EXTENSIONS.get(image.mime, 'jpg')}"

"""Staged uploads, and images that are processed after the call (facts, 6)."""

from .errors import user_error
from .registry import resolver

MAGIC = ("ffd8ff", "89504e47", "47494638", "52494646")  # JPEG, PNG, GIF, WEBP
MAX_BYTES = 20 * 2**20


@resolver("Mutation.stagedUploadsCreate")
def staged_uploads(_source, info, input):
    shop = info.context.shop
    targets = []
    for one in input:
        if not one["mimeType"].startswith("image/"):
            error = user_error("Mime type is not supported", ["input", "mimeType"])
            return {"stagedTargets": [], "userErrors": [error]}
        node = shop.add("StagedUpload", {"filename": one["filename"], "bytes": None})
        number = node["legacyResourceId"]
        address = f"{info.context.origin}/_upload/{number}"
        targets.append(
            {
                "url": address,
                "resourceUrl": f"{address}/{one['filename']}",
                "parameters": [
                    {"name": "key", "value": f"tmp/{number}/{one['filename']}"},
                    {"name": "Content-Type", "value": one["mimeType"]},
                ],
            }
        )
    return {"stagedTargets": targets, "userErrors": []}


def receive(shop, number, key, content):
    """Take an uploaded file; whether the upload was asked for, and by this key."""
    node = shop.get(f"gid://shopify/StagedUpload/{number}")
    if node is None or key != f"tmp/{number}/{node['filename']}":
        return False
    node["bytes"], node["magic"] = len(content), content[:4].hex()
    shop.touch(node)
    return True


def attach(shop, product, files):
    """Make the product's files those of the input; {id or source: gid}."""
    found = {}
    for file in files:
        key = file.get("id") or file["originalSource"]
        if file.get("id"):
            media = shop.get(file["id"])
        else:
            media = _make(shop, file)
        if media is not None:
            if "alt" in file:
                media["alt"] = file["alt"]
            found[key] = media["id"]
    product["media"] = list(found.values())
    return found


def _make(shop, file):
    source = file["originalSource"]
    staged = next(
        (
            one
            for one in shop.all("StagedUpload")
            if source.endswith(f"/_upload/{one['legacyResourceId']}/{one['filename']}")
        ),
        None,
    )
    good = (
        staged is not None
        and staged["bytes"]
        and staged["bytes"] <= MAX_BYTES
        and (staged["magic"].startswith(MAGIC))
    )
    return shop.add(
        "MediaImage",
        {
            "mediaContentType": "IMAGE",
            "filename": file.get("filename") or source.rsplit("/", 1)[-1],
            "good": bool(good),
            "ready": shop.clock.timestamp() + shop.settings["job_seconds"],
            "alt": file.get("alt"),
        },
    )


@resolver("MediaImage.status")
def status(source, info):
    if "ready" not in source:
        return source.get("status") or "READY"
    if source["ready"] > info.context.shop.clock.timestamp():
        return "PROCESSING"
    return "READY" if source["good"] else "FAILED"


@resolver("MediaImage.image")
def image(source, info):
    """Null until it is READY (`MediaImage.image` of the contract)."""
    if status(source, info) != "READY":
        return None
    number = source["legacyResourceId"]
    name = source.get("filename") or f"{number}.png"
    return {
        "id": f"gid://shopify/ImageSource/{number}",
        "url": f"https://cdn.shopify.com/s/files/1/{name}?v={number}",
        "altText": source.get("alt"),
        "width": 100,
        "height": 100,
    }


@resolver("MediaImage.mediaErrors")
def errors(source, info):
    if status(source, info) != "FAILED":
        return []
    return [
        {
            "code": "IMAGE_PROCESSING_FAILURE",
            "message": "The image could not be processed.",
            "details": None,
        }
    ]

"""What search engines read about a shader: schema.org in JSON-LD."""

import re
from typing import Any

from services.contracts.shaders import ShaderPublic

_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-(\d\.\d)")


def licence_url(licence: str) -> str | None:
    """Where a licence of ours, an SPDX identifier, can be read; None for all rights reserved."""
    if licence == "all-rights-reserved":
        return None
    if licence == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if found := _CREATIVE_COMMONS.fullmatch(licence):
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    return f"https://spdx.org/licenses/{licence}.html"


def creative_work(shader: ShaderPublic, site: str) -> dict[str, Any]:
    """A shader of the site at `site`."""
    address = f"{site}/s/{shader.id}"
    largest = shader.pictures[-1] if shader.pictures else None
    found = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": address,
        "url": address,
        "name": shader.title,
        "description": shader.description or None,
        "author": {
            "@type": "Person",
            "name": shader.author.display_name,
            "url": f"{site}/u/{shader.author.handle}",
        },
        "license": licence_url(shader.licence),
        "keywords": shader.tags or None,
        "datePublished": shader.published_at.isoformat() if shader.published_at else None,
        "genre": "GLSL shader",
        "thumbnailUrl": f"{site}{shader.still_url}" if shader.still_url else None,
        "image": {
            "@type": "ImageObject",
            "url": f"{site}{largest.url}",
            "width": largest.width,
            "height": largest.height,
        }
        if largest
        else None,
    }
    return {name: value for name, value in found.items() if value is not None}

"""Stills in a document: an image that lets the browser choose among its sizes.

How wide a picture is shown stands here for what is loaded before the script runs, and in src/lib/stills.ts for what the
script draws; where the two differ a browser loads two pictures.
"""

from dataclasses import dataclass

from services.contracts.shaders import ShaderSummary
from services.web.server.html import Markup, tag

CARD_SIZES = "(min-width: 1320px) 20vw, (min-width: 960px) 25vw, (min-width: 600px) 33vw, 50vw"
LARGE_CARD_SIZES = "(min-width: 1320px) 40vw, (min-width: 960px) 50vw, (min-width: 600px) 67vw, 100vw"
STAGE_SIZES = "min(100vw, 1440px)"
FRAME_SIZES = "100vw"


@dataclass(frozen=True, slots=True)
class Still:
    """A picture in a document: the address of one size, all of them, and how wide it is shown."""

    url: str
    srcset: str | None
    sizes: str

    @classmethod
    def of(cls, card: ShaderSummary, sizes: str) -> "Still | None":
        """The still of a shader; None where there is none yet."""
        if card.still_url is None:
            return None
        srcset = ", ".join(f"{size.url} {size.width}w" for size in card.pictures)
        return cls(card.still_url, srcset or None, sizes)

    def preload(self) -> Markup:
        """What has the browser load it at once."""
        return tag(
            "link",
            rel="preload",
            as_="image",
            href=self.url,
            imagesrcset=self.srcset,
            imagesizes=self.sizes if self.srcset else None,
            fetchpriority="high",
        )

    def image(self, alt: str) -> Markup:
        """The element."""
        sizes = self.sizes if self.srcset else None
        return tag("img", src=self.url, srcset=self.srcset, sizes=sizes, alt=alt, width=640, height=360)

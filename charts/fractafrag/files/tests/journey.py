"""What the site is for, once through: sign in, publish a shader, fetch its picture, take all of it away again.

It goes through the API, the outbox, the queue in Redis, a worker, a renderer (which may have to start first), the
object store and the web process. A picture's name is the hash of its bytes, so bytes that fit the name are those whose
average colour the API tells. PICTURE_SECONDS is how long a picture may take.
"""

import hashlib
import os
import secrets
import time
from pathlib import PurePosixPath
from typing import Any

from site_client import API_URL, WEB_URL, ask, fail, passed

API = f"{API_URL}/api/v1"
SOURCE = """void mainImage(out vec4 color, in vec2 at) {
    color = vec4(0.2, 0.6, at.x / iResolution.x, 1.0);
}
"""
# The average of that: blue runs from 0 to 1.
EXPECTED, TOLERANCE = (51, 153, 127), 6
Headers = dict[str, str]


def sign_up() -> tuple[Headers, str, bool]:
    """A new account, since a free one may publish five shaders a month only; its headers and its password.

    The last is whether the site wants a confirmed address before it publishes.
    """
    name, password = f"helm-test-{secrets.token_hex(6)}", secrets.token_urlsafe(24)
    body = {"handle": name, "email": f"{name}@example.org", "password": password, "token_transport": "body"}
    tokens = ask("POST", f"{API}/auth/register", json=body, expect=201).json()
    passed(f"signed in as {name}")
    return {"Authorization": f"Bearer {tokens['access_token']}"}, password, tokens["user"]["held_back"]


def publish(headers: Headers, *, held_back: bool) -> str:
    """The id of a new shader; a draft where no more is allowed, which is drawn as well."""
    body = {"title": "helm test", "source": SOURCE, "visibility": "draft" if held_back else "unlisted"}
    shader = ask("POST", f"{API}/shaders", json=body, headers=headers, expect=201).json()
    passed(f"{'kept as a draft' if held_back else 'published'}: {shader['id']}")
    return str(shader["id"])


def wait_for_picture(shader: str, headers: Headers) -> dict[str, Any]:
    """The render of a shader when it is finished."""
    seconds = float(os.environ.get("PICTURE_SECONDS", "240"))
    begun = time.monotonic()
    render: dict[str, Any] = {"status": "pending"}
    while render["status"] not in {"ready", "failed"}:
        if time.monotonic() - begun > seconds:
            fail(f"no picture after {seconds:.0f} s, the render is still {render['status']}: is there a renderer?")
        time.sleep(1)
        render = ask("GET", f"{API}/shaders/{shader}/render", headers=headers).json()
    if render["status"] == "failed":
        fail(f"the render failed: {render['failure_code']} {render['errors']}")
    passed(f"drawn after {time.monotonic() - begun:.1f} s by {render['backend']}")
    return render


def check_picture(render: dict[str, Any]) -> None:
    """Fetch the picture as a visitor would, and hold it against what the shader draws."""
    picture = ask("GET", f"{WEB_URL}{render['still_url']}")
    if picture.headers.get("content-type") != "image/webp" or picture.content[8:12] != b"WEBP":
        fail(f"{render['still_url']} is no WebP picture but {picture.headers.get('content-type')}")
    name = PurePosixPath(render["still_url"]).stem
    # The copy of a larger picture has that one's name.
    if "-" not in name and hashlib.sha256(picture.content).hexdigest() != name:
        fail(f"the bytes of {render['still_url']} are not those that were stored")
    color = render["average_color"]
    found = tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
    if any(abs(a - b) > TOLERANCE for a, b in zip(found, EXPECTED, strict=True)):
        fail(f"the picture's colour is {found}, the shader draws {EXPECTED}")
    passed(f"the picture has {len(picture.content)} bytes and the colour {color}")


def main() -> None:
    """Go through all of it; the account goes also when something failed on the way."""
    headers, password, held_back = sign_up()
    try:
        shader = publish(headers, held_back=held_back)
        check_picture(wait_for_picture(shader, headers))
        ask("DELETE", f"{API}/shaders/{shader}", headers=headers, expect=204)
        ask("GET", f"{API}/shaders/{shader}", expect=404)
    finally:
        ask("DELETE", f"{API}/users/me", json={"password": password}, headers=headers, expect=204)
    passed("the shader and the account are gone")


if __name__ == "__main__":
    main()

"""The site shows its first page."""

from site_client import WEB_URL, ask, fail, passed

page = ask("GET", f"{WEB_URL}/")
if "text/html" not in page.headers.get("content-type", "") or "<html" not in page.text:
    fail(f"the first page is no page: {page.text[:200]}")
passed(f"the first page has {len(page.content)} bytes")

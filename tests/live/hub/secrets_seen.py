"""Writes down every secret that the people of a run use; a conftest.py of the run's project.

`RTC_GUIDE_SECRETS` names the file: a line of JSON for each, its kind and the secret.
"""

import json
import os
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl

import httpx

SEEN = Path(os.environ["RTC_GUIDE_SECRETS"])
KINDS = ("token", "code", "password", "_xsrf")
send = httpx.AsyncClient.send


async def send_and_write_down(self, request, **kwargs):
    """Send a request as before."""
    found = [("cookie", each.value) for each in cookies(request.headers.get("cookie", ""))]
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    found += [(kind, token)]
    texts = [request.url.query.decode()]
    if "urlencoded" in request.headers.get("content-type", ""):
        texts.append(request.content.decode())
    found += [pair for text in texts for pair in parse_qsl(text) if pair[0] in KINDS]
    with SEEN.open("a") as file:
        file.writelines(json.dumps(pair) + "\n" for pair in found if pair[1])
    return await send(self, request, **kwargs)


def cookies(header):
    return SimpleCookie(header).values()


httpx.AsyncClient.send = send_and_write_down

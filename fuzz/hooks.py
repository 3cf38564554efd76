"""What schemathesis can't know: whose device asks, and which codes there are."""

import itertools
import os
import pathlib

import schemathesis

TOKENS = os.environ["FUZZ_TOKENS"].split()
SELLER_KEY = os.environ["FUZZ_SELLER_KEY"]
CODES = os.environ["FUZZ_CODES"].split()
SEEN = pathlib.Path(os.environ["FUZZ_SEEN"])

# a device that was uninstalled is gone, and one that was released has no license: a few are there for that alone, and
# others for codes, so that some of them have a license on which a code can wait
leaving = itertools.cycle(TOKENS[:3])
licensed = itertools.cycle(TOKENS[3:9])
others = itertools.cycle(TOKENS[9:])
codes = itertools.cycle(CODES)
addresses = itertools.cycle(f"10.1.0.{number}" for number in range(1, 250))


# the order of the document's example, and one of subscriptions
NUMBERS = {"orders": "W-204881", "subscriptions": "S-1"}


def askers(path):
    if path.split("/")[3] in ("orders", "subscriptions", "webhooks"):
        return itertools.repeat(SELLER_KEY)
    last = path.rsplit("/", 1)[-1]
    if last in ("uninstallation", "release"):
        return leaving
    return licensed if last in ("activations", "reserve", "activation", "databases") else others


@schemathesis.hook
def before_call(context, case, kwargs):
    # no network and no device asks so often that its limit is all we learn about
    case.headers["x-forwarded-for"] = next(addresses)
    case.headers["x-country"] = "IN"
    if case.path.startswith("/api/v1/") and case.path != "/api/v1/keys":
        case.headers["authorization"] = f"Bearer {next(askers(case.path))}"
    # requests that fit are about something that is there
    if CODES and isinstance(case.body, dict) and isinstance(case.body.get("code"), str):
        case.body["code"] = next(codes)
    if CODES and "order_number" in (case.path_parameters or {}):
        case.path_parameters["order_number"] = NUMBERS[case.path.split("/")[3]]


@schemathesis.hook
def after_call(context, case, response):
    """Notes what was done at all: refusals alone would prove little."""
    if 200 <= response.status_code < 300:
        with open(SEEN, "a", encoding="utf-8") as seen:
            seen.write(f"{case.method.upper()} {case.path}\n")

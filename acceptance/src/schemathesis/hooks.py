"""What schemathesis is told beside the API description: pictures to upload, and which refusals are by meaning."""

import json
import os
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

PICTURES = [file.read_bytes() for file in sorted(Path(os.environ["PICTURES"]).iterdir()) if file.is_file()]
# The account and the session of the run: without them everything after would be 401.
OWN_IDS = set(os.environ["OWN_IDS"].split(","))

schemathesis.openapi.media_type("image/*", st.sampled_from(PICTURES))
# The bytes of a resumable upload; the tester knows them by their other name alone.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

# A request can be as its schema says and still be refused for what it means, which no schema tells.
REFUSED_BY_MEANING = {
    "invalid_recipe",  # parameters in text, and steps that contradict each other
    "upgrade_required",  # nobody opens a WebSocket here
    "result_expired",
    "precondition_failed",  # If-Match names a state that is not the present one
    "tus_version",  # the protocol wants 412 where the header is missing, so it is not required by the schema
}
# Fields of which the schema gives the form alone.
JUDGED_BY_MEANING = {
    "cursor",  # of another list
    "password",  # among the commonest, or shorter than configured
    "username",  # letters of two alphabets
    "expiresAt",  # in the past
    "currentPassword",  # needed for another field only
    "presets",  # names that are not configured
    "pictures",  # the name of one of them
    "recipe",  # steps that contradict each other, and texts of nothing to be seen
    "sizes",
    "tags",  # of white space alone
    "addTags",
    "removeTags",
    "name",
    "originalName",
    "q",  # a grammar
    "webhookUrl",  # what is a URL is more than a pattern says
    "url",
    "Upload-Concat",  # names uploads that are there
    "Upload-Length",  # needed unless it is deferred
    "Upload-Metadata",  # what the values say
    "Content-Digest",  # of as many bytes as the algorithm has
    "Repr-Digest",
}


# Of these each call has an account of its own: after one of them everything would be 401.
ENDS_ITS_CALLER = {"deleteAccount", "changeAccount", "logOut"}


@schemathesis.auth(refresh_interval=None)
class Credential:
    """Who calls: the administrator, to whom no operation is closed, but for what would end the run."""

    def get(self, case, context):
        operation = case.operation.definition.raw.get("operationId")
        return stranger() if operation in ENDS_ITS_CALLER else os.environ["ACCESS_TOKEN"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


def stranger():
    """The access token of a new account."""
    account = {"email": f"{uuid.uuid4()}@example.org", "password": uuid.uuid4().hex}
    request = Request(f"{os.environ['BASE_URL']}/api/auth/register", json.dumps(account).encode())
    request.add_header("Content-Type", "application/json")
    with urlopen(request) as response:
        return json.load(response)["accessToken"]


@schemathesis.hook
def filter_case(context, case):
    """Keep the run signed in, and its jobs going: who waits for one would wait until the lane goes on."""
    operation = case.operation.definition.raw.get("operationId")
    if operation == "changeLane" and isinstance(case.body, dict) and case.body.get("paused") is True:
        return False
    named = set((case.path_parameters or {}).values())
    return case.method in ("GET", "HEAD", "OPTIONS") or not any(str(value) in OWN_IDS for value in named)


def holds_absent(case):
    """Whether something is empty or null, which counts as absent wherever it may be absent."""

    def holds_null(value):
        if isinstance(value, dict):
            return any(inner is None or holds_null(inner) for inner in value.values())
        return isinstance(value, list) and any(holds_null(item) for item in value)

    return holds_null(case.body) or any(value in ("", None) for value in dict(case.query or {}).values())


def poisons(value):
    """Whether some object would change what all others are: such a body is refused as no JSON before any schema."""
    if isinstance(value, dict):
        return bool({"__proto__", "constructor"} & value.keys()) or any(poisons(inner) for inner in value.values())
    return isinstance(value, list) and any(poisons(item) for item in value)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Take what is refused by meaning for what it is, and what is absent for that; everything else stays a failure."""
    # Each header may be as long as it says; all of them together may be too long, whatever the method.
    if response.status_code == 431:
        return False
    # 412, which tus wants for its version, refuses too; the tester does not count it.
    if isinstance(failure, AcceptedNegativeData):
        return response.status_code < 400 and not holds_absent(case)
    if not isinstance(failure, RejectedPositiveData):
        return True
    # No body says why; the same path is asked by GET.
    if case.method == "HEAD" or poisons(case.body):
        return False
    try:
        problem = response.json()
    except ValueError:
        return True
    if problem["status"] == 422 or problem["code"] in REFUSED_BY_MEANING:
        return False
    names = {name_of(error["path"]) for error in problem.get("errors", [])}
    return not (names and names <= JUDGED_BY_MEANING)


def name_of(path):
    """The field that a path ends at, without places in lists: `addTags` of `change.addTags.1`; of a recipe the recipe."""
    names = [part for part in path.split(".") if not part.isdigit()]
    if "recipe" in names:
        return "recipe"
    return names[-1] if names else path

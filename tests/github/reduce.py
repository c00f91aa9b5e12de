#!/usr/bin/env python3
"""Reduces GitHub's OpenAPI description to the operations that releases and comments use.

    npm pack @octokit/openapi@23.0.2 && tar -xzf octokit-openapi-23.0.2.tgz
    tests/github/reduce.py package/generated/api.github.com.json > tests/github/api.json

What is kept: paths, methods, parameters, the schemas of bodies and answers; what tells people something is not. OpenAPI 3.0's
`nullable` becomes JSON Schema's `null`. The description is GitHub's (github/rest-api-description), under the MIT licence.
"""
import json
import sys

OPERATIONS = """
get /repos/{owner}/{repo}
get /repos/{owner}/{repo}/compare/{basehead}
get /repos/{owner}/{repo}/git/matching-refs/{ref}
get /repos/{owner}/{repo}/git/ref/{ref}
post /repos/{owner}/{repo}/git/refs
patch /repos/{owner}/{repo}/git/refs/{ref}
post /repos/{owner}/{repo}/git/tags
get /repos/{owner}/{repo}/git/tags/{tag_sha}
get /repos/{owner}/{repo}/releases
post /repos/{owner}/{repo}/releases
patch /repos/{owner}/{repo}/releases/{release_id}
delete /repos/{owner}/{repo}/releases/{release_id}
get /repos/{owner}/{repo}/releases/{release_id}/assets
post /repos/{owner}/{repo}/releases/{release_id}/assets
get /repos/{owner}/{repo}/releases/assets/{asset_id}
delete /repos/{owner}/{repo}/releases/assets/{asset_id}
get /repos/{owner}/{repo}/issues/{issue_number}/comments
post /repos/{owner}/{repo}/issues/{issue_number}/comments
patch /repos/{owner}/{repo}/issues/comments/{comment_id}
"""
SAID = {"description", "title", "summary", "example", "examples", "externalDocs", "deprecated", "tags"}


def clean(node, inside=None):
    """Without what is said to people, and with `null` as a type. Names of properties are no keywords."""
    if isinstance(node, list):
        return [clean(item) for item in node]
    if not isinstance(node, dict):
        return node
    names = inside in ("properties", "schemas", "parameters", "responses")
    out = {}
    for key, value in node.items():
        if not names and (key in SAID or key.startswith("x-")):
            continue
        out[key] = clean(value, key if not names else None)
    if not names and out.pop("nullable", False):
        if isinstance(out.get("type"), str):
            out["type"] = [out["type"], "null"]
            if "enum" in out and None not in out["enum"]:
                out["enum"].append(None)
        elif out:
            out = {"anyOf": [{"type": "null"}, out]}
    return out


def references(node, found):
    if isinstance(node, list):
        for item in node:
            references(item, found)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            found.add(node["$ref"])
        for value in node.values():
            references(value, found)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        whole = json.load(file)
    out = {"source": {"package": "@octokit/openapi", "version": "23.0.2", "licence": "MIT",
                      "origin": "https://github.com/github/rest-api-description"}, "paths": {}, "components": {}}
    for line in OPERATIONS.split("\n"):
        if not line:
            continue
        method, path = line.split(" ")
        operation = whole["paths"][path][method]
        kept = {key: clean(operation[key], key) for key in ("parameters", "requestBody", "responses") if key in operation}
        if "servers" in operation:
            kept["servers"] = [server["url"] for server in operation["servers"]]
        # Failures are said by their status alone.
        kept["responses"] = {status: answer if status.startswith("2") else {} for status, answer in kept["responses"].items()}
        out["paths"].setdefault(path, {})[method] = kept
    todo = set()
    references(out["paths"], todo)
    done = set()
    while todo - done:
        reference = min(todo - done)
        done.add(reference)
        kind, name = reference.split("/")[2:]
        part = clean(whole["components"][kind][name])
        out["components"].setdefault(kind, {})[name] = part
        references(part, todo)
    json.dump(out, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    print()


main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""record_schema.py SCHEMA WRITER: what WRITER --print writes, a record a
line, is what the schema says, and knows no member that it does not."""
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("1..0 # SKIP python3-jsonschema is not installed")
    sys.exit(0)


def closed(node):
    """The schema without room for members that it does not name."""
    if isinstance(node, dict):
        node = {k: closed(v) for k, v in node.items()}
        if node.get("type") == "object":
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
            if "header" in node["required"]:
                node["required"].remove("header")
        return node
    return [closed(n) for n in node] if isinstance(node, list) else node


schema = json.load(open(sys.argv[1]))
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
strict = validator(closed(schema))
out = subprocess.run([sys.argv[2], "--print"], capture_output=True,
                     check=True, timeout=60).stdout
n = bad = 0
for line in out.splitlines():
    if not line.startswith(b"{"):
        continue
    n += 1
    errors = list(strict.iter_errors(json.loads(line)))
    bad += bool(errors)
    print(f"{'not ok' if errors else 'ok'} {n} - record {n}")
    for e in errors[:5]:
        print(f"# {list(e.absolute_path)}: {e.message[:200]}")
print(f"1..{n}")
sys.exit(1 if bad or n == 0 else 0)

#!/usr/bin/env bash
# Streamlit's components v2 import pandas to look at a list in a dict, and not at the same in a list.
#
# Guessed: `data` that is plain JSON, a dict with the speeds of three layers in a list, goes to the browser as
# it is, so the first picture of a fresh server waits for no pandas.
# Seen: each value of a dict is asked whether it is a table, and a list or a dict as a value has pandas
# imported for the answer, which is no. With numbers and texts as values nothing is imported, nor where the
# same dict stands in a list, [{...}].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet streamlit==1.67.0 pandas==3.1.1
cat > "$folder/program.py" <<'PROGRAM'
import json
import sys
from importlib.metadata import version

from streamlit.testing.v1 import AppTest


def app(data):
    import streamlit as st

    st.components.v2.component("picture", js="export default function () {}")(data=data)


said, guess = sys.argv[1:]
test = AppTest.from_function(app, args=(json.loads(said),), default_timeout=300)
assert "pandas" not in sys.modules
test.run()
assert not test.exception, test.exception
seen = "pandas" if "pandas" in sys.modules else "none"
print("streamlit", version("streamlit"), "pandas", version("pandas"), "data", said, "imports", seen)
assert seen == guess, seen
PROGRAM
try() {
    "$folder/venv/bin/python" "$folder/program.py" "$@" 2> "$folder/said" || { cat "$folder/said"; exit 1; }
}
try '{"depth": 3, "name": "tanh"}' none
try '{"speeds": [0.1, 0.2, 0.4]}' pandas
try '{"speeds": {"first": 0.1}}' pandas
try '[{"speeds": [0.1, 0.2, 0.4]}]' none

"""Plants one mistake of tests/mutations.txt in a copy of the repository and prints the file: python3 tests/plant.py MUTATIONS NAME COPY.

A mistake is a block: a line "== name", a line with the file, the text to replace (lines that begin with "- ") and the text to put there ("+ ").
"""
import os, sys

mutations, name, copy = sys.argv[1:]
blocks = [block.split("\n") for block in ("\n" + open(mutations).read()).split("\n== ")[1:]]
block = next((block for block in blocks if block[0] == name), None)
if block is None:
    sys.exit(print(f"there is no mistake of that name") or 1)
file = block[1]
old = "\n".join(line[2:] for line in block[2:] if line.startswith("- "))
new = "\n".join(line[2:] for line in block[2:] if line.startswith("+ "))
path = os.path.join(copy, file)
text = open(path).read()
if text.count(old) != 1:
    sys.exit(print(f"the text to replace is {text.count(old)} times in {file}") or 1)
open(path, "w").write(text.replace(old, new))
print(file)

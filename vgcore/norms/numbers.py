"""Numbers without names: layers, or steps of a whole network, or rows of both."""

import re
from collections import Counter
from itertools import pairwise

from vgcore.norms.literals import dotted
from vgcore.norms.values import Num, entries, norm_of, number


def bare_matches(reader, at):
    items, behind = reader.items(at)
    return (reader.statement(at), items, behind) if items else None


def bare_numbers(reader, at, found):
    statement, items, behind = found
    numbers, bracketed, line = [], False, statement.line
    bare = statement.text
    whole = sum(map(bare.count, "([{")) == sum(map(bare.count, ")]}"))
    if not whole or re.search(r"[^\W_]", re.sub(r"\([^()]*\)|\[[^][]*\]", "", behind)):
        reader.leave(line, "line")
        return at + statement.lines
    if any(item.kind == "comma" for item in items):
        reader.bare.append((line, _commas(statement.text), False, reader.form, reader.part))
        return at + statement.lines
    for item in items:
        if isinstance(item.value, Num):
            numbers.append(item.value)
        elif isinstance(item.value, (list, tuple)):
            bracketed = True
            if dotted(item.value):
                reader.leave(line, "abridged")
            elif nested := _nested(item.value):
                for each in nested:
                    reader.bare.append((line, each, True, reader.form, reader.part))
            else:
                numbers += [each for each in item.value if isinstance(each, Num)]
                if len(numbers) < len(item.value):
                    reader.leave(line, "number")
        else:
            reader.leave(line, "number")
    if numbers:
        reader.bare.append((line, numbers, bracketed, reader.form, reader.part))
    return at + statement.lines


def _nested(value):
    """Return the rows of a list of lists of numbers, or a row that is the norm of a tensor; else nothing."""
    try:
        numbers = entries(value)
    except ValueError:
        return []
    if min(numbers, default=0.0) < 0.0:
        return [[norm_of(value)]]
    inner = [each for each in value if isinstance(each, (list, tuple))]
    return [entries(each) for each in inner] if inner and len(inner) == len(value) else []


def _commas(text):
    """Return the numbers of a line that has commas between digits, or the text if they may be decimals."""
    parts = [part for part in re.split(r"[\s;|]+", text.strip().strip("[](){}").removesuffix(",")) if part]
    sure = any(part.count(",") > 1 for part in parts) or text.strip()[:1] in "[({"
    sure = sure or any(re.search(r"\.[0-9]*,|,[0-9]*\.", part) for part in parts)
    numbers = [number(each) for each in re.split(r"[,\s;|]+", text.strip(" \t,;|[](){}"))]
    if all(each is not None for each in numbers) and sure:
        return numbers
    return [text]


def without_names(reader, form):
    """Take the numbers without names; return the forms that they may have, and why there is no verdict."""
    bare, named = reader.bare, any(row.name for row in reader.rows)
    doubtful = [each for each in bare if isinstance(each[1][0], str)]
    bare = [each for each in bare if not isinstance(each[1][0], str)]
    if doubtful:
        pairs = [re.split("[,]", each[1][0].strip()) for each in doubtful]
        split_ = [[number(part) for part in pair] for pair in pairs]
        clear = all(len(pair) == 2 and None not in pair for pair in split_) and not bare
        firsts = [pair[0] for pair in split_] if clear else []
        if clear and len(firsts) > 2 and _counting(firsts):
            bare = [(each[0], pair, False, *each[3:]) for each, pair in zip(doubtful, split_, strict=True)]
        elif len(doubtful) == 1 and not bare and not named and clear:
            bare = [(doubtful[0][0], split_[0], False, *doubtful[0][3:])]
        else:
            for each in doubtful:
                reader.leave(each[0], "comma")
    if named:
        for line, *_ in bare:
            reader.leave(line, "line")
        return (), ""
    return _nameless(reader, bare, form)


def _counting(numbers):
    whole = [n for n in numbers if isinstance(n, Num) and n.raw.lstrip("-").isdecimal()]
    if len(whole) != len(numbers) or len(whole) < 3:
        return False
    rises = [a < b for a, b in pairwise(whole)]
    return all(rises) or (not any(rises) and len(set(whole)) == len(whole))


_CLOCK = 1e8  # seconds: what is larger, and rises, is the time of the day


def _come_round(numbers):
    """Whether the numbers of layers come round, as they do where several steps stand in a text."""
    period = numbers.index(numbers[0], 1) if numbers[0] in numbers[1:] else 0
    return (
        period > 2
        and len(numbers) % period == 0
        and numbers == numbers[:period] * (len(numbers) // period)
        and (_counting(numbers[:period]))
    )


def _nameless(reader, bare, form):
    if not bare:
        return (), ""
    width, many = Counter(len(numbers) for _, numbers, *_ in bare).most_common(1)[0]
    if width > 1 and len(bare) > many > 0.6 * len(bare):
        for each in bare:
            if len(each[1]) != width:
                reader.leave(each[0], "fields")
        bare = [each for each in bare if len(each[1]) == width]
    elif many < len(bare):
        width = 0
    firsts = [numbers[0] for _, numbers, *_ in bare]
    bracketed = all(each[2] for each in bare)
    readings, taken, refused = (), "list", ""
    if len(bare) > 1 and width == 3 and min(firsts) > _CLOCK and firsts == sorted(firsts):
        taken = "steps"
    elif len(bare) > 1 and width == 2 and _counting(firsts):
        gaps = {abs(b - a) for a, b in pairwise(firsts)}
        layers = min(firsts) in (0.0, 1.0) and max(gaps) <= 3
        readings = ("layers", "steps") if layers else ("steps", "layers")
    elif len(bare) > 2 and width == 3 and not bracketed and _triples([numbers for _, numbers, *_ in bare]):
        taken = "triples"
    elif len(bare) > 2 and width == 2 and not bracketed and _come_round(firsts):
        taken = "layers"
    elif len(bare) > 1 and width != 1:
        readings = ("rows", "list")
        if not bracketed or _counting(firsts):
            refused = "ask"
    taken = readings[0] if readings else taken
    if form in ("list", "layers", "steps", "rows"):
        taken, refused = form, ""
        readings = (form, *(each for each in readings if each != form)) if form in readings else readings
    for k, (line, numbers, _, _, part) in enumerate(bare):
        reader.part, reader.form = part, "layers" if taken == "triples" else taken
        if taken in ("layers", "steps", "triples") and len(numbers) < (3 if taken == "triples" else 2):
            reader.leave(line, "fields")
        elif taken == "steps":
            reader.leave(line, "total")
        elif taken == "layers":
            reader.add(line, f"{numbers[0]:g}", "norm", numbers[-1])
        elif taken == "triples":
            reader.add(line, f"{numbers[1]:g}", "norm", numbers[2], float(numbers[0]))
        else:
            for each in numbers:
                reader.add(line, "", "bare", each, float(k) if taken == "rows" else 0.0)
    if taken == "steps":
        refused = "whole"
    return readings, refused


def _triples(rows):
    counts = [tuple(row[:2]) for row in rows]
    whole = all(isinstance(n, Num) and n.raw.isdecimal() for count in counts for n in count)
    return whole and all(a < b or b == counts[0] for a, b in pairwise(counts)) and counts[0] < counts[1]

#!/usr/bin/env python3
"""A second reader of `.1337` files, written from docs/format-1337.md alone, with Python's standard library.

    reader.py verify FILE...     whether each file is what was written; says what is wrong
    reader.py answer FILE        all that the file says, a line an entry, a term, and an answer to each line of input:
                                 `term TERM`, `oid OID`, `below OID`, `scan TEXT` (JSON strings)

It maps nothing and is in no hurry. Folding and NFC are those of Python's own Unicode tables (`unicodedata.unidata_version`),
which are older than the writer's: keys with characters that are new since may differ. UAX #29 is done for the properties that
Python's tables have (letters, digits, marks, controls); what needs the tables of Word_Break itself (Katakana, Hebrew quotes,
emoji sequences, scripts without spaces) it does not do, and says so: `scan` refuses such a text.
"""

import bisect
import hashlib
import json
import struct
import sys
import unicodedata

MAGIC = bytes([0x89, 0x31, 0x33, 0x33, 0x37, 0x0D, 0x0A, 0x1A])
READER = 1
SIZES = {"META": 1, "STRS": 1, "ORIG": 12, "EPOS": 4, "ENTR": None, "EKEY": 64,
         "TPOS": 4, "TERM": None, "TKEY": 64, "POST": 4, "FRST": 8, "FLEN": 2, "SCND": 8}
MASK = (1 << 64) - 1


class Refused(Exception):
    """The file is not one that may be believed: the section, the offset in the file or section, and why."""

    def __init__(self, section, offset, why):
        super().__init__(f"{section} {offset} {why}")
        self.section = section


def sha256(data):
    return hashlib.sha256(data).digest()


def step(h, w):
    h = ((h ^ w) * 0xD6E8FEB86659FD93) & MASK
    return h ^ (h >> 32)


def hash64(key):
    h, full = 0x9E3779B97F4A7C15, len(key) // 8 * 8
    for (w,) in struct.iter_unpack("<Q", key[:full]):
        h = step(h, w)
    rest = key[full:]
    h = step(h, int.from_bytes(rest, "little") + (len(rest) << 56))
    h = ((h ^ (h >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    h = ((h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53) & MASK
    return h ^ (h >> 33)


# White_Space by PropList.txt. Python's own `isspace` has U+001C to U+001F too.
WHITE = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))


def fold(text):
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def key_of(text):
    words, word = [], ""
    for c in text:
        if c in WHITE:
            words.append(word)
            word = ""
        else:
            word += c
    words.append(word)
    return fold(" ".join(w for w in words if w))


def oid_key(oid):
    out = b""
    for arc in map(int, oid.split(".")):
        n = (arc.bit_length() + 7) // 8
        out += bytes([n]) + arc.to_bytes(n, "big")
    return out


class Record:
    """A walk over the fields of a record."""

    def __init__(self, file, section, position):
        self.file, self.section, self.at = file, section, position * 4
        head = file.read(section, self.at, 4)
        units, n = 0, 0
        while True:
            if n == 4:
                raise Refused(section, self.at, "the length of a record is too long")
            units |= (head[n] & 127) << (7 * n)
            n += 1
            if head[n - 1] < 128:
                break
        self.start = self.at
        self.end = self.at + units * 4
        self.data = file.read(section, self.at, units * 4)
        self.i = n
        if n > len(self.data):
            raise Refused(section, self.at, "a record is empty")

    def refuse(self, why):
        raise Refused(self.section, self.start + self.i, why)

    def take(self, n):
        if self.i + n > len(self.data):
            self.refuse("a field does not end in its record")
        self.i += n
        return self.data[self.i - n:self.i]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.byte()
            if shift == 63 and byte > 1:
                self.refuse("a varint is too long")
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def number(self):
        value = self.varint()
        if value >> 32:
            self.refuse("a number has more than 32 bits")
        return value

    def signed(self):
        value = self.varint()
        return value >> 1 if value & 1 == 0 else -(value >> 1) - 1

    def utf8(self, data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.refuse("a text is no UTF-8")

    def text(self):
        v = self.varint()
        return self.utf8(self.take(v // 2)) if v % 2 == 0 else self.file.shared(v // 2)

    def list(self, item):
        return [item() for _ in range(self.number())]

    def oid(self):
        return self.arcs(self.take(self.varint()))

    def arcs(self, key):
        arcs, i = [], 0
        while i < len(key):
            n = key[i]
            arc = key[i + 1:i + 1 + n]
            if n > 8 or len(arc) < n or arc[:1] == b"\0":
                self.refuse("it is no OID key")
            arcs.append(int.from_bytes(arc, "big"))
            i += 1 + n
        first_two = arcs and arcs[0] <= 2 and (arcs[0] == 2 or len(arcs) < 2 or arcs[1] <= 39)
        if not first_two or len(arcs) > 32 or any(arc >> 63 for arc in arcs):
            self.refuse("it is no OID")
        return ".".join(map(str, arcs))


class Pack:
    """An opened file: header, table, root and the last list are checked; chunks when they are touched."""

    def __init__(self, data):
        self.data = data
        if data[:8] != MAGIC:
            raise Refused("HEAD", 0, "it is no .1337 file")
        if len(data) < 128:
            raise Refused("HEAD", 0, "it is cut off")
        self.version, oldest, self.kind, length, rows, self.c, data_end, chunks = struct.unpack_from("<HHIQIIQQ", data, 8)
        if oldest > READER:
            raise Refused("HEAD", 10, "it needs a newer reader")
        if length != len(data):
            raise Refused("HEAD", 16, "it has another length than it says")
        start = (128 + 32 * rows + 63) // 64 * 64
        if rows > 64 or start > len(data):
            raise Refused("HEAD", 24, "the section table does not fit")
        if not 10 <= self.c <= 24 or not start <= data_end <= len(data):
            raise Refused("HEAD", 28, "its measures are impossible")
        self.size, self.lists, at, count = 1 << self.c, [], data_end, chunks
        while True:
            self.lists.append((at, count))
            at += count * 32
            if count <= 32 or at > len(data):
                break
            count = -(-count * 32 // self.size)
        if at != len(data):
            raise Refused("HEAD", 40, "the lists of hashes do not end where the file ends")
        self.root = data[64:96]
        if sha256(data[:64] + data[96:start]) != self.root:
            raise Refused("HEAD", 0, "the root is not right")
        last = self.lists[-1][0]
        if sha256(data[last:]) != data[96:128]:
            raise Refused("TREE", last, "the last list is not what was written")
        self.good = [set() for _ in self.lists]
        self.table(rows, start, data_end, chunks)

    def table(self, rows, start, data_end, chunks):
        raw = [struct.unpack_from("<4sIQQQ", self.data, 128 + 32 * i) for i in range(rows)]
        ends = [row[2] for row in raw[1:]] + [data_end]
        if rows and raw[0][2] != start:
            raise Refused("HEAD", 128, "the first section does not begin where it has to")
        self.spans, self.sections, first = [], {}, 0
        for (name, flags, offset, length, items), end in zip(raw, ends):
            name = name.decode("latin-1")
            if offset + length > end:
                raise Refused(name, 0, "it does not end in its span")
            self.spans.append((name, offset, end, first))
            if name not in SIZES:
                if flags & 1:
                    raise Refused(name, 0, "it has to be understood and is not")
            elif name in self.sections:
                raise Refused(name, 0, "it is stated twice")
            else:
                fits = length == items * SIZES[name] if SIZES[name] else items <= length // 4
                if not fits or items >> 32:
                    raise Refused(name, 0, "its length is not that of its items")
                self.sections[name] = (offset, length, items, end, first)
            first += -(-(end - offset) // self.size)
        if first != chunks:
            raise Refused("HEAD", 40, "the sections have not as many chunks as it says")
        for name in SIZES:
            if name not in self.sections:
                raise Refused(name, 0, "there is no such section")
        if self.items("EPOS") != self.items("ENTR") or self.items("TPOS") != -(-self.items("TERM") // 16):
            raise Refused("HEAD", 128, "positions and records are not as many")

    def items(self, name):
        return self.sections[name][2]

    def check(self, level, number, data, section, offset):
        """A chunk against its hash, and that against the lists above."""
        if number in self.good[level]:
            return
        at = self.lists[level][0] + 32 * number
        if level + 1 < len(self.lists):
            above = 32 * number // self.size
            begin, count = self.lists[level]
            piece = self.data[begin + above * self.size:min(begin + (above + 1) * self.size, begin + 32 * count)]
            self.check(level + 1, above, piece, "TREE", begin + above * self.size)
        if sha256(data) != self.data[at:at + 32]:
            raise Refused(section, offset, "a chunk is not what was written")
        self.good[level].add(number)

    def check_span(self, name, offset, end, first, begin, until):
        for k in range(begin // self.size, -(-until // self.size)):
            at = offset + k * self.size
            self.check(0, first + k, self.data[at:min(at + self.size, end)], name, at)

    def verify(self):
        for name, offset, end, first in self.spans:
            self.check_span(name, offset, end, first, 0, end - offset)

    def read(self, name, at, length):
        offset, size, _, end, first = self.sections[name]
        if at + length > size:
            raise Refused(name, at, "it leads out of its section")
        self.check_span(name, offset, end, first, at, at + length)
        return self.data[offset + at:offset + at + length]

    def item(self, name, index, form):
        size = SIZES[name]
        return struct.unpack(form, self.read(name, index * size, size))

    def shared(self, position):
        (length,) = struct.unpack("<I", self.read("STRS", position * 4, 4))
        try:
            return self.read("STRS", position * 4 + 4, length).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("STRS", position * 4, "it is no UTF-8") from None

    def origin(self, number):
        source, version, layer = self.item("ORIG", number, "<III")
        if layer > 2:
            raise Refused("ORIG", number * 12, "its layer is unknown")
        return [layer, self.shared(source), self.shared(version)]

    # Entries

    def entry(self, index):
        (position,) = self.item("EPOS", index, "<I")
        entry = self.entry_at(position)
        if entry["index"] != index:
            raise Refused("ENTR", position * 4, "it has another index")
        return entry

    def entry_at(self, position):
        r = Record(self, "ENTR", position)
        kind, flags, lost, index, below, origin, line = struct.unpack("<BBBIIII", r.take(19))
        entry = {"kind": kind, "final": bool(flags & 1), "preferred": bool(flags & 8), "lost": lost, "index": index,
                 "below": below, "origin": self.origin(origin), "line": line}
        entry["key"] = r.take(r.varint())
        entry["oid"] = r.arcs(entry["key"])
        entry["title"] = r.text() if flags & 16 else None
        entry["language"] = r.text() if flags & 32 else None
        entry["refs"] = r.list(r.oid) if flags & 2 else None
        entry["tags"] = r.list(r.text) if flags & 4 else None
        entry["body"] = self.body(kind, r)
        return entry

    def body(self, kind, r):
        if kind == 0:
            first, count = r.number(), r.number()
            if first + count > self.items("TERM"):
                r.refuse("a lexicon has terms that are not there")
            return [first, count]
        if kind == 1:
            return [r.text(), r.number(), r.text(), r.list(r.text), r.list(lambda: [r.varint(), r.text(), r.text()])]
        if kind == 2:
            def value():
                return [r.text(), r.text() if r.number() == 0 else r.signed()]
            return [r.text(), r.list(lambda: [r.text(), r.number(), r.list(r.text)]),
                    r.list(lambda: [r.text(), r.list(value)])]
        if kind == 3:
            return [r.list(r.oid), r.list(r.number)]
        if kind == 4:
            return r.oid()
        if kind == 5:
            return None
        return r.refuse("its kind is unknown")

    def find(self, oid):
        key = oid_key(oid)
        if self.items("EKEY"):
            for value, _ in self.slots("EKEY", hash64(key)):
                entry = self.entry_at(value)
                if entry["key"] == key:
                    return entry
            return None
        at = self.bisect(key)
        entry = self.entry(at) if at < self.items("ENTR") else None
        return entry if entry and entry["key"] == key else None

    def bisect(self, key):
        return bisect.bisect_left(range(self.items("ENTR")), key, key=lambda i: self.entry(i)["key"])

    def below(self, oid):
        """The indexes at and below an OID, and the OIDs of its children."""
        key = oid_key(oid)
        first, end = self.bisect(key), self.bisect(key + b"\x09")
        children, at = [], first
        while at < end:
            entry = self.entry(at)
            if entry["key"] == key:
                at += 1
            else:
                children.append(entry["oid"])
                at += 1 + entry["below"]
        return [first, end, children]

    # Terms

    def term_at(self, position):
        r = Record(self, "TERM", position)
        flags = r.byte()
        term, meaning = r.varint(), r.varint()
        key = r.varint() if flags >> 2 & 3 == 2 else 0
        term, key, meaning = r.take(term), r.take(key), r.take(meaning)
        entry, origin, line = r.number(), r.number(), r.number()
        aliases, examples = [], []
        keys = [self.key(r, term, flags >> 2 & 3, key)]
        if flags & 16:
            def head():
                v = r.varint()
                return v >> 2, v & 3, r.varint() if v & 3 == 2 else 0
            for length, form, written in r.list(head):
                alias = r.take(length)
                aliases.append(r.utf8(alias))
                keys.append(self.key(r, alias, form, r.take(written)))
        if flags & 32:
            examples = [r.utf8(r.take(length)) for length in r.list(r.varint)]
        return {"register": flags & 3, "entry": entry, "origin": self.origin(origin), "line": line, "end": r.end // 4,
                "term": r.utf8(term), "meaning": r.utf8(meaning), "keys": keys, "aliases": aliases, "examples": examples}

    @staticmethod
    def key(r, text, form, written):
        if form == 2:
            return r.utf8(written)
        if form == 3:
            return key_of(r.utf8(text))
        return r.utf8(text.lower() if form == 1 else text)

    def terms(self):
        position = 0
        for number in range(self.items("TERM")):
            if number % 16 == 0:
                (position,) = self.item("TPOS", number // 16, "<I")
            term = self.term_at(position)
            position = term["end"]
            yield term

    def slots(self, table, h):
        buckets = self.items(table)
        at = ((h >> 32) * buckets) >> 32
        for _ in range(buckets):
            bucket = self.read(table, 64 * at, 64)
            tags, values = struct.unpack_from("<10H", bucket), struct.unpack_from("<10I", bucket, 20)
            several, used, goes_on = struct.unpack_from("<HBB", bucket, 60)
            for slot in range(min(used, 10)):
                if tags[slot] == h & 0xFFFF:
                    before = (several & ((1 << slot) - 1)).bit_count()
                    yield values[slot], (at, before) if several >> slot & 1 else None
            if not goes_on:
                return
            at = (at + 1) % buckets

    def lookup(self, key):
        for position, posting in self.slots("TKEY", hash64(key.encode())):
            if key in self.term_at(position)["keys"]:
                return [self.term_at(position) for position in [position, *self.further(posting)]]
        return []

    def further(self, posting):
        if posting is None:
            return []
        bucket, before = posting
        (at,) = self.item("POST", bucket, "<I")
        for _ in range(before):
            at += 1 + self.item("POST", at, "<I")[0]
        (count,) = self.item("POST", at, "<I")
        return [self.item("POST", at + 1 + i, "<I")[0] for i in range(count)]

    def passes(self, table, h):
        words = self.items(table)
        if not words:
            return False
        (word,) = self.item(table, ((h >> 32) * words) >> 32, "<Q")
        return all(word >> (h >> shift & 63) & 1 for shift in (0, 6, 12))

    def longest(self, segment):
        h, lengths = hash64(segment.encode()), self.items("FLEN")
        if not lengths or not self.passes("FRST", h):
            return 0, False
        (item,) = self.item("FLEN", ((h & 0xFFFFFFFF) * lengths) >> 32, "<H")
        longest = item & 0x7FFF
        return longest if longest < 0x7FFF else sys.maxsize, bool(item >> 15)

    def scan(self, text):
        parts = []
        for start, end in segments(text):
            space = all(c in WHITE for c in text[start:end])
            if space and parts and parts[-1][3]:
                parts[-1][1] = end
            else:
                parts.append([start, end, " " if space else fold(text[start:end]), space])
        hits, i = [], 0
        while i < len(parts):
            found = None
            if not parts[i][3]:
                m, alone = self.longest(parts[i][2])
                for n in range(min(m, len(parts) - i), 0, -1):
                    words = [k for k in range(i, i + n) if not parts[k][3]]
                    if len(words) == 1 and not alone or parts[i + n - 1][3]:
                        continue
                    if len(words) > 1:
                        beginning = "".join(part[2] for part in parts[i:words[1] + 1])
                        if not self.passes("SCND", hash64(beginning.encode())):
                            continue
                    senses = self.lookup("".join(part[2] for part in parts[i:i + n]))
                    if senses:
                        found = (n, senses)
                        break
            if found:
                start, end = (len(text[:at].encode()) for at in (parts[i][0], parts[i + found[0] - 1][1]))
                hits += [[start, end, sense["term"], self.entry(sense["entry"])["oid"]] for sense in found[1]]
            i += found[0] if found else 1
        return hits


# Word boundaries (UAX #29)

def word_class(c):
    if c in "\r\n":
        return c
    if c in "\v\f\x85\u2028\u2029":
        return "Newline"
    if c in " \u1680\u205f\u3000" or "\u2000" <= c <= "\u2006" or "\u2008" <= c <= "\u200a":
        return "Space"
    simple = {"_": "Low", "\u202f": "Low", "'": "Quote", ".": "MidNumLet", "\u2018": "MidNumLet", "\u2019": "MidNumLet",
              "\u2024": "MidNumLet", ":": "MidLetter", "\u00b7": "MidLetter", ",": "MidNum", ";": "MidNum"}
    if c in simple:
        return simple[c]
    category, point = unicodedata.category(c), ord(c)
    if category in ("Mn", "Me", "Mc") or c == "\u200d":
        return "Extend"
    if category == "Cf" and c != "\u200b":
        return "Format"
    if category == "Nd":
        return "Digit"
    if point < 0x0590:
        return "Letter" if category in ("Lu", "Ll", "Lt", "Lm", "Lo") else ("Low" if category == "Pc" else "Other")
    if category in ("Lu", "Ll") or "\u1e00" <= c <= "\u1fff":
        return "Letter" if category[0] == "L" else "Other"
    if 0x2010 <= point <= 0x214F and category[0] in "PSZ" or 0xFF01 <= point <= 0xFF0F:
        return "Other"
    raise Refused("text", point, f"U+{point:04X} needs the tables of Word_Break, which this reader has not")


def segments(text):
    """The pieces between two boundaries, as (start, end) in characters."""
    classes = [word_class(c) for c in text]
    starts = [0] if text else []
    for i in range(1, len(text)):
        if is_boundary(classes, i):
            starts.append(i)
    return list(zip(starts, starts[1:] + [len(text)]))


def is_boundary(classes, i):
    breaks, passed = ("\r", "\n", "Newline"), ("Extend", "Format")
    left, right = classes[i - 1], classes[i]
    if left == "\r" and right == "\n":
        return False
    if left in breaks or right in breaks:
        return True
    if left == "Space" and right == "Space":
        return False
    if right in passed:
        return False

    def back(j):
        while j >= 0 and classes[j] in passed:
            j -= 1
        # What stands at the beginning of the text or of a line joins nothing.
        return j

    j = back(i - 1)
    left = classes[j] if j >= 0 else None
    before = classes[back(j - 1)] if j > 0 and back(j - 1) >= 0 else None
    k = i + 1
    while k < len(classes) and classes[k] in passed:
        k += 1
    after = classes[k] if k < len(classes) else None
    words = ("Letter", "Digit", "Low")
    if left in words and right in words:
        return False
    if right in ("MidLetter", "MidNumLet", "Quote") and left == "Letter" and after == "Letter":
        return False
    if left in ("MidLetter", "MidNumLet", "Quote") and before == "Letter" and right == "Letter":
        return False
    if right in ("MidNum", "MidNumLet", "Quote") and left == "Digit" and after == "Digit":
        return False
    return not (left in ("MidNum", "MidNumLet", "Quote") and before == "Digit" and right == "Digit")


def sense(pack, term):
    return [pack.entry(term["entry"])["oid"], term["term"], term["meaning"], term["register"], term["origin"], term["line"],
            term["aliases"], term["examples"], term["keys"][0]]


def answer(pack, line):
    kind, _, rest = line.partition(" ")
    rest = json.loads(rest)
    if kind == "term":
        return [sense(pack, term) for term in pack.lookup(key_of(rest))]
    if kind == "oid":
        entry = pack.find(rest)
        return entry and entry["index"]
    if kind == "below":
        return pack.below(rest)
    if kind == "scan":
        return pack.scan(rest)
    raise SystemExit(f"`{kind}` is no kind of question")


def told(entry):
    return [entry[name] for name in ("oid", "kind", "title", "language", "origin", "line", "refs", "tags", "final", "preferred",
                                     "lost", "below", "body")]


def main():
    command, *files = sys.argv[1:]
    show = {"ensure_ascii": False, "separators": (",", ":")}
    if command == "verify":
        for file in files:
            try:
                with open(file, "rb") as f:
                    Pack(f.read()).verify()
                print("sound")
            except Refused as refused:
                print(f"refused {refused}")
        return
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    with open(files[0], "rb") as f:
        pack = Pack(f.read())
    pack.verify()
    print(json.dumps([pack.kind, pack.root.hex(), json.loads(pack.read("META", 0, pack.items("META")))], **show))
    for index in range(pack.items("ENTR")):
        print(json.dumps(told(pack.entry(index)), **show))
    for term in pack.terms():
        print(json.dumps(sense(pack, term), **show))
    for line in sys.stdin:
        print(json.dumps(answer(pack, line.rstrip("\n")), **show))


if __name__ == "__main__":
    main()

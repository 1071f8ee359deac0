"""Rebuilds order books from the events that the readers yield, independently of the project: plain dictionaries, decimals of the standard library."""
import decimal, hashlib, zlib

BEST = 20


class Book:
    def __init__(self, depths):
        self.depths, self.depth, self.sides = depths, None, {"bid": {}, "ask": {}}

    def snapshot(self, rows):
        self.sides = {"bid": {}, "ask": {}}
        self.apply(rows)
        counts = [len(self.sides[side]) for side in ("bid", "ask")]
        self.depth = None if not self.depths else counts[0] if counts[0] == counts[1] and counts[0] in self.depths else max(self.depths)

    def diff(self, rows):
        self.apply(rows)
        for side in ("bid", "ask") if self.depth else ():
            if len(self.sides[side]) > self.depth:
                self.sides[side] = dict(self.best(side, self.depth))

    def apply(self, rows):
        for side, price, size in rows:
            value = decimal.Decimal(price)
            if decimal.Decimal(size) == 0:
                self.sides[side].pop(value, None)
            else:
                self.sides[side][value] = price, size

    def best(self, side, count):
        return sorted(self.sides[side].items(), reverse=side == "bid")[:count]

    def texts(self, side, count):
        return [text for _, text in self.best(side, count)]

    def summary(self):
        """The best levels as text: prices and sizes without trailing zeros."""
        lines = [f"{side}|{plain(price)}|{plain(size)}" for side in ("bid", "ask") for _, (price, size) in self.best(side, BEST)]
        return {"levels": len(lines), "first": lines[:1], "sha256": hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()}


def plain(digits):
    text = format(decimal.Decimal(digits), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def crc(text):
    return zlib.crc32(text.encode())

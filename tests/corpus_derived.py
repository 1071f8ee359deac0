#!/usr/bin/env python3
"""Computes bars of a minute and metrics of books from recorded frames of the Binance family, independently of the project: integers and fractions of the standard library.

Usage: corpus_derived.py bars RECORDING.ws.tsv[.gz]...      one row per minute with trades
       corpus_derived.py aggregate RECORDING.ws.tsv[.gz]... aggregate trades, as frames of a recording: trades in a row with the same price, time and side
       corpus_derived.py metrics RECORDING.ws.tsv[.gz]...   one row per second from the snapshot on; the first recording has a .rest.tsv beside it

Prints JSON lines; numbers are text, null where a value is not known. Later recordings continue the first one. Only the market of the first frame is read.
"""
import bisect, decimal, gzip, json, sys

SCALE, QUOTIENT = 10, 18  # decimals of prices and sizes, and of quotients
BANDS, NOTIONALS, TOP = (1, 5, 10, 50, 100), (1_000, 10_000, 100_000), 5
SECOND, MINUTE = 1_000_000, 60_000_000
WIDTH = 3 + 2 * len(BANDS)  # values with a mean: twice mid, spread, microprice, and the depth of each band on each side
decimal.getcontext().prec = 60


def scaled(text):
    value = decimal.Decimal(text).scaleb(SCALE)
    assert value == int(value), text
    return int(value)


def divide(dividend, divisor):
    """The quotient with 18 decimals, rounded half to even, as an integer."""
    dividend *= 10 ** QUOTIENT
    if divisor < 0:
        dividend, divisor = -dividend, -divisor
    quotient, rest = divmod(dividend, divisor)
    return quotient + (2 * rest > divisor or (2 * rest == divisor and quotient % 2 == 1))


def text(value, scale):
    return None if value is None else format(decimal.Decimal(value).scaleb(-scale), "f")


def frames(paths):
    symbol = None
    for path in paths:
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
            for line in file:
                message = json.loads(line.rstrip("\n").split("\t")[-1], parse_float=str)
                event = message.get("data", message)
                if isinstance(event, dict) and event.get("e") in ("trade", "depthUpdate"):
                    symbol = symbol or event["s"]
                    if event["s"] == symbol:
                        yield event


def bars(paths):
    trades = {event["t"]: event for event in frames(paths) if event["e"] == "trade"}
    minutes = {}
    for id in sorted(trades):
        minutes.setdefault(trades[id]["T"] * 1_000 // MINUTE * MINUTE, []).append(trades[id])
    for start in sorted(minutes):
        matched = [(scaled(one["p"]), scaled(one["q"]), one["m"]) for one in minutes[start] if one.get("X", "MARKET") == "MARKET"]
        row = {"ts": start, "trades": len(matched), "excluded": len(minutes[start]) - len(matched), "firstId": str(minutes[start][0]["t"]), "lastId": str(minutes[start][-1]["t"])}
        prices = [price for price, _, _ in matched]
        if prices:
            row.update(open=text(prices[0], SCALE), high=text(max(prices), SCALE), low=text(min(prices), SCALE), close=text(prices[-1], SCALE))
        sides = {"": matched, "buy": [one for one in matched if not one[2]], "sell": [one for one in matched if one[2]]}
        for side, some in sides.items():
            volume, value = sum(size for _, size, _ in some), sum(price * size for price, size, _ in some)
            row[side + "Volume" if side else "volume"], row[side + "QuoteVolume" if side else "quoteVolume"] = text(volume, SCALE), text(value, 2 * SCALE)
            if side:
                row[side + "Trades"] = len(some)
            elif volume:
                row["vwap"] = text(divide(value, volume * 10 ** SCALE), QUOTIENT)
        yield row


def aggregate(paths):
    trades = {event["t"]: event for event in frames(paths) if event["e"] == "trade"}
    runs = []
    for id in sorted(trades):
        one = trades[id]
        if one.get("X", "MARKET") != "MARKET":
            continue  # the exchange does not aggregate them
        key = one["p"], one["T"], one["m"]
        if runs and runs[-1][0] == key and runs[-1][1][-1]["t"] == id - 1:
            runs[-1][1].append(one)
        else:
            runs.append((key, [one]))
    for id, ((price, time, maker), some) in enumerate(runs, 1):
        data = {"e": "aggTrade", "E": time, "s": some[0]["s"], "a": id, "p": price, "q": text(sum(scaled(one["q"]) for one in some), SCALE).rstrip("0").rstrip("."),
                "f": some[0]["t"], "l": some[-1]["t"], "T": time, "m": maker, "M": True}
        yield f'{time / 1e3:.6f}\t' + json.dumps({"stream": some[0]["s"].lower() + "@aggTrade", "data": data}, separators=(",", ":"))


class Side:
    """One side of a book: prices in ascending order, sizes by price, and the worst price down to which everything is known."""

    def __init__(self, levels, sign, limit):
        self.sign, self.sizes = sign, {scaled(price): scaled(size) for price, size in levels}
        self.prices = sorted(self.sizes)
        self.horizon = (self.prices[0] if sign < 0 else self.prices[-1]) if len(levels) == limit else None

    def set(self, price, size):
        known = price in self.sizes
        if size == 0:
            if known:
                del self.sizes[price]
                self.prices.pop(bisect.bisect_left(self.prices, price))
            return
        if not known:
            bisect.insort(self.prices, price)
        self.sizes[price] = size

    def known(self):
        """Price and size of the known levels, best first."""
        for price in reversed(self.prices) if self.sign < 0 else self.prices:
            if self.horizon is not None and (price - self.horizon) * self.sign > 0:
                return
            yield price, self.sizes[price]

    def best(self):
        return next(self.known(), None)

    def depths(self, twice_mid):
        """Cumulative sizes within each band; None for one that reaches beyond the horizon."""
        found, total, levels = [], 0, self.known()
        level = next(levels, None)
        for band in BANDS:
            edge = twice_mid * (10_000 + self.sign * band)  # in units of 1 / (2 * 10,000) of a price
            if self.horizon is not None and (edge - self.horizon * 20_000) * self.sign > 0:
                return found + [None] * (len(BANDS) - len(found))
            while level is not None and (level[0] * 20_000 - edge) * self.sign <= 0:
                total += level[1]
                level = next(levels, None)
            found.append(total)
        return found

    def cost(self, notional):
        """The mean price of a market order of a notional, with 18 decimals; None when the known levels do not suffice."""
        notional *= 10 ** (2 * SCALE)
        size = paid = 0
        for price, amount in self.known():
            if paid + price * amount >= notional:
                return divide(notional * price, (size * price + notional - paid) * 10 ** SCALE)
            size, paid = size + amount, paid + price * amount
        return None


class Metrics:
    """The values of one state of a book. Integrals over time need mid, spread, microprice and depths."""

    def __init__(self, bids, asks):
        best = bids.best(), asks.best()
        self.known = None not in best
        if not self.known:  # the price has moved beyond the levels of the snapshot
            self.values = [None] * WIDTH
            return
        (self.bid, bid_size), (self.ask, ask_size) = best
        self.twice_mid, self.spread = self.bid + self.ask, self.ask - self.bid
        self.microprice = divide(self.ask * bid_size + self.bid * ask_size, (bid_size + ask_size) * 10 ** SCALE)
        self.bid_depths, self.ask_depths = bids.depths(self.twice_mid), asks.depths(self.twice_mid)
        self.values = [self.twice_mid, self.spread, self.microprice, *self.bid_depths, *self.ask_depths]

    def columns(self, bids, asks):
        if not self.known:
            return {"bid": None, "ask": None, "mid": None, "spread": None}
        bps = lambda difference, scale: text(divide(difference * 20_000, self.twice_mid * 10 ** (scale - SCALE)), QUOTIENT)
        row = {"bid": text(self.bid, SCALE), "ask": text(self.ask, SCALE), "mid": text(self.twice_mid * 5, SCALE + 1), "spread": text(self.spread, SCALE),
               "spreadBps": bps(self.spread, SCALE), "microprice": text(self.microprice, QUOTIENT)}
        for name, side in (("bid", bids), ("ask", asks)):
            levels = side.known()
            for rank in range(1, TOP + 1):
                level = next(levels, None)
                row[f"{name}Size{rank}"] = None if level is None else text(level[1], SCALE)
            row[name + "Horizon"] = text(side.horizon, SCALE)
        for index, band in enumerate(BANDS):
            bid, ask = self.bid_depths[index], self.ask_depths[index]
            row[f"bidDepth{band}"], row[f"askDepth{band}"], row[f"imbalance{band}"] = text(bid, SCALE), text(ask, SCALE), imbalance(bid, ask)
        for notional in NOTIONALS:
            for name, side, sign in (("buy", asks, 1), ("sell", bids, -1)):
                cost = side.cost(notional)
                row[f"{name}Vwap{notional}"] = text(cost, QUOTIENT)
                # cost has 18 decimals, twice mid has 10: both as units of 10^-18
                row[f"{name}Slippage{notional}"] = None if cost is None else bps_of(sign * (2 * cost - self.twice_mid * 10 ** (QUOTIENT - SCALE)), self.twice_mid)
        return row


def bps_of(twice_difference, twice_mid):
    return text(divide(twice_difference * 10_000, twice_mid * 10 ** (QUOTIENT - SCALE)), QUOTIENT)


def imbalance(bid, ask):
    return None if bid is None or ask is None or bid + ask == 0 else text(divide(bid - ask, bid + ask), QUOTIENT)


def means(sums, length):
    """The means of a span from the integrals of its values; None where a value was not known all the time."""
    row = {"midMean": None if sums[0] is None else text(divide(sums[0], 2 * length * 10 ** SCALE), QUOTIENT),
           "spreadMean": None if sums[1] is None else text(divide(sums[1], length * 10 ** SCALE), QUOTIENT),
           "spreadBpsMean": None if sums[0] is None else text(divide(sums[1] * 20_000, sums[0]), QUOTIENT),
           "micropriceMean": None if sums[2] is None else text(divide(sums[2], length * 10 ** QUOTIENT), QUOTIENT)}
    for index, band in enumerate(BANDS):
        bid, ask = sums[3 + index], sums[3 + len(BANDS) + index]
        row[f"bidDepthMean{band}"] = None if bid is None else text(divide(bid, length * 10 ** SCALE), QUOTIENT)
        row[f"askDepthMean{band}"] = None if ask is None else text(divide(ask, length * 10 ** SCALE), QUOTIENT)
        row[f"imbalanceMean{band}"] = imbalance(bid, ask)
    return row


def metrics(paths):
    stem = paths[0].split(".ws.")[0]
    with open(stem + ".rest.tsv", encoding="utf-8") as file:
        snapshot = json.loads(next(file).rstrip("\n").split("\t")[-1], parse_float=str)
    upto, book, state, now, tick, sums = snapshot["lastUpdateId"], None, None, None, None, None
    for event in (event for event in frames(paths) if event["e"] == "depthUpdate"):
        futures = "pu" in event
        after, last, at = (event["pu"] if futures else event["U"] - 1), event["u"], event["T" if futures else "E"] * 1_000
        if last < upto or (last == upto and not futures and book is None) or (book is not None and last <= upto):
            continue
        assert after <= upto, f"the diffs ({upto}, {after}] are missing"
        if book is None:
            limit = max(len(snapshot["bids"]), len(snapshot["asks"]))
            book = Side(snapshot["bids"], -1, limit), Side(snapshot["asks"], 1, limit)
            now, tick, sums = at, (at // SECOND + 1) * SECOND, [None] * WIDTH  # the first span is not complete, and has no row
        else:
            while tick <= at:
                advance(sums, state, tick - now)
                now = tick
                if sums[0] is not None or not state.known:
                    yield {"ts": tick, "upto": upto, **state.columns(*book), **means(sums, SECOND)}
                sums, tick = [0] * WIDTH, tick + SECOND
            advance(sums, state, max(0, at - now))
            now = max(now, at)
        for side, changes in zip(book, (event["b"], event["a"])):
            for change in changes:
                side.set(scaled(change[0]), scaled(change[1]))
        upto, state = last, Metrics(*book)


def advance(sums, state, span):
    for index, value in enumerate(state.values if span > 0 else ()):
        sums[index] = None if value is None or sums[index] is None else sums[index] + value * span


if __name__ == "__main__":
    command, recordings = sys.argv[1], sys.argv[2:]
    for row in {"bars": bars, "aggregate": aggregate, "metrics": metrics}[command](recordings):
        print(row if isinstance(row, str) else json.dumps(row))

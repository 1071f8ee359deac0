#!/usr/bin/env python3
"""Executes simulated orders against recorded data, independently of the project: written from docs/paper-execution.md, standard library only.

Usage: paper_matcher.py FILE...

Each file has one JSON object per line. The first is the configuration: {"tick","lot","minSize","minNotional","contractSize","state","maker","taker","entry":[…],"cancel":[…],"seed"}.
Each further line has "in": snapshot, change, trade, defect, submit, cancel or advance. Numbers that are decimals are text. Prints one JSON object per event,
and an empty line after each file.
"""
import decimal, heapq, json, sys
from decimal import Decimal

decimal.getcontext().prec = 60
MASK, HOUR, LIMIT = (1 << 64) - 1, 3_600_000_000, Decimal(10) ** 14
PROVEN, UNPROVEN, UNCERTAIN = 0, 1, 2
WORDS = ("proven", "unproven", "uncertain")


def number(value):
    return None if value is None else Decimal(value)


def draw(quantiles, seed, k):
    z = (seed + (k + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    z ^= z >> 31
    p = (z >> 32) * (len(quantiles) - 1)
    i, f = p >> 32, p & 0xFFFFFFFF
    return quantiles[i] if i == len(quantiles) - 1 else quantiles[i] + ((quantiles[i + 1] - quantiles[i]) * f >> 32)


class Side:
    def __init__(self, sign):
        self.sign, self.sizes, self.taken, self.horizon = sign, {}, {}, None  # sign: +1 for bids, -1 for asks

    def within(self, price):
        return self.horizon is None or self.sign * (price - self.horizon) >= 0

    def put(self, price, size):
        if size == self.sizes.get(price, Decimal(0)):
            return
        self.taken.pop(price, None)
        if size:
            self.sizes[price] = size
        else:
            del self.sizes[price]

    def replace(self, levels):
        for price in set(self.sizes) - set(levels):
            self.put(price, Decimal(0))
        for price, size in levels.items():
            self.put(price, size)

    def best(self):
        price = max(self.sizes, key=lambda one: self.sign * one, default=None)
        return price if price is not None and self.within(price) else None

    def ladder(self):
        return sorted((price for price in self.sizes if self.within(price)), key=lambda one: -self.sign * one)


class Market:
    def __init__(self, setup):
        self.setup = {key: number(setup.get(key)) for key in ("tick", "lot", "minSize", "minNotional", "maker", "taker")}
        self.contract, self.state = Decimal(setup.get("contractSize") or 1), setup.get("state", "trading")
        self.latencies, self.seed, self.calls = {"submit": setup["entry"], "cancel": setup["cancel"]}, setup["seed"], 0
        self.clock, self.due, self.scheduled, self.out = 0, [], 0, []
        self.bids, self.asks, self.known = Side(1), Side(-1), False
        self.snapshot_proven, self.unproven = False, {"book": -1, "trades": -1}
        self.suspended, self.until_trade = -1, False
        self.resting, self.ended = [], []

    # time
    def schedule(self, at, what, subject):
        heapq.heappush(self.due, (at, self.scheduled, what, subject))
        self.scheduled += 1

    def run(self, until):
        while self.due and self.due[0][0] <= until:
            self.clock, _, what, subject = heapq.heappop(self.due)
            getattr(self, what)(subject)

    # state
    def is_suspended(self):
        return self.until_trade or self.clock < self.suspended

    def usable(self):
        bid, ask = self.bids.best(), self.asks.best()
        return self.known and not (bid is not None and ask is not None and bid >= ask)

    def evidence(self):
        if not self.usable() or self.is_suspended():
            return UNCERTAIN
        return PROVEN if self.snapshot_proven and all(self.clock >= end for end in self.unproven.values()) else UNPROVEN

    def say(self, event, order, left, evidence, **more):
        self.out.append({"event": event, "id": order, "ts": self.clock, "remaining": format(left, "f"), "evidence": WORDS[evidence], **more})

    # inputs
    def take(self, line):
        what = line["in"]
        if what in ("submit", "cancel"):
            latency = draw(self.latencies[what], self.seed, self.calls)
            self.calls += 1
            self.schedule(max(self.clock, line["ts"]) + latency, "arrive" if what == "submit" else "withdraw", line)
            return
        self.run(max(self.clock, line["ts"]) if what == "advance" else line["ts"] if what == "defect" else line["ts"] - 1)
        self.clock = max(self.clock, line["ts"])
        if what != "advance":
            getattr(self, what)(line)

    def snapshot(self, line):
        self.known = True
        self.snapshot_proven = line["proven"]
        if line["proven"]:
            self.unproven["book"] = -1
        for side, name in ((self.bids, "bids"), (self.asks, "asks")):
            side.replace({Decimal(price): Decimal(size) for price, size in line[name] if Decimal(size)})
        self.horizons(line)

    def change(self, line):
        if self.known:
            for side, name in ((self.bids, "bids"), (self.asks, "asks")):
                for price, size in line[name]:
                    side.put(Decimal(price), Decimal(size))
            self.horizons(line)

    def horizons(self, line):
        self.bids.horizon, self.asks.horizon = number(line.get("bidHorizon")), number(line.get("askHorizon"))
        for one in self.resting:
            own = self.bids if one["side"] == "buy" else self.asks
            if own.within(one["limit"]) and one["limit"] not in own.sizes:
                one["ahead"] = Decimal(0)

    def trade(self, line):
        self.until_trade = False
        if line["side"] not in ("buy", "sell") or not self.known or self.is_suspended():
            return
        price, volume = Decimal(line["price"]), max(Decimal(0), Decimal(line["size"]))
        sign = 1 if line["side"] == "sell" else -1  # of the resting orders: buys rest below
        matching = [one for one in self.resting if (one["side"] == "buy") == (sign == 1) and sign * (one["limit"] - price) >= 0]
        for one in sorted(matching, key=lambda one: -sign * one["limit"]):
            if one["limit"] == price:
                passed = min(one["ahead"], volume)
                one["ahead"] -= passed
            else:
                passed = one["ahead"] = Decimal(0)
            size = min(one["left"], volume - passed)
            if size:
                volume -= size
                self.fill(one, one["limit"], size, "maker")
                if not one["left"]:
                    self.end(one)

    def defect(self, line):
        stream, kind, start, end = line["stream"], line["kind"], line["ts"], line.get("to")
        if kind == "reset" and stream == "trades":
            return
        if kind == "unproven":
            if end is not None:
                self.unproven[stream] = max(self.unproven[stream], end)
            elif stream == "trades":
                self.unproven[stream] = float("inf")
            else:
                self.snapshot_proven = False
        elif stream == "trades":
            if end is None:
                self.until_trade = True
            else:
                self.suspended = max(self.suspended, end)
        else:
            self.known = False
            self.bids.replace({})
            self.asks.replace({})
        worse = UNPROVEN if kind == "unproven" else UNCERTAIN
        limit = end if kind == "unproven" or stream == "trades" else None
        for one in [one for one in self.ended if one["ended"] > start] + self.resting:
            if (limit is None or one["accepted"] <= limit) and (worse > one["evidence"] or (worse == one["evidence"] and start < one["since"])):
                one["evidence"], one["since"] = worse, start
                self.say("flagged", one["id"], one["left"], worse, since=start)

    # orders
    def arrive(self, order):
        one = {"id": order["id"], "side": order["side"], "left": Decimal(order["size"]), "limit": number(order.get("limit")), "evidence": self.evidence(),
               "since": -1, "accepted": self.clock, "ahead": Decimal(0), "ended": None}
        opposite, own = (self.asks, self.bids) if order["side"] == "buy" else (self.bids, self.asks)
        rests = order["type"] == "limit" and order.get("tif", "gtc") == "gtc"
        size, limit, rules = one["left"], one["limit"], self.setup
        reference = limit if limit is not None else opposite.best()
        parts, left = [], size
        reason = ("not-trading" if self.state != "trading"
                  else "invalid-size" if size <= 0 or size > LIMIT
                  else "off-lot" if rules["lot"] and size % rules["lot"]
                  else "below-minimum-size" if rules["minSize"] and size < rules["minSize"]
                  else "invalid-price" if (order["type"] == "limit") == (limit is None) or (limit is not None and not 0 < limit <= LIMIT)
                  else "off-tick" if limit is not None and rules["tick"] and limit % rules["tick"]
                  else "below-minimum-notional" if rules["minNotional"] and reference is not None and size * reference * self.contract < rules["minNotional"]
                  else "arrived-expired" if order.get("expire") is not None and order["expire"] <= self.clock
                  else "no-book" if not self.usable()
                  else "suspended" if self.is_suspended() else None)
        if reason is None:
            for price in opposite.ladder():
                if not left or (limit is not None and opposite.sign * (price - limit) < 0):
                    break
                got = min(left, opposite.sizes[price] - opposite.taken.get(price, Decimal(0)))
                if got:
                    parts.append((price, got))
                    left -= got
            if left and opposite.horizon is not None and (limit is None or not opposite.within(limit)):
                reason = "no-book"
            elif left and rests and not own.within(limit):
                reason = "no-book"
        if reason:
            self.say("rejected", one["id"], size, one["evidence"], reason=reason)
            return
        self.say("accepted", one["id"], size, one["evidence"])
        for price, got in parts:
            opposite.taken[price] = opposite.taken.get(price, Decimal(0)) + got
            self.fill(one, price, got, "taker")
        if not one["left"]:
            self.end(one)
        elif rests:
            one["ahead"] = own.sizes.get(limit, Decimal(0))
            self.resting.append(one)
            if order.get("expire") is not None:
                self.schedule(order["expire"], "expire", one)
        else:
            self.end(one)
            self.say("cancelled", one["id"], one["left"], one["evidence"], reason="no-liquidity")

    def withdraw(self, request):
        found = next((one for one in self.resting if one["id"] == request["id"]), None)
        if found is None:
            self.say("cancel-rejected", request["id"], Decimal(0), self.evidence(), reason="not-open")
        else:
            self.end(found)
            self.say("cancelled", found["id"], found["left"], found["evidence"], reason="requested")

    def expire(self, one):
        if one["ended"] is None:
            self.end(one)
            self.say("expired", one["id"], one["left"], one["evidence"])

    def end(self, one):
        one["ended"] = self.clock
        self.resting = [other for other in self.resting if other is not one]
        self.ended = [other for other in self.ended if other["ended"] >= self.clock - HOUR] + [one]

    def fill(self, one, price, size, role):
        one["left"] -= size
        notional = price * size * self.contract
        self.say("filled", one["id"], one["left"], one["evidence"], price=format(price, "f"), size=format(size, "f"), fee=format(notional * self.setup[role], "f"), role=role)


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        lines = (json.loads(line) for line in file)
        market = Market(next(lines))
        for line in lines:
            market.take(line)
            for event in market.out:
                print(json.dumps(event))
            market.out.clear()
    print()

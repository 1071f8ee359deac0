"""Entries A and E: sequence, clocks, windows, and the claims about them."""
import signal
import time

from .rig import entry, get, until, free_port
from .servers import S3, Exchange, answer, trade

B = 1_700_000_100  # 2023-11-14T22:15:00Z
SPAN = ("--from", "2023-11-14T22:16", "--to", "2023-11-14T22:35")


def line(received, text):
    return f"{received}.020000\t{text}"


def trades(count, number=lambda n: 1000 + n, at=lambda n: B + n):
    return [line(B + n, trade("BTCUSDT", number(n), at(n) * 1000)) for n in range(count)]


def stamp(second):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(second))


def change(second, price, size, when=None):
    return line(second, f'{{"type":"l2update","product_id":"BTC-USD","changes":[["buy","{price}","{size}"]],"time":"{when or stamp(second)}"}}')


def beat(second):
    return line(second, f'{{"type":"heartbeat","product_id":"BTC-USD","sequence":{second - B},"last_trade_id":0,"time":"{stamp(second)}"}}')


@entry("A1", "a frame that cannot be decoded", "a gap row, and audit exits with 1")
def a1(program):
    lines = []
    for n in range(300):
        lines += [change(B + n, "59.00", n), beat(B + n)]
        if n == 150:
            lines.append(change(B + n, "60.00", 130, "0001-01-01T00:00:00.000000Z"))
    program.imports("coinbase", lines)
    code = program.run("audit", "--from", "2023-11-14T22:16", "--to", "2023-11-14T22:19", "--store", "data").code
    return code == 1 and "undecodable" in program.causes(), f"gaps {program.causes()}, audit exits with {code}"


@entry("A2", "two replicas, one misses three diffs that nothing numbers", "disputed: audit exits with 1")
def a2(program):
    full = [piece for n in range(300) for piece in (change(B + n, "59.00", n), beat(B + n))]
    program.imports("coinbase", [piece for n, piece in enumerate(full) if n not in (300, 302, 304)], "--replica", "b", name="b.ws.tsv")
    program.imports("coinbase", full, "--replica", "a", name="a.ws.tsv")
    audit = program.run("audit", "--from", "2023-11-14T22:16", "--to", "2023-11-14T22:19", "--store", "data")
    return audit.code == 1 and audit.has("disputed"), f"audit exits with {audit.code}, {'' if audit.has('disputed') else 'not '}disputed"


@entry("A3", "a store that ignores If-None-Match", "refused with a sentence, exit code 1")
def a3(program):
    store = S3(replaces=True)
    ended = program.run("import", "binance", program.file("a.ws.tsv", "\n".join(trades(200)) + "\n"), "--store", "s3://bucket", env={**store.environment(), "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    if not store.objects:  # builds whose import takes no environment record instead
        exchange = Exchange()
        running = program.record(exchange, store="s3://bucket", more=store.settings()[2:], env={"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
        until(lambda: len(exchange.sent) > 40 or not running.is_alive)
        ended = running.stop()
    return ended.code == 1 and ended.has("If-None-Match"), f"exit code {ended.code}, {'a sentence' if ended.has('If-None-Match') else 'no word of it'}"


@entry("A4", "a market that pauses and goes on", "no trade is lost")
def a4(program):
    exchange = Exchange(markets=("BTC-USDT", "ETH-USDT"))
    running = program.record(exchange)
    until(lambda: len(exchange.sent) > 80)
    exchange.markets["BTCUSDT"] = ("BTC", "USDT", "BREAK")
    asked = len(exchange.requests)
    until(lambda: len(exchange.requests) > asked + 12, 30)
    exchange.markets["BTCUSDT"] = ("BTC", "USDT", "TRADING")
    before = len(exchange.sent)
    until(lambda: len(exchange.sent) > before + 200)
    running.stop()
    ids = sorted(int(row["id"]) for row in program.rows())
    numbers = sorted({number for symbol, number in exchange.sent if symbol == "BTCUSDT"})
    missing = numbers[-1] - numbers[0] + 1 - len(numbers)
    return missing == 0 and len(ids) > 0, f"{missing} trades were not sent to the recorder, gaps {program.causes()}"


@entry("A5", "one odd entry in a market list", "the others are listed")
def a5(program):
    exchange = Exchange(markets=("BTC-USDT", "ETH-USDT"))
    exchange.markets["ETHUSDT"] = ("ETH", "USDT", "")
    ended = program.run("markets", "binance", "--rest", f"http://127.0.0.1:{exchange.port}")
    return ended.code == 0 and ended.has("BTC-USDT"), f"exit code {ended.code}, {'BTC-USDT listed' if ended.has('BTC-USDT') else 'nothing listed'}"


@entry("A6", "a trade that is no market trade", "a field says so")
def a6(program):
    lines = [line(B + n, trade("BTCUSDT", n, (B + n) * 1000, X="INSURANCE_FUND" if n == 5 else "MARKET")) for n in range(10)]
    program.imports("binance-futures", lines)
    marked = [row for row in program.rows() if "INSURANCE_FUND" in str(row).upper()]
    return len(marked) == 1, f"{len(marked)} of {len(program.rows())} rows are marked"


@entry("E1", "one id that is too high", "every row in its window, merge returns 960")
def e1(program):
    program.imports("binance", trades(1500, lambda n: 1000 + n + (5_000_000 if n == 100 else 0)))
    merged = program.run("merge", "binance", "BTC-USDT", "--dataset", "trades", "--from", "2023-11-14T22:19", "--to", "2023-11-14T22:35", "--store", "data")
    count = merged.out.count('{"id"')
    return len(program.rows()) == 1500 and count == 960, f"{len(program.rows())} rows stored, merge returns {count}"


@entry("E2", "one time a day ahead, then a new numbering", "1,500 of 1,500 rows")
def e2(program):
    program.imports("binance", trades(1500, lambda n: 1000 + n if n < 300 else n - 290, lambda n: B + n + (86_400 if n == 100 else 0)))
    return len(program.rows()) == 1500, f"{len(program.rows())} of 1500 rows, gaps {program.causes()}"


@entry("E2b", "a new numbering with the clock a minute back", "600 of 600 rows")
def e2b(program):
    program.imports("binance", trades(600, lambda n: 1000 + n if n < 300 else n - 290, lambda n: B + n - (0 if n < 300 else 60)))
    return len(program.rows()) == 600, f"{len(program.rows())} of 600 rows, gaps {program.causes()}"


@entry("E4", "an unfinished request to the status page, then SIGTERM", "everything stored, exit code 0, some seconds")
def e4(program):
    import socket
    exchange, port = Exchange(), free_port()
    running = program.record(exchange, port=port)
    until(lambda: len(exchange.sent) > 100)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
        time.sleep(2)  # until it waits for the body
        ended = running.stop()
    lost = len(exchange.sent) - len({row["id"] for row in program.rows()})
    return ended.code == 0 and lost <= 2 and ended.seconds < 15, f"exit code {ended.code} after {ended.seconds:.0f} s, {'nothing' if lost <= 2 else 'rows'} lost"


@entry("E5", "a window length other than the store's", "refused, exit code 2")
def e5(program):
    exchange = Exchange()
    running = program.record(exchange)
    until(lambda: len(exchange.sent) > 100)
    time.sleep(max(0, 63 - time.time() % 60) if time.time() % 60 > 3 else 0)  # a window must be over
    running.stop()
    again = program.record(exchange, more=("--set", "Ingester:Segments:Windows:0:Minutes=5"))
    until(lambda: not again.is_alive, 15)
    ended = again.stop()
    return ended.code == 2, f"exit code {ended.code}, {'refused' if ended.code == 2 else 'recorded'}"


@entry("E8", "the first two frames swapped, one id with another price", "401 of 401 rows")
def e8(program):
    lines = trades(400, lambda n: 1000 + (1 - n if n < 2 else n))
    lines.insert(200, line(B + 199, trade("BTCUSDT", 1199, (B + 199) * 1000, price="555.00")))
    program.imports("binance", lines)
    return len(program.rows()) == 401, f"{len(program.rows())} of 401 rows, gaps {program.causes()}"

"""Entries B: one thing takes everything down."""
import signal
import struct

from .rig import entry, free_port, get, until
from .servers import Exchange, answer, frame_of


def two(program, **bad):
    """A recorder of a bad exchange and a good one (binance-us), and its port."""
    one, other = Exchange(**bad), Exchange("binance-us")
    port = free_port()
    return one, other, port, program.record(one, other, port=port)


def goes_on(running, good, count=60):
    """True when the good exchange is recorded further."""
    before = len(good.sent)
    return until(lambda: len(good.sent) >= before + count or not running.is_alive) and running.is_alive


def other_goes_on(program, body):
    """Whether the other exchange goes on while the market list of one is answered so."""
    one, other, _, running = two(program, rest=lambda target: body)
    until(lambda: len(one.requests) >= 3 or not running.is_alive)
    lives = goes_on(running, other)
    ended = running.stop()
    return lives and ended.code == 0, f"{'goes on' if lives else 'the process ended'}, exit code {ended.code}"


@entry("B1", "a damaged body (br) of a market list", "the other exchange goes on")
def b1(program):
    return other_goes_on(program, answer(b"\xff\x00damaged" * 20, Content_Encoding="br"))


@entry("B1b", "Location: file:///etc/passwd", "the other exchange goes on")
def b1b(program):
    return other_goes_on(program, answer(b"", "302 Found", Location="file:///etc/passwd"))


@entry("B3", "a redirect of the market list to another host", "the other host is never asked")
def b3(program):
    elsewhere = Exchange(markets=("EVIL-USDT",))
    one = Exchange(rest=lambda target: answer(b"", "302 Found", Location=f"http://127.0.0.1:{elsewhere.port}/api/v3/exchangeInfo"))
    ended = program.run("markets", "binance", "--rest", f"http://127.0.0.1:{one.port}")
    return not elsewhere.requests and ended.code == 1, f"{len(elsewhere.requests)} requests to the other host, exit code {ended.code}"


@entry("B6", "64 file descriptors", "a sentence, exit code 2")
def b6(program):
    ended = program.run("record", "--exchange", "binance=BTC-USDT", descriptors=64)
    return ended.code == 2 and ended.has("limit of open files"), f"exit code {ended.code}, {len(ended.out.splitlines())} lines"


@entry("B7", "a frame that announces a gigabyte", "the connection is closed at once")
def b7(program):
    one, other, _, running = two(program, frame=struct.pack("!BBQ", 0x81, 127, 1 << 30))
    until(lambda: one.asked or not running.is_alive)
    until(lambda: one.ended or not running.is_alive, 12)
    closed = list(one.ended)
    lives = goes_on(running, other)
    running.stop()
    return bool(closed) and lives, f"closed after {closed[0]:.1f} s" if closed else "waited for"


@entry("B8", "a request for another Host", "refused (421)")
def b8(program):
    exchange, port = Exchange(), free_port()
    running = program.record(exchange, port=port)
    until(lambda: get(port, "/health")[0] is not None)
    status = get(port, "/status", {"Host": "attacker.example"})[0]
    running.stop()
    return status == 421, f"status {status}"


@entry("B9", "a market of 251 characters, into a directory", "not recorded, named; the rest is stored, exit code 0")
def b9(program):
    exchange = Exchange(markets=("BTC-USDT", "A" * 246 + "-USDT"))
    running = program.record(exchange)
    until(lambda: sum(1 for symbol, _ in exchange.sent if symbol == "BTCUSDT") > 100)
    ended = running.stop()
    return ended.code == 0 and ended.has("cannot be stored"), f"exit code {ended.code} after {ended.seconds:.0f} s, {'named' if ended.has('cannot be stored') else 'not named'}"


@entry("B10", "SIGHUP", "everything stored, exit code 0")
def b10(program):
    exchange = Exchange()
    running = program.record(exchange)
    until(lambda: len(exchange.sent) > 100)
    ended = running.stop(signal.SIGHUP)
    stored = len({row["id"] for row in program.rows()})
    return ended.code == 0 and stored >= len(exchange.sent) - 2, f"exit code {ended.code}, {stored} of {len(exchange.sent)} rows stored"

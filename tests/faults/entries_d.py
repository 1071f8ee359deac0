"""Entries D: what a user meets."""
import json
import os
import re
import socket

from .entries_a import B, trades
from .rig import NO_ACCOUNT, entry, free_port, get, until
from .servers import Exchange


def refused(program, *args):
    """The words of a command that must not start; one that starts is stopped."""
    running = program.start("record", "--exchange", "binance=BTC-USDT", "--set", "Ingester:Exchanges:binance:Rest=http://127.0.0.1:1", "--set", "Ingester:Status:Listen=", *args)
    until(lambda: not running.is_alive, 20)
    return running.stop()


@entry("D1", "--set Segments:MaxHoldTime=abc --set Nope=1", "both are errors, exit code 2")
def d1(program):
    ended = refused(program, "--set", "Segments:MaxHoldTime=abc", "--set", "Nope=1")
    return ended.code == 2 and ended.has("Hold", "Nope"), f"exit code {ended.code}"


@entry("D1b", "a file with \"Ingestor\" and a bare \"Segments\"", "errors, exit code 2")
def d1b(program):
    codes = [refused(program, "--config", program.file(f"{name}.json", text)).code
             for name, text in (("a", '{"Ingestor":{"Replica":"a"}}'), ("b", '{"Segments":{"Hodl":"00:01:00"}}'))]
    return codes == [2, 2], f"exit codes {codes}"


@entry("D2", "merge and replay of a pair that does not exist, --from after --to", "exit code 2 and a sentence")
def d2(program):
    program.imports("binance", trades(200))
    span = ("--from", "2023-11-14T22:15", "--to", "2023-11-14T22:20", "--store", "data")
    ends = [program.run("merge", "binance", "NO-PAIR", "--dataset", "trades", *span), program.run("replay", "binance", "NO-PAIR", *span),
            program.run("merge", "binance", "BTC-USDT", "--dataset", "trades", "--from", "2023-11-14T22:20", "--to", "2023-11-14T22:15", "--store", "data")]
    return all(end.code == 2 and end.out.strip() for end in ends), f"exit codes {[end.code for end in ends]}"


@entry("D3", "a gap within a second, in audit", "its microseconds, and the windows")
def d3(program):
    program.imports("binance", trades(300, lambda n: 1000 + n + (5 if n > 100 else 0), lambda n: B + n))
    out = program.run("audit", "--from", "2023-11-14T22:15", "--to", "2023-11-14T22:20", "--store", "data").out
    return bool(re.search(r"22:16:\d\d\.\d+", out)), f"{'microseconds' if re.search(r'22:16:[0-9]{2}[.][0-9]+', out) else 'no microseconds'}"


@entry("D4", "the runbook's repair and audit as written", "they run")
def d4(program):
    os.makedirs(os.path.join(program.folder, "data"))
    ended = program.run("repair", "--from", "2026-11-20T10:00", "--to", "2026-11-20T11:00")
    return ended.code == 0, f"exit code {ended.code}: {(ended.out.strip().splitlines() or [''])[0][:60]}"


@entry("D5", "a store without credentials", "not ready within seconds, and says why")
def d5(program):
    exchange, port = Exchange(), free_port()
    running = program.record(exchange, port=port, store="s3://there-is-no-such-bucket-of-ours", env=NO_ACCOUNT)
    until(lambda: len(exchange.sent) > 60 or not running.is_alive)
    if not running.is_alive:
        ended = running.stop()
        return ended.code == 1 and "redentials" in ended.out, f"exit code {ended.code}"
    status, words = get(port, "/ready")
    running.stop(seconds=60)
    return status == 503 and "store" in words.lower(), f"/ready is {status}: {words.strip()[:50]}"


@entry("D6", "demo where nothing can be written", "a sentence, no stack trace")
def d6(program):
    program.file("data", "")
    ended = program.run("demo")
    return ended.code in (1, 2) and "   at " not in ended.out, f"exit code {ended.code}, {'a stack trace' if '   at ' in ended.out else 'no stack trace'}"


@entry("D6b", "a status port in use", "a sentence, no stack trace")
def d6b(program):
    exchange = Exchange()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = program.record(exchange, port=taken.getsockname()[1])
        until(lambda: not running.is_alive, 20)
        ended = running.stop()
    return ended.code in (1, 2) and "   at " not in ended.out and ended.has("Status:Listen"), f"exit code {ended.code}, {len(ended.out.encode()):,} bytes of output"


@entry("D8", "/markets of binance by default", "best bid and ask")
def d8(program):
    port, simulated = free_port(), free_port()
    simulator = program.start("simulate", "--port", simulated, "--markets", "2", "--rate", "100")
    until(lambda: "port" in simulator.out)
    running = program.start(
        "record", "--store", "data", "--exchange", "binance=*", "--set", f"Ingester:Status:Listen=http://127.0.0.1:{port}",
        "--set", f"Ingester:Exchanges:binance:Rest=http://127.0.0.1:{simulated}/binance", "--set", f"Ingester:Exchanges:binance:WebSocket=ws://127.0.0.1:{simulated}/binance")
    found = until(lambda: re.search(r'"bid"\s*:\s*[^n\s]', get(port, "/markets")[1], re.IGNORECASE), 30)
    running.stop()
    simulator.stop()
    return bool(found), "bid and ask" if found else "no bid"


@entry("D9", "errors of settings", "words, lines of a broken file, all at once")
def d9(program):
    value = refused(program, "--set", "Ingester:Segments:MaxHoldTime=abc", "--set", "Ingester:Storage:Codec=Nope")
    broken = refused(program, "--config", program.file("broken.json", '{\n "Ingester": {\n "Replica": \n}'))
    together = refused(program, "--set", "foo", "--set", "Ingester:Segments:MaxHoldTime=abc")
    leaks = "Attribute" in value.out or "cannot be read as what this setting needs" in value.out
    seen = (not leaks, "line" in broken.out, together.has("foo", "Hold"))
    return all(seen) and {value.code, broken.code, together.code} == {2}, f"{'no .NET' if seen[0] else '.NET words'}, {'line' if seen[1] else 'no line'}, {'all' if seen[2] else 'not all'} errors"


@entry("D10", "the log", "one message field, replica, shard, version; a first and a last line")
def d10(program):
    exchange = Exchange()
    running = program.record(exchange)
    until(lambda: len(exchange.sent) > 40)
    lines = [json.loads(text) for text in running.stop().out.splitlines() if text.startswith("{")]
    fields = {field.lower() for text in lines for field in text}
    once = not {"renderedmessage", "messagetemplate"} <= fields
    named = all({"replica", "shard", "version"} <= {field.lower() for field in text} for text in lines)
    return once and named and len(lines) > 1, f"message {'once' if once else 'twice'}, {'with' if named else 'without'} replica, shard and version"


@entry("D10b", "an exchange that cannot be reached", "no line of the level Error")
def d10b(program):
    running = program.start("record", "--exchange", "binance=BTC-USDT", "--store", "data", "--set", "Ingester:Exchanges:binance:Rest=http://127.0.0.1:1", "--set", "Ingester:Exchanges:binance:WebSocket=ws://127.0.0.1:1", "--set", "Ingester:Status:Listen=")
    until(lambda: not running.is_alive, 15)
    out = running.stop().out
    count = len(re.findall(r'"[Ll]evel"\s*:\s*"Error"', out))
    return count == 0 and "{" in out, f"{count} errors"


@entry("D11", "simulate --markets 0", "exit code 2")
def d11(program):
    running = program.start("simulate", "--markets", "0", "--port", free_port())
    until(lambda: not running.is_alive, 15)
    ended = running.stop()
    return ended.code == 2, f"exit code {ended.code}"


@entry("D11b", "GET /_control of the simulator", "every command with its parameters")
def d11b(program):
    port = free_port()
    running = program.start("simulate", "--port", port, "--markets", "2")
    until(lambda: get(port, "/_control")[0] is not None)
    status, text = get(port, "/_control")
    running.stop()
    return status == 200 and "drop" in text and "mute" in text, f"status {status}, {len(text)} bytes"


@entry("D14", "GET / of the status page", "HTML with links")
def d14(program):
    exchange, port = Exchange(), free_port()
    running = program.record(exchange, port=port)
    until(lambda: get(port, "/health")[0] is not None)
    status, text = get(port, "/")
    running.stop()
    return status == 200 and "<a href" in text, f"status {status}, {text.count('<a ')} links"

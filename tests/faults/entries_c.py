"""Entries C: import."""
from .entries_a import B, line, trades
from .rig import ACCOUNT, entry, until
from .servers import S3, trade


@entry("C1", "5,000 streams with one trade each", "5,000 rows stored, exit code 0")
def c1(program):
    ended = program.imports("binance", [line(B + n // 100, trade(f"A{n}USDT", 1, (B + n // 100) * 1000)) for n in range(5000)], seconds=240)
    return ended.code == 0 and len(program.rows()) == 5000, f"{len(program.rows())} rows, exit code {ended.code}"


@entry("C2", "SIGTERM while it waits for a store that answers 409", "ends within 10 s, says what it waits for, exit code 1")
def c2(program):
    store = S3(fail=409, part="trades/")
    config = program.file("ingester.json", '{"Ingester":{"Store":{"S3":{"Bucket":"bucket","ServiceUrl":"http://127.0.0.1:%d","ForcePathStyle":true,"Region":"us-east-1"}}}}' % store.port)
    recording = program.file("a.ws.tsv", "\n".join(trades(200)) + "\n")
    more = ("--config", config) if "--config" in program.run("import", "--help").out else ("--store", "s3://bucket")
    running = program.start("import", "binance", recording, *more, env={**ACCOUNT, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store.port}", "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{store.port}"})
    until(lambda: sum(1 for method, target, _ in store.requests if method == "PUT" and "trades/" in target) > 2 or not running.is_alive, 30)
    until(lambda: "Waiting for the store" in running.out or not running.is_alive, 15)
    ended = running.stop(seconds=20)
    after = "killed after 20 s" if ended.code is None else f"ended after {ended.seconds:.0f} s with {ended.code}"
    return ended.code == 1 and ended.has("Waiting for the store"), f"{after}, {'says' if ended.has('409') else 'does not say'} why it waits"


@entry("C2b", "a store that answers 501", "ends by itself with a sentence, exit code 1")
def c2b(program):
    store = S3(fail=501)
    recording = program.file("a.ws.tsv", "\n".join(trades(200)) + "\n")
    running = program.start("import", "binance", recording, "--store", "s3://bucket", env={**ACCOUNT, **store.environment(), "AWS_ENDPOINT_URL": f"http://127.0.0.1:{store.port}"})
    until(lambda: not running.is_alive, 30)
    ended = running.stop(seconds=20)
    return ended.code == 1 and ended.has("501"), f"{'killed' if ended.code is None else f'exit code {ended.code}'}, {'a sentence' if ended.has('501') else 'no sentence'}"


@entry("C3", "every frame is quarantined", "exit code 1")
def c3(program):
    ended = program.imports("binance", [line(B + n, '{"stream":"btcusdt@trade","data":{"e":"trade","t":"x"}}') for n in range(170)])
    return ended.code == 1, f"exit code {ended.code}"


@entry("C3b", "a second import with other prices", "exit code 1")
def c3b(program):
    program.imports("binance", trades(200), name="a.ws.tsv")
    ended = program.imports("binance", [text.replace("100.00", "100.01") for text in trades(200)], name="b.ws.tsv")
    return ended.code == 1, f"exit code {ended.code}"


@entry("C4", "import with --set", "it counts")
def c4(program):
    ended = program.imports("binance", trades(900), "--set", "Ingester:Segments:Windows:0:Minutes=5")
    five = [path for path in program.objects(dataset="trades") if "-5m_" in path]
    return ended.code == 0 and len(five) > 0, f"exit code {ended.code}, {len(five)} objects of five minutes"


@entry("C5", "a recording without receive times", "every row once")
def c5(program):
    program.imports("binance", [text.split("\t")[1] for text in trades(300)], name="feed.ws.jsonl")
    rows = program.rows()
    return len(rows) == 300, f"{len(rows)} rows of 300 trades in {len(program.objects())} objects"

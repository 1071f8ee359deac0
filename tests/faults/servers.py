"""Loopback servers: an exchange that speaks Binance's protocol and misbehaves on demand, and a small S3."""
import base64
import hashlib
import json
import select
import socket
import struct
import threading
import time
import urllib.parse

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PER_SECOND = 20


def answer(body=b"", status="200 OK", **headers):
    lines = {"Content-Length": len(body), "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return f"HTTP/1.1 {status}\r\n".encode() + "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n" + body


class Server:
    """Answers on a free port, a thread for each connection."""

    def __init__(self):
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            with client:
                client.settimeout(30)
                while True:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        more = client.recv(65536)
                        if not more:
                            return
                        head += more
                    head, body = head.split(b"\r\n\r\n", 1)
                    first, *lines = head.decode(errors="replace").split("\r\n")
                    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
                    method, target = first.split(" ")[:2]
                    if headers.get("expect", "").lower() == "100-continue":
                        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                    while len(body) < int(headers.get("content-length", 0)):
                        body += client.recv(65536)
                    self.requests.append((method, target, headers))
                    if not self.take(client, method, target, headers):
                        return
        except (OSError, ValueError):
            pass

    def take(self, client, method, target, headers):
        client.sendall(answer())
        return False


class Exchange(Server):
    """Binance spot with some markets; every market trades twenty times a second, whether anybody listens or not."""

    def __init__(self, name="binance", markets=("BTC-USDT",), rest=None, frame=None):
        self.name, self.rest, self.frame = name, rest, frame
        self.markets = {market.replace("-", ""): (market.split("-")[0], market.split("-")[1], "TRADING") for market in markets}
        self.sent, self.asked, self.ended, self.began = set(), False, [], time.time()
        super().__init__()

    def list(self):
        return json.dumps({"timezone": "UTC", "rateLimits": [], "symbols": [
            {"symbol": symbol, "status": status, "baseAsset": base, "quoteAsset": quote, "isSpotTradingAllowed": True, "permissions": [], "permissionSets": [["SPOT"]]}
            for symbol, (base, quote, status) in self.markets.items()]}).encode()

    def take(self, client, method, target, headers):
        if "upgrade" in headers:
            proof = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + GUID).encode()).digest()).decode()
            client.sendall(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {proof}\r\n\r\n".encode())
            self.talk(client)
            return False
        broken = self.rest(target) if self.rest else None
        client.sendall(broken or (answer(self.list()) if "exchangeInfo" in target else answer(b"{}", "404 Not Found")))
        return False

    def talk(self, client):
        began, waiting, streams, next_ids = time.monotonic(), b"", [], {}
        try:
            while True:
                if select.select([client], [], [], 0.02)[0]:
                    more = client.recv(65536)
                    if not more:
                        return
                    waiting += more
                    for text, waiting in messages(waiting):
                        asked = json.loads(text) if text.startswith("{") else {}
                        if asked.get("method") == "SUBSCRIBE":
                            streams += asked["params"]
                        elif asked.get("method") == "UNSUBSCRIBE":
                            streams = [stream for stream in streams if stream not in asked["params"]]
                            next_ids = {}
                        if "id" in asked:
                            client.sendall(frame_of(json.dumps({"result": None, "id": asked["id"]})))
                if streams and self.frame:
                    self.asked = True
                    client.sendall(self.frame)
                    while client.recv(65536):
                        pass
                    return
                for stream in streams:
                    if not stream.endswith("@trade"):
                        continue
                    symbol, now = stream.split("@")[0].upper(), time.time()
                    last = int((now - self.began) * PER_SECOND)
                    for number in range(next_ids.get(symbol, last), last):
                        client.sendall(frame_of(trade(symbol, number, int(now * 1000))))
                        self.sent.add((symbol, number))
                    next_ids[symbol] = last
        finally:
            self.ended.append(time.monotonic() - began)


class S3(Server):
    """Accepts objects; refuses to replace them, unless it is told not to; puts to keys with a part fail with a status."""

    def __init__(self, replaces=False, fail=None, part="", denies=False):
        self.objects, self.replaces, self.fail, self.part, self.denies = set(), replaces, fail, part, denies
        super().__init__()

    def settings(self):
        return ["--set", "Ingester:Store:S3:Bucket=bucket", "--set", f"Ingester:Store:S3:ServiceUrl=http://127.0.0.1:{self.port}",
                "--set", "Ingester:Store:S3:ForcePathStyle=true", "--set", "Ingester:Store:S3:Region=us-east-1"]

    def environment(self):
        return {"INGESTER__STORE__S3__SERVICEURL": f"http://127.0.0.1:{self.port}", "INGESTER__STORE__S3__FORCEPATHSTYLE": "true", "INGESTER__STORE__S3__REGION": "us-east-1"}

    def take(self, client, method, target, headers):
        client.sendall(self.respond(method, urllib.parse.unquote(target.split("?")[0]), headers))
        return False

    def respond(self, method, key, headers):
        if self.denies:
            return error("403 Forbidden", "AccessDenied")
        if method == "PUT" and self.fail and self.part in key:
            return error(*{409: ("409 Conflict", "ConditionalRequestConflict"), 501: ("501 Not Implemented", "NotImplemented"), 503: ("503 Service Unavailable", "SlowDown")}[self.fail])
        if method == "PUT":
            if key in self.objects and not self.replaces and headers.get("if-none-match") == "*":
                return error("412 Precondition Failed", "PreconditionFailed")
            self.objects.add(key)
            return answer(ETag='"0"')
        if method == "GET" and key.strip("/").count("/") == 0:
            return answer(b'<?xml version="1.0"?><ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>', Content_Type="application/xml")
        return error("404 Not Found", "NoSuchKey")


def error(status, code):
    return answer(f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode(), status, Content_Type="application/xml")


def frame_of(text):
    body = text.encode()
    return (struct.pack("!BB", 0x81, len(body)) if len(body) < 126 else struct.pack("!BBH", 0x81, 126, len(body))) + body


def messages(data):
    """The complete messages of a client, each with what follows it."""
    while len(data) >= 6:
        length, at = data[1] & 127, 2
        if length == 126:
            length, at = struct.unpack("!H", data[2:4])[0], 4
        elif length == 127:
            length, at = struct.unpack("!Q", data[2:10])[0], 10
        if len(data) < at + 4 + length:
            return
        mask, body = data[at:at + 4], data[at + 4:at + 4 + length]
        data = data[at + 4 + length:]
        yield bytes(byte ^ mask[index % 4] for index, byte in enumerate(body)).decode(errors="replace"), data


def trade(symbol, number, millis, price="100.00", **more):
    data = {"e": "trade", "E": millis, "s": symbol, "t": number, "p": price, "q": "1.00", "T": millis, "m": True, "M": True, **more}
    return json.dumps({"stream": symbol.lower() + "@trade", "data": data}, separators=(",", ":"))

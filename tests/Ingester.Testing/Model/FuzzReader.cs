using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ingester.Testing.Model;

/// <summary>Reads frames and rows as plain JSON, independently of the decoders.</summary>
internal static class FuzzReader
{
    /// <summary>What a frame of an exchange says.</summary>
    public static FuzzReading Read(string exchange, byte[] frame)
    {
        using var json = JsonDocument.Parse(frame);
        var reading = new FuzzReading([], [], []);
        switch (exchange)
        {
            case "coinbase": Coinbase(json.RootElement, reading); break;
            case "kraken": Kraken(json.RootElement, reading); break;
            default: Binance(json.RootElement, exchange == "binance-futures", reading); break;
        }

        reading.Times.AddRange(reading.Events.Where(read => !read.Replayed).Select(read => read.Ts));
        return reading;
    }

    /// <summary>The same of a stored row; the mark of its time is left out.</summary>
    public static (string Content, long? After, long? UpTo, long Ts, string? Mark) Row(string text)
    {
        using var json = JsonDocument.Parse(text);
        var row = json.RootElement;
        var ts = row.GetProperty("ts").GetInt64();
        var mark = row.TryGetProperty("time", out var time) ? time.GetString() : null;
        if (row.TryGetProperty("id", out var id))
        {
            var upTo = long.Parse(id.GetString()!, CultureInfo.InvariantCulture);
            return (Trade(upTo, ts, row.GetProperty("side").GetString() == "sell", row.GetProperty("price"), row.GetProperty("size")), upTo - 1, upTo, ts, mark);
        }

        long? after = row.TryGetProperty("after", out var from) ? from.GetInt64() : null;
        long? last = row.TryGetProperty("upto", out var to) ? to.GetInt64() : null;
        return (Diff(ts, after, last, Levels(row.GetProperty("bids")), Levels(row.GetProperty("asks"))), after, last, ts, mark);
    }

    private static void Binance(JsonElement root, bool futures, FuzzReading reading)
    {
        var channel = default(string);
        if (root.TryGetProperty("stream", out var stream) && root.TryGetProperty("data", out var data))
        {
            channel = stream.GetString()!;
            channel = channel[(channel.IndexOf('@', StringComparison.Ordinal) + 1)..];
            root = data;
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("e", out var name) || name.ValueKind != JsonValueKind.String)
            return;
        switch (name.GetString())
        {
            case "trade" when channel is null or "trade": BinanceTrade(root, "trades", "t", reading); break;
            case "aggTrade" when channel is null or "aggTrade": BinanceTrade(root, "agg-trades", "a", reading); break;
            case "depthUpdate" when channel is null or "depth" || channel.StartsWith("depth@", StringComparison.Ordinal):
                var ts = root.GetProperty(futures ? "T" : "E").GetInt64() * 1_000;
                var after = futures ? root.GetProperty("pu").GetInt64() : root.GetProperty("U").GetInt64() - 1;
                var upTo = root.GetProperty("u").GetInt64();
                reading.Events.Add(new("depth", root.GetProperty("s").GetString()!, after, upTo, ts, Diff(ts, after, upTo, Levels(root.GetProperty("b")), Levels(root.GetProperty("a")))));
                break;
            case "serverShutdown" when root.TryGetProperty("E", out var sent): reading.Times.Add(sent.GetInt64() * 1_000); break;
            default: break;
        }
    }

    private static void BinanceTrade(JsonElement root, string dataset, string id, FuzzReading reading)
    {
        var (upTo, ts) = (root.GetProperty(id).GetInt64(), root.GetProperty("T").GetInt64() * 1_000);
        reading.Events.Add(new(dataset, root.GetProperty("s").GetString()!, upTo - 1, upTo, ts, Trade(upTo, ts, root.GetProperty("m").GetBoolean(), root.GetProperty("p"), root.GetProperty("q"))));
    }

    private static void Coinbase(JsonElement root, FuzzReading reading)
    {
        var type = root.GetProperty("type").GetString();
        if (type is "match" or "last_match")
        {
            var (upTo, ts) = (root.GetProperty("trade_id").GetInt64(), Time(root.GetProperty("time")));
            var sells = root.GetProperty("side").GetString() == "buy"; // the maker bought
            reading.Events.Add(new("trades", root.GetProperty("product_id").GetString()!, upTo - 1, upTo, ts, Trade(upTo, ts, sells, root.GetProperty("price"), root.GetProperty("size")))
            {
                Replayed = type == "last_match",
            });
        }
        else if (type == "l2update")
        {
            var (ts, bids, asks) = (Time(root.GetProperty("time")), new StringBuilder(), new StringBuilder());
            foreach (var diff in root.GetProperty("changes").EnumerateArray())
                Level(diff[0].GetString() == "buy" ? bids : asks, diff[1], diff[2]);
            reading.Events.Add(new("depth", root.GetProperty("product_id").GetString()!, null, null, ts, Diff(ts, null, null, bids.ToString(), asks.ToString())));
        }
        else if (type == "snapshot")
        {
            reading.Books.Add(root.GetProperty("product_id").GetString()!);
        }
        else if (type == "heartbeat" && root.TryGetProperty("time", out var time))
        {
            reading.Times.Add(Time(time));
        }
    }

    private static void Kraken(JsonElement root, FuzzReading reading)
    {
        if (!root.TryGetProperty("channel", out var channel) || channel.GetString() is not ("trade" or "book") and not { })
            return;
        var snapshot = root.TryGetProperty("type", out var type) && type.GetString() == "snapshot";
        if (channel.GetString() == "trade")
            foreach (var trade in root.GetProperty("data").EnumerateArray())
            {
                var (upTo, ts) = (trade.GetProperty("trade_id").GetInt64(), Time(trade.GetProperty("timestamp")));
                reading.Events.Add(new("trades", trade.GetProperty("symbol").GetString()!, upTo - 1, upTo, ts,
                    Trade(upTo, ts, trade.GetProperty("side").GetString() == "sell", trade.GetProperty("price"), trade.GetProperty("qty")))
                {
                    Replayed = snapshot,
                });
            }
        else if (channel.GetString() == "book")
            foreach (var book in root.GetProperty("data").EnumerateArray())
            {
                if (snapshot)
                {
                    reading.Books.Add(book.GetProperty("symbol").GetString()!);
                    if (book.TryGetProperty("timestamp", out var time))
                        reading.Times.Add(Time(time));
                    continue;
                }

                var ts = Time(book.GetProperty("timestamp"));
                reading.Events.Add(new("depth", book.GetProperty("symbol").GetString()!, null, null, ts, Diff(ts, null, null, Levels(book.GetProperty("bids")), Levels(book.GetProperty("asks")))));
            }
    }

    private static string Trade(long id, long ts, bool sells, JsonElement price, JsonElement size) =>
        string.Create(CultureInfo.InvariantCulture, $"{id}|{ts}|{(sells ? "sell" : "buy")}|{Number(price)}|{Number(size)}");

    private static string Diff(long ts, long? after, long? upTo, string bids, string asks) =>
        string.Create(CultureInfo.InvariantCulture, $"{ts}|{after}|{upTo}|bids {bids}|asks {asks}");

    private static string Levels(JsonElement levels)
    {
        var text = new StringBuilder();
        foreach (var level in levels.EnumerateArray())
            if (level.ValueKind == JsonValueKind.Object)
                Level(text, level.GetProperty("price"), level.GetProperty("qty"));
            else
                Level(text, level[0], level[1]);
        return text.ToString();
    }

    private static void Level(StringBuilder text, JsonElement price, JsonElement size) => text.Append(Number(price)).Append('x').Append(Number(size)).Append(' ');

    /// <summary>The digits as they stand; a number with an exponent, which is stored without, by its value.</summary>
    private static string Number(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (number / 1.000000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : text;
    }

    /// <summary>An RFC 3339 time in microseconds; finer digits are cut.</summary>
    private static long Time(JsonElement value)
    {
        var text = value.GetString()!.TrimEnd('Z');
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = DateTime.ParseExact(point < 0 ? text : text[..point], "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = point < 0 ? "" : text[(point + 1)..];
        return (whole - DateTime.UnixEpoch).Ticks / 10 + long.Parse(fraction.PadRight(6, '0')[..6], CultureInfo.InvariantCulture);
    }
}

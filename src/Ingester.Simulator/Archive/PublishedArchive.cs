using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Core.Markets;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator.Archive;

/// <summary>
/// Daily files of trades as Binance publishes them (github.com/binance/binance-public-data), made of what the simulator sent or would have sent:
/// <c>GET /_archive/{flaw}/data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2026-11-20.zip</c> and the same with <c>.CHECKSUM</c>.
/// </summary>
/// <param name="findMarket">Returns the market of an exchange and a symbol; null if it does not exist.</param>
/// <param name="readTruth">Returns every row of a stream, sent or not, as JSON lines.</param>
internal sealed partial class PublishedArchive(Func<string, string, string?> findMarket, Func<StreamId, byte[]> readTruth)
{
    private static readonly Dictionary<string, string> Exchanges = new(StringComparer.Ordinal) { ["spot"] = "binance", ["futures/um"] = "binance-futures" };

    /// <summary>Handles a request below <c>_archive/</c>.</summary>
    public async Task HandleAsync(HttpContext context, string path)
    {
        if (PathPattern().Match(path) is not { Success: true } match || !Enum.TryParse<ArchiveFlaw>(match.Groups["flaw"].Value, ignoreCase: true, out var flaw) || FindFile(match, flaw) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (match.Groups["checksum"].Success)
        {
            var hash = flaw == ArchiveFlaw.Checksum ? new string('0', 64) : Convert.ToHexStringLower(SHA256.HashData(file.Zip));
            await context.Response.WriteAsync($"{hash}  {file.Name}\n").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/zip";
        var sent = flaw == ArchiveFlaw.Broken ? file.Zip.AsMemory(0, file.Zip.Length / 2) : file.Zip;
        context.Response.ContentLength = sent.Length;
        await context.Response.Body.WriteAsync(sent).ConfigureAwait(false);
    }

    private (string Name, byte[] Zip)? FindFile(Match match, ArchiveFlaw flaw)
    {
        var (exchange, symbol) = (Exchanges[match.Groups["kind"].Value], match.Groups["symbol"].Value);
        if (findMarket(exchange, symbol) is not { } market
            || !DateOnly.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return null;
        var merged = match.Groups["folder"].Value == "aggTrades";
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
        var to = from + 86_400_000_000;
        var trades = Encoding.UTF8.GetString(readTruth(new(merged ? Dataset.AggTrades : Dataset.Trades, exchange, market)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(PublishedTrade.Parse).Where(trade => trade.Micros >= from && trade.Micros < to).ToList();
        if (trades.Count == 0)
            return null;
        return ($"{symbol}-{match.Groups["folder"].Value}-{day:yyyy-MM-dd}.zip", Pack(Rows(Spoil(trades, flaw), flaw, merged), Path.ChangeExtension(match.Groups["name"].Value, ".csv")));
    }

    /// <summary>Adds the flaw to the trades. Its place does not depend on chance: the middle of the day's trades.</summary>
    private static IEnumerable<PublishedTrade> Spoil(List<PublishedTrade> trades, ArchiveFlaw flaw)
    {
        var middle = trades.Count / 2;
        return flaw switch
        {
            ArchiveFlaw.Hole => trades.Where((_, place) => place < middle || place >= middle + trades.Count / 4),
            ArchiveFlaw.Truncated => trades.Take(middle),
            ArchiveFlaw.Repeated => trades.Take(middle).Concat(trades.Skip(Math.Max(0, middle - 5))),
            ArchiveFlaw.Price => trades.Select((trade, place) => place == middle ? trade with { Price = trade.Price + 1 } : trade),
            ArchiveFlaw.Side => trades.Select((trade, place) => place == middle ? trade with { BuyerIsMaker = !trade.BuyerIsMaker } : trade),
            ArchiveFlaw.Time => trades.Select((trade, place) => place == middle ? trade with { Micros = trade.Micros + 5_000 } : trade),
            ArchiveFlaw.Extra => trades.Append(trades[^1] with { Id = trades[^1].Id + 1 }),
            _ => trades,
        };
    }

    private static string Rows(IEnumerable<PublishedTrade> trades, ArchiveFlaw flaw, bool merged)
    {
        var text = new StringBuilder();
        if (flaw == ArchiveFlaw.Header)
            text.Append(merged ? "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n" : "id,price,qty,quote_qty,time,is_buyer_maker\n");
        foreach (var trade in trades)
        {
            var (time, maker) = flaw == ArchiveFlaw.Microseconds ? (trade.Micros, trade.BuyerIsMaker ? "True" : "False") : (trade.Micros / 1_000, trade.BuyerIsMaker ? "true" : "false");
            text.Append(CultureInfo.InvariantCulture, $"{trade.Id},{trade.Price},{trade.Size},{(merged ? "0,0" : (trade.Price * trade.Size).ToString(CultureInfo.InvariantCulture))},{time},{maker}\n");
        }

        return text.ToString();
    }

    private static byte[] Pack(string text, string name)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry(name);
            entry.LastWriteTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same trades give the same file
            using var stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    [GeneratedRegex("^(?<flaw>[a-z]+)/data/(?<kind>spot|futures/um)/daily/(?<folder>trades|aggTrades)/(?<symbol>[^/]+)/(?<name>[^/]+-(?<date>\\d{4}-\\d\\d-\\d\\d)\\.zip)(?<checksum>\\.CHECKSUM)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PathPattern();

    /// <summary>A trade of a file.</summary>
    private sealed record PublishedTrade(long Id, long Micros, decimal Price, decimal Size, bool BuyerIsMaker)
    {
        public static PublishedTrade Parse(string line)
        {
            using var json = JsonDocument.Parse(line);
            var row = json.RootElement.GetProperty("row");
            return new(
                long.Parse(row.GetProperty("id").GetString()!, CultureInfo.InvariantCulture),
                row.GetProperty("ts").GetInt64(),
                decimal.Parse(row.GetProperty("price").GetString()!, CultureInfo.InvariantCulture),
                decimal.Parse(row.GetProperty("size").GetString()!, CultureInfo.InvariantCulture),
                row.GetProperty("side").GetString() == "sell");
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;

namespace Ingester.Tests.Exchanges;

/// <summary>Counts events per dataset and symbol, and hashes their <c>side|price|size</c> lines.</summary>
internal sealed class CountingSink : IEventSink, IDisposable
{
    private readonly Dictionary<string, (int Events, IncrementalHash Hash)> streams = [];

    /// <summary>How many events came.</summary>
    public int Events { get; private set; }

    /// <summary>How many notices came.</summary>
    public int Notices { get; private set; }

    public void OnTrade(in TradeEvent trade)
    {
        var side = trade.TakerSells ? "sell" : "buy";
        var dataset = trade.IsReplayed ? "replayed" : trade.IsAggregated ? "agg-trades" : "trades";
        Add(dataset, trade.Symbol, $"{side}|{Encoding.UTF8.GetString(trade.Price)}|{Encoding.UTF8.GetString(trade.Size)}\n");
    }

    public void OnDiff(in DepthEvent diff) => Add("depth", diff.Symbol, Lines("bid", diff.Bids) + Lines("ask", diff.Asks));

    public void OnSnapshot(in DepthEvent book) => Add("snapshots", book.Symbol, Lines("bid", book.Bids) + Lines("ask", book.Asks));

    public void OnNotice(in Notice notice) => Notices++;

    public Dictionary<string, (int Events, string Hash)> Streams() => streams.ToDictionary(
        stream => stream.Key, stream => (stream.Value.Events, Convert.ToHexStringLower(stream.Value.Hash.GetCurrentHash())));

    public void Dispose()
    {
        foreach (var (_, hash) in streams.Values)
            hash.Dispose();
    }

    private void Add(string dataset, ReadOnlySpan<byte> symbol, string lines)
    {
        Events++;
        var key = $"{dataset}/{Encoding.UTF8.GetString(symbol)}";
        if (!streams.TryGetValue(key, out var stream))
            stream.Hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        stream.Hash.AppendData(Encoding.UTF8.GetBytes(lines));
        streams[key] = (stream.Events + 1, stream.Hash);
    }

    private static string Lines(string side, ReadOnlySpan<byte> levels)
    {
        Assert.Equal(-1, levels.IndexOfAny(" \t\r\n"u8));
        var lines = new StringBuilder();
        foreach (var level in JsonSerializer.Deserialize<string[][]>(levels)!)
        {
            Assert.Equal(2, level.Length);
            lines.Append(side).Append('|').Append(level[0]).Append('|').Append(level[1]).Append('\n');
        }

        return lines.ToString();
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Ingester.Integration.Tests.Derivation;

/// <summary>Stores a snapshot of a book as the recorder does: the import of a recording in the short form has none.</summary>
internal static class StoredSnapshot
{
    /// <summary>Writes the object.</summary>
    /// <param name="store">The folder of the store.</param>
    /// <param name="market">The market, such as <c>binance/BTC-USDT</c>.</param>
    /// <param name="time">The time of the snapshot.</param>
    /// <param name="upTo">The last id in it.</param>
    /// <param name="levels">Bids and asks as JSON: <c>"bids":[…],"asks":[…]</c>.</param>
    public static async Task WriteAsync(string store, string market, DateTimeOffset time, long upTo, string levels)
    {
        var parts = market.Split('/');
        var file = Path.Combine(store, string.Create(CultureInfo.InvariantCulture,
            $"snapshots/exchange={parts[0]}/pair={parts[1]}/{time.UtcDateTime:'year='yyyy'/month='MM'/day='dd'/'HHmm}_{upTo}_a.json.gz"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"ts\":{(time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond},\"upto\":{upTo},{levels},\"levels\":1000,\"reason\":\"start\"}}\n")));
    }
}

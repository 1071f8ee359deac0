using System.Globalization;
using System.Text;
using Ingester.Integration.Tests.Commands;

namespace Ingester.Integration.Tests.Derivation;

/// <summary>
/// Twelve minutes of a market around a full hour, imported by the program: a trade and a diff a second, and a snapshot at the start. Mid is always 100. The best bid has the
/// size 1 + id / 1000, and everything else stays as it is in the snapshot.
/// </summary>
internal static class SmallMarket
{
    public const string Day = "2025-10-25";
    public const string Begin = "2025-10-25T00:54Z";
    public const string End = "2025-10-25T01:06Z";
    public const string Pair = "BTC-USDT";

    /// <summary>The id of the snapshot, and the second of it.</summary>
    public const int SnapshotId = 30;

    /// <summary>The time of the diff and of the trade with id 0, milliseconds UTC.</summary>
    public static readonly long BeginMillis = new DateTimeOffset(2025, 10, 25, 0, 54, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private const int Seconds = 12 * 60;

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Imports it into the store <c>data</c> of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="lostTrade">The id of a trade that is missing; null for none.</param>
    public static async Task ImportAsync(string folder, int? lostTrade = null)
    {
        var frames = new StringBuilder();
        for (var id = 0; id < Seconds; id++)
        {
            var millis = BeginMillis + id * 1_000L;
            if (id != lostTrade)
                frames.Append(CultureInfo.InvariantCulture, $$$"""
                    {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{millis}}},"s":"BTCUSDT","t":{{{1_000 + id}}},"p":"{{{(id % 2 == 0 ? "99.99" : "100.01")}}}","q":"0.{{{1 + id:000}}}","T":{{{millis}}},"m":{{{(id % 2 == 0 ? "true" : "false")}}},"M":true}}

                    """);
            frames.Append(CultureInfo.InvariantCulture, $$$"""
                {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{millis}}},"s":"BTCUSDT","U":{{{id}}},"u":{{{id}}},"b":[["99.99","{{{1 + id / 1_000m}}}"]],"a":[]}}

                """);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "a.ws.tsv"), frames.ToString());
        var (exit, _, error) = await EndedCommand.RunAsync(folder, Patience, "import", "binance", "a.ws.tsv", "--store", "data");
        Assert.True(exit == 0, error);
        await StoredSnapshot.WriteAsync(Path.Combine(folder, "data"), $"binance/{Pair}", DateTimeOffset.FromUnixTimeMilliseconds(BeginMillis).AddSeconds(SnapshotId), SnapshotId,
            """
            "bids":[["99.99","1.030"],["99.95","2"],["99.90","3"],["99.50","4"],["99.00","5"]],"asks":[["100.01","1"],["100.05","2"],["100.10","3"],["100.50","4"],["101.00","5"]]
            """);
    }

    /// <summary>Derives all of it.</summary>
    public static Task<EndedCommand> DeriveAsync(string folder, params string[] further) =>
        EndedCommand.RunAsync(folder, Patience, ["derive", "--from", Begin, "--to", End, "--store", "data", "--interval", "1m,5m", .. further]);

    /// <summary>The derived objects with their content; only names of hours, because writers of files state their version and time.</summary>
    public static SortedDictionary<string, string> ReadDerived(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var root = Path.Combine(folder, "data", "derived");
        foreach (var file in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories) : [])
            found[Path.GetRelativePath(root, file)] = file.EndsWith(".json.gz", StringComparison.Ordinal) ? Testing.Stores.StoredText.Unpack(File.ReadAllBytes(file))! : "";
        return found;
    }
}

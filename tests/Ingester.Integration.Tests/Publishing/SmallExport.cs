using System.Globalization;
using System.IO.Compression;
using System.Text;
using Ingester.Integration.Tests.Commands;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>Four minutes of a market, imported and exported by the program: a trade and a diff a second; one trade is missing.</summary>
internal static class SmallExport
{
    public const string Day = "2025-10-25";
    public const string Csv = "export/csv/binance/trades/2025/10/25/BTC-USDT.csv.gz";

    private const int Lost = 95;

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Name of the exchange's own file of the day.</summary>
    public const string Archive = "BTCUSDT-trades-2025-10-25.zip";

    /// <summary>Writes the exchange's own file of the day.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="ids">The ids of its trades.</param>
    /// <param name="name">Name of the file.</param>
    public static void WriteArchive(string folder, IEnumerable<int> ids, string name = Archive)
    {
        using var zip = new ZipArchive(File.Create(Path.Combine(folder, name)), ZipArchiveMode.Create);
        using var stream = zip.CreateEntry(Path.ChangeExtension(name, ".csv")).Open();
        foreach (var id in ids)
            stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id},68123.45000000,0.00120000,81.7,{1_761_350_400_000 + (id - 1) * 1_000L},true,true\n")));
    }

    /// <summary>Makes the store <c>data</c> in a folder.</summary>
    public static async Task CreateAsync(string folder)
    {
        await ImportAsync(folder);
        var (exit, output, error) = await EndedCommand.RunAsync(folder, Patience, "export", "--date", Day, "--exchange", "binance", "--store", "data");
        Assert.True(exit == 3, output + error); // a trade is missing
        Assert.True(File.Exists(Path.Combine(folder, "data", Csv)), string.Join('\n', Directory.EnumerateFiles(Path.Combine(folder, "data", "export"), "*", SearchOption.AllDirectories)));
    }

    /// <summary>Makes the store without exporting it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="replica">The replica that records. Default: that of the command.</param>
    /// <param name="isComplete">True if no trade is missing.</param>
    public static async Task ImportAsync(string folder, string? replica = null, bool isComplete = false)
    {
        var frames = new StringBuilder();
        for (var id = 1; id <= 240; id++)
        {
            var millis = 1_761_350_400_000 + (id - 1) * 1_000L;
            if (id != Lost || isComplete)
                frames.Append(CultureInfo.InvariantCulture, $$$"""
                    {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{millis}}},"s":"BTCUSDT","t":{{{id}}},"p":"68123.45","q":"0.0012","T":{{{millis}}},"m":true,"M":true}}

                    """);
            frames.Append(CultureInfo.InvariantCulture, $$$"""
                {{{millis / 1e3:0.000}}}	{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{millis}}},"s":"BTCUSDT","U":{{{id}}},"u":{{{id}}},"b":[["1","2"]],"a":[]}}

                """);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "a.ws.tsv"), frames.ToString());
        var (code, _, error) = await EndedCommand.RunAsync(folder, Patience, ["import", "binance", "a.ws.tsv", "--store", "data", .. replica is null ? Array.Empty<string>() : ["--replica", replica]]);
        Assert.True(code == 0, error);
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Publishing.Witnesses;
using Ingester.Reading.Objects;
using Ingester.Testing.Storage;
using Ingester.Tests.Publishing.Export;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>A store with a trade each second around midnight, and files as an exchange publishes them, compared with it.</summary>
internal sealed class WitnessRig : IDisposable
{
    /// <summary>Number of trades of the day.</summary>
    public const int Trades = 240;

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-witness-").FullName;

    public MemoryStore Store { get; } = new();

    /// <summary>The trades of the day as rows of a file of Binance: the id, 1.50, 2, the quote, the time in milliseconds, and who was the maker.</summary>
    public static IEnumerable<string> BinanceRows => Rows(static id => $"{id},1.50000000,2.0,3.0,{Millis(id)},false,true");

    public static long Millis(int id) => T0 / 1000 + id * 1000;

    public static IEnumerable<string> Rows(Func<int, string> row) => Enumerable.Range(0, Trades).Select(row);

    public static ArchiveLayout Layout(string exchange, Dataset dataset = Dataset.Trades) => ArchiveLayouts.All.Single(layout => layout.Exchange == exchange && layout.Dataset == dataset);

    /// <summary>A trade each second from a minute before midnight: that of midnight has the id 0.</summary>
    public void Record(string exchange = "binance", string market = "BTC-USDT", int[]? missing = null)
    {
        var stream = new StreamId(Dataset.Trades, exchange, market);
        using var replica = new Replica(Store, "a", stream, ExchangeCatalog.SequenceOf(stream) ?? throw new ArgumentException($"{exchange} has no trades"));
        replica.ConnectAt(T0 - 70 * Second);
        for (var id = -60; id < Trades; id++)
        {
            if (missing?.Contains(id) != true)
                replica.Trade(new(id, T0 + id * Second));
            replica.TickAt(T0 + id * Second);
        }

        replica.Close();
    }

    /// <summary>Compares the store with a zip of rows.</summary>
    public Task<WitnessReport> CompareAsync(IEnumerable<string> rows, ArchiveLayout? layout = null, string? checksum = null, Func<byte[], byte[]>? damage = null, DateOnly? day = null, string symbol = "BTCUSDT", string market = "BTC-USDT")
    {
        layout ??= Layout("binance");
        var name = layout.FileName(symbol, day ?? ExportRig.Day);
        var bytes = name.EndsWith(".zip", StringComparison.Ordinal) ? Zip(Path.ChangeExtension(name, ".csv"), rows) : Gzip(rows);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, damage?.Invoke(bytes) ?? bytes);
        return new ArchiveWitness(new ArchiveReader(Store, "")).CompareAsync(layout, market, day ?? ExportRig.Day, wholeMonth: false, new(path, checksum, null, null), CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static byte[] Zip(string name, IEnumerable<string> rows)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var writer = new StreamWriter(zip.CreateEntry(name).Open()))
            writer.Write(Text(rows));
        return bytes.ToArray();
    }

    private static byte[] Gzip(IEnumerable<string> rows)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(Text(rows)));
        return bytes.ToArray();
    }

    private static string Text(IEnumerable<string> rows) => string.Concat(rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row}\n")));
}

using System.IO.Compression;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;

namespace Ingester.Tests.Publishing.Export;

/// <summary>Exports the day of the tests from a store into the same or another store, and reads the files back.</summary>
internal sealed class ExportRig(IObjectStore source, IReplaceableStore target)
{
    public static DateOnly Day { get; } = DateOnly.FromDateTime(Micros.ToDateTime(Replica.T0));

    public ExportRig(MemoryStore store)
        : this(store, store)
    {
    }

    public async Task<List<StreamOutcome>> RunAsync(string exchange = "binance", Func<ExportRequest, ExportRequest>? change = null, DateOnly? day = null)
    {
        var request = new ExportRequest { Day = day ?? Day, Exchanges = [exchange] };
        var outcomes = new List<StreamOutcome>();
        await foreach (var outcome in new DayExporter(new(source, ""), new(target, "", TimeProvider.System), change?.Invoke(request) ?? request).RunAsync(CancellationToken.None))
            outcomes.Add(outcome);
        return outcomes;
    }

    /// <summary>The rows of a CSV file without the header, each split at its commas.</summary>
    public async Task<List<string[]>> RowsAsync(StreamExport manifest, string dataType, string prefix = "") =>
        [.. (await TextAsync(prefix + manifest.Files.Single(file => file.DataType == dataType).Key)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];

    public async Task<string> TextAsync(string key)
    {
        using var reader = new StreamReader(new GZipStream((await target.GetAsync(key, CancellationToken.None))!, CompressionMode.Decompress));
        return await reader.ReadToEndAsync();
    }

    public async Task<byte[]> BytesAsync(string key)
    {
        await using var stream = await target.GetAsync(key, CancellationToken.None);
        using var bytes = new MemoryStream();
        await stream!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static StreamExport Of(IEnumerable<StreamOutcome> outcomes, Dataset dataset) => outcomes.Single(outcome => outcome.Stream.Dataset == dataset).Manifest!;
}

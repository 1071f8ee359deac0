using System.IO.Compression;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Exchanges;
using Ingester.Importing;
using Ingester.Storage.Stores;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Program.Importing;

/// <summary>Imports into a directory of its own and reads back what is there.</summary>
internal sealed class ImportRig : IDisposable
{
    private readonly ChunkBalance chunks = new();

    public string Root { get; } = Directory.CreateTempSubdirectory("ingester-import-").FullName;

    public static IEnumerable<string> Exchanges => ExchangeCatalog.All.Select(exchange => exchange.Profile.Name);

    public async Task<ImportSummary> ImportAsync(string exchange, IReadOnlyList<string> files, string replica = "a", FrameSpan? span = null)
    {
        var facts = ExchangeCatalog.Find(exchange)!;
        var recordings = files.Select(file => new RecordingFile(file)).ToList();
        var markets = await MarketResolver.ReadAsync(facts, null, recordings[0], CancellationToken.None);
        var store = new DirectoryStore(Path.Combine(Root, replica), TimeProvider.System);
        var options = new ImportOptions { Identity = new() { Replica = replica, ProcessStartMicros = 1 } };
        return await new Importer(facts, store, options, NullLoggerFactory.Instance)
            .RunAsync([.. recordings.Select(ImportRecording.Of)], markets, span ?? new(1, long.MaxValue), CancellationToken.None);
    }

    /// <summary>Every object of a replica: its key and its rows.</summary>
    public IReadOnlyDictionary<string, string> Objects(string replica = "a")
    {
        var root = Path.Combine(Root, replica);
        return Directory.EnumerateFiles(root, "*.json.gz", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(root, file).Replace('\\', '/'),
            file =>
            {
                using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
                return reader.ReadToEnd();
            },
            StringComparer.Ordinal);
    }

    /// <summary>The segments of a replica with their names.</summary>
    public IReadOnlyList<(SegmentKey Name, string Key, string Rows)> Segments(string replica = "a") =>
    [
        .. from stored in Objects(replica)
           where SegmentKey.TryParse("", stored.Key, out _)
           select (SegmentKey.TryParse("", stored.Key, out var name) ? name : throw new InvalidOperationException(), stored.Key, stored.Value),
    ];

    /// <summary>The rows of a dataset that is one object per book or a journal.</summary>
    public IEnumerable<string> Rows(Dataset dataset, string replica = "a") =>
        Objects(replica).Where(stored => stored.Key.StartsWith(dataset.Name() + "/", StringComparison.Ordinal))
            .SelectMany(stored => stored.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        chunks.Dispose();
    }
}

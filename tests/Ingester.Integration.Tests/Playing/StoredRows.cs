using System.IO.Compression;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Simulator.Playing;
using Ingester.Storage.Stores;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>Compares what a store has of a recording with the rows that were sent.</summary>
internal static class StoredRows
{
    /// <summary>Differences between the merged streams and the frames sent; empty when every row is there once, in order.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="folder">The directory of the store; its books are those of the replica <c>a</c>.</param>
    /// <param name="rows">The rows that were sent, by stream.</param>
    public static async Task<IReadOnlyList<string>> CompareAsync(PlayableRecording recording, string folder, IReadOnlyDictionary<(Dataset Dataset, string Symbol), List<string>> rows)
    {
        var faults = new List<string>();
        var store = new DirectoryStore(folder, TimeProvider.System);
        using var archive = new MarketArchive(store, "");
        var profile = recording.Exchange.Profile;
        var markets = recording.Subscriptions.Select(subscription => subscription.Market).DistinctBy(market => market.Symbol).ToDictionary(market => market.Symbol, market => market.Name, StringComparer.Ordinal);
        var (from, to) = (Micros.ToDateTime(recording.FirstMicros).AddDays(-1), Micros.ToDateTime(recording.LastMicros).AddDays(1));
        foreach (var ((dataset, symbol), expected) in rows.Where(stream => stream.Key.Dataset != Dataset.AggTrades))
        {
            var hasTime = profile.Find(dataset)!.HasExchangeTime && !expected.Any(row => row.Contains(PlayedRows.NoTime, StringComparison.Ordinal));
            var stream = new StreamId(dataset, profile.Name, markets[symbol]);
            var merged = new List<string>();
            if (dataset == Dataset.Snapshots)
                merged.AddRange(await ReadBooksAsync(Path.Combine(folder, dataset.Name(), $"exchange={profile.Name}", $"pair={stream.Market}"), hasTime));
            else
                await foreach (var row in archive.ReadEventsAsync(stream, new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero), variants: false))
                    if (row.Kind == MarketEventKind.Row)
                        merged.Add(PlayedRows.Comparable(row.Row, hasTime));
            var wanted = expected.Select(row => PlayedRows.Comparable(Encoding.UTF8.GetBytes(row), hasTime)).ToList();
            var same = merged.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
            if (same < Math.Max(merged.Count, wanted.Count))
                faults.Add($"{stream}: {merged.Count} rows instead of {wanted.Count}; row {same} is {Text(merged, same)} instead of {Text(wanted, same)}");
        }

        return faults;
    }

    private static async Task<List<string>> ReadBooksAsync(string folder, bool hasTime)
    {
        var rows = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*_a.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var plain = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var row = new MemoryStream();
            await plain.CopyToAsync(row);
            rows.Add(PlayedRows.Comparable(row.ToArray(), hasTime));
        }

        return rows;
    }

    private static string Text(List<string> rows, int index) => index < rows.Count ? rows[index] : "nothing";
}

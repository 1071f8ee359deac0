using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Deriving;

/// <summary>Derives from a store in memory.</summary>
internal static class DeriveRig
{
    public static DeriveOptions Options { get; } = new() { Exchanges = ["binance"], BarMinutes = [1, 5, 60] };

    public static async Task<DeriveReport> DeriveAsync(IReplaceableStore store, long from, long to, DeriveOptions? options = null, params DerivedDataset[] datasets)
    {
        var report = new DeriveReport();
        options ??= Options;
        if (datasets.Length > 0)
            options = options with { Datasets = datasets };
        foreach (var exchange in options.Exchanges)
        {
            await using var deriver = new ExchangeDeriver(new ArchiveReader(store, ""), new DerivedStore(store, "", TimeProvider.System), exchange, options);
            var period = new Period(Window.Containing(from, 1).StartMicros, Window.Containing(to, 1).EndMicros);
            await deriver.DeriveAsync(period, report, CancellationToken.None);
            await deriver.CompactAsync(period, report, CancellationToken.None);
        }

        return report;
    }

    public static List<string> Keys(MemoryStore store, string extension = ".json.gz") =>
        [.. store.Keys.Where(key => key.StartsWith("derived/", StringComparison.Ordinal) && key.EndsWith(extension, StringComparison.Ordinal))];
}

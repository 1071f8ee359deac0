using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading;

/// <summary>Reads what tests stored.</summary>
internal static class Archives
{
    public static DateTimeOffset Begin { get; } = Micros.ToDateTime(Replica.T0);

    /// <summary>Everything of a stream within a day.</summary>
    public static async Task<List<MarketEvent>> ReadAsync(IObjectStore store, StreamId? stream = null, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var archive = new MarketArchive(store, "");
        var events = new List<MarketEvent>();
        await foreach (var found in archive.ReadEventsAsync(stream ?? SegmentSample.Trades, from ?? Begin, to ?? Begin.AddDays(1)))
            events.Add(found);
        return events;
    }

    public static string Text(this MarketEvent found) => Encoding.UTF8.GetString(found.Row.Span);

    public static IEnumerable<MarketEvent> Of(this IEnumerable<MarketEvent> events, MarketEventKind kind) => events.Where(found => found.Kind == kind);
}

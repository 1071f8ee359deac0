using Ingester.Core.Telemetry;

namespace Ingester.Checking;

/// <summary>What happened to the books.</summary>
internal sealed record BookFacts
{
    /// <summary>Snapshots that were stored.</summary>
    public int Stored { get; private init; }

    /// <summary>Requests of snapshots over REST by outcome; empty when snapshots are in band.</summary>
    public IReadOnlyDictionary<string, long> Fetched { get; private init; } = new Dictionary<string, long>();

    /// <summary>Books that failed a check, by kind: checksum, crossed, unreadable.</summary>
    public IReadOnlyDictionary<string, long> Invalid { get; private init; } = new Dictionary<string, long>();

    /// <summary>Collects the facts.</summary>
    public static BookFacts Of(StoredResults stored, IngesterMeter meter) => new()
    {
        Stored = stored.Snapshots,
        Fetched = meter.SnapshotsFetched.ByLastTag,
        Invalid = meter.BooksInvalid.ByLastTag,
    };
}

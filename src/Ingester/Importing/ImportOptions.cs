using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;

namespace Ingester.Importing;

/// <summary>Options of an import that are not arguments of the command line.</summary>
internal sealed record ImportOptions
{
    /// <summary>The identity of the writing replica.</summary>
    public required ReplicaIdentity Identity { get; init; }

    /// <summary>Windows and segments: the recorder's settings, so that an import writes the same keys.</summary>
    public SegmentOptions Segments { get; init; } = new();

    /// <summary>Whether the recorded receive times are written (dataset <c>arrivals</c>), if all recordings have them. Default: true.</summary>
    public bool RecordsArrivals { get; init; } = true;

    /// <summary>Uploads. An import waits for the store and never uses a spool.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>True for the markets of a raw recording whose verified book is checked, as in the recorder. Default: all.</summary>
    public Func<Market, bool> HasVerifiedBook { get; init; } = static _ => true;

    /// <summary>The name of the store in messages.</summary>
    public string StoreName { get; init; } = "the store";

    /// <summary>Maximum name lengths in the store; null for no limit.</summary>
    public StoreLimits? Limits { get; init; }

    /// <summary>Receives messages while the import runs. Default: none.</summary>
    public Action<string> WriteMessage { get; init; } = static _ => { };
}

using Ingester.Core.Keys;
using Ingester.Core.Segments;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;

namespace Ingester.Importing;

/// <summary>How an import cuts and stores, beside what the command line names.</summary>
internal sealed record ImportOptions
{
    /// <summary>Who writes.</summary>
    public required StorageIdentity Identity { get; init; }

    /// <summary>How streams are cut: the recorder's settings, so that an import writes the same keys.</summary>
    public SegmentOptions Segments { get; init; } = new();

    /// <summary>How segments get to the store. An import waits for the store and never uses a spool.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The store in words, as sentences name it.</summary>
    public string StoreName { get; init; } = "the store";

    /// <summary>How long names may be in the store; null for any length.</summary>
    public StoreLimits? Limits { get; init; }

    /// <summary>Where sentences go that someone should read while the import runs; nowhere by default.</summary>
    public Action<string> Say { get; init; } = static _ => { };
}

using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>An object to be stored, with its rows in memory or in the spool.</summary>
internal sealed record ObjectDraft
{
    /// <summary>Segment, snapshot or journal.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The dataset, the first part of the key.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The prefix of the key.</summary>
    public required string Prefix { get; init; }

    /// <summary>Hash and number of the rows, version of the row format, and grade.</summary>
    public required ObjectMetadata Metadata { get; init; }

    /// <summary>Decides whether different rows under the same key are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>
    /// True if another replica has probably stored the object. A HEAD request costs a twelfth of a PUT request, so it is sent first.
    /// </summary>
    public required bool IsProbablyStored { get; init; }

    /// <summary>Creates the gzipped rows, which the caller disposes.</summary>
    public required Func<RowBuffer> CreateBody { get; init; }
}

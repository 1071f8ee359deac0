using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>What an object is: a part of a stream, one book, or a part of what a replica says about itself.</summary>
internal enum ObjectKind
{
    /// <summary>A segment; two replicas may have the same.</summary>
    Segment,

    /// <summary>A whole book.</summary>
    Book,

    /// <summary>A part of a journal: it goes first, because it is small and says what is missing.</summary>
    Journal,
}

/// <summary>An object as the store is to have it, whether its rows are in memory or in the spool.</summary>
internal sealed record ObjectDraft
{
    /// <summary>Segment, book or journal.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The dataset that its key begins with.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Key { get; init; }

    /// <summary>What the key begins with.</summary>
    public required string Prefix { get; init; }

    /// <summary>The hash of its rows, their number and the version of their format.</summary>
    public required ObjectMetadata Metadata { get; init; }

    /// <summary>Whether other bytes under its name are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>True when another replica has probably stored it: asking costs a twelfth of writing.</summary>
    public required bool AskFirst { get; init; }

    /// <summary>Gives the gzipped rows, which the caller disposes.</summary>
    public required Func<RowBuffer> Body { get; init; }
}

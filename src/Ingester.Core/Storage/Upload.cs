using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>One object whose rows are in memory, on its way to the store: a segment, a book or a part of a journal.</summary>
internal sealed class Upload
{
    private string? sha256;

    /// <summary>Segment, book or journal.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The dataset that its key begins with.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The rows; whoever ends the upload disposes them.</summary>
    public required RowBuffer Rows { get; init; }

    /// <summary>Rows that come before them and are packed already; null for none.</summary>
    public PackedRows? Packed { get; init; }

    /// <summary>How many rows it holds.</summary>
    public required int Count { get; init; }

    /// <summary>Whether other bytes under its name are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>How many replicas write this stream before this one.</summary>
    public int Rank { get; init; }

    /// <summary>Its key, from the hash of its rows.</summary>
    public required Func<string, string> Key { get; init; }

    /// <summary>What coverage says of it: told once when the store has it.</summary>
    public CoverageLine? Coverage { get; init; }

    /// <summary>Called once, by any thread, when its rows are no longer in memory because they are stored or spooled.</summary>
    public Action? LeftMemory { get; init; }

    /// <summary>How many bytes it counts for while it waits.</summary>
    public required long Size { get; init; }

    /// <summary>How often it failed.</summary>
    public Attempts Attempts { get; } = new();

    /// <summary>The hash of its rows.</summary>
    public string Sha256 => sha256 ??= Packed?.Hash(Rows) ?? Compression.Hash(Rows);

    /// <summary>When it was added, a timestamp of the clock; set by the backlog.</summary>
    public long AddedAt { get; set; }

    /// <summary>When it was added, microseconds UTC of the clock; set by the backlog.</summary>
    public long AddedMicros { get; set; }

    /// <summary>Its place in the order of adding; set by the backlog.</summary>
    public LinkedListNode<Upload>? Place { get; set; }

    /// <summary>It as the store is to have it.</summary>
    public ObjectDraft Draft(StorageContext context) => new()
    {
        Kind = Kind,
        Dataset = Dataset,
        Exchange = Exchange,
        Key = Key(Sha256),
        Prefix = context.Identity.Prefix,
        Metadata = new(Sha256, Count, ObjectMetadata.FormatVersion),
        Identity = Identity,
        AskFirst = Rank > 0,
        Body = () => Packed?.Body(Rows) ?? context.Codec.Pack(Rows),
    };

    /// <summary>Its rows are needed no more.</summary>
    public void Drop()
    {
        Rows.Dispose();
        Packed?.Dispose();
    }
}

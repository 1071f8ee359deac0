using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>One object on its way to the store: a segment, a book or a part of a journal.</summary>
internal sealed class Upload
{
    /// <summary>The dataset that its key begins with.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>True for a segment; books and journals are counted apart.</summary>
    public required bool IsSegment { get; init; }

    /// <summary>True for a journal: it goes first, because it is small and says what is missing.</summary>
    public bool IsJournal { get; init; }

    /// <summary>The rows; whoever ends the upload disposes them.</summary>
    public required RowBuffer Rows { get; init; }

    /// <summary>How many rows it holds.</summary>
    public required int Count { get; init; }

    /// <summary>Whether other bytes under its name are a variant or a divergence.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>How many replicas write this stream before this one.</summary>
    public int Rank { get; init; }

    /// <summary>Its key, from the hash of its rows.</summary>
    public required Func<string, string> Key { get; init; }

    /// <summary>Called once, by any thread, with the hash of the rows after the store has them.</summary>
    public required Action<string> Answered { get; init; }

    /// <summary>How many bytes it counts for while it waits.</summary>
    public required long Size { get; init; }

    /// <summary>When it was added, a timestamp of the clock; set by the backlog.</summary>
    public long AddedAt { get; set; }

    /// <summary>Its place in the order of adding; set by the backlog.</summary>
    public LinkedListNode<Upload>? Place { get; set; }
}

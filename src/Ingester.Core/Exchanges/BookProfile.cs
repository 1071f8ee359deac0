using Ingester.Core.Books;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>Which change of a book is the first that is applied to a whole book that was fetched beside the stream.</summary>
internal enum SnapshotAttach : byte
{
    /// <summary>The first that reaches beyond the whole book, and begins within it.</summary>
    Beyond,

    /// <summary>The first that reaches at least as far as the whole book, and begins before its end: applied once more, it does no harm.</summary>
    Reaching,
}

/// <summary>What the exchange's books are worth to one who keeps them.</summary>
internal sealed record BookProfile
{
    /// <summary>How a whole book is joined to changes that carry a sequence.</summary>
    public SnapshotAttach Attach { get; init; }

    /// <summary>
    /// The depths in levels that the exchange keeps a client's book to: beyond them it tells of no removal, so that the client must cut. Empty
    /// where it tells of every level.
    /// </summary>
    public IReadOnlyList<int> KeptDepths { get; init; } = [];

    /// <summary>The checksum that the exchange sends with its changes; null where it sends none.</summary>
    public BookChecksum? Checksum { get; init; }

    /// <summary>How whole books are fetched over REST; null where they come in band.</summary>
    public BookSource? Source { get; init; }

    /// <summary>
    /// How long a connection lives where whole books come only at its beginning: its successor brings new ones, so that no book at any time has to be rebuilt
    /// from more than that. Null where books are fetched.
    /// </summary>
    public TimeSpan? RenewedAfter => Source is null ? TimeSpan.FromHours(6) : null;

    /// <summary>True when a change is applied to a book that holds the sequence up to <paramref name="upTo"/>, by the exchange's own rule.</summary>
    public bool Applies(SequenceRange change, long upTo) => change.UpTo > Cursor(upTo);

    /// <summary>Changes up to this id are not applied to a book that holds the sequence up to <paramref name="upTo"/>.</summary>
    public long Cursor(long upTo) => Attach == SnapshotAttach.Beyond ? upTo : upTo - 1;

    /// <summary>True when nothing is missing between a whole book and the first change that <see cref="Applies"/> to it.</summary>
    public static bool Joins(SequenceRange change, long upTo) => change.After <= upTo;

    /// <summary>
    /// The depth that a whole book of so many levels per side is kept to: one of <see cref="KeptDepths"/> where both sides end exactly there, else
    /// the deepest; null where the exchange tells of every level.
    /// </summary>
    public int? DepthOf(int bids, int asks) =>
        KeptDepths.Count == 0 ? null : bids == asks && KeptDepths.Contains(bids) ? bids : KeptDepths.Max();
}

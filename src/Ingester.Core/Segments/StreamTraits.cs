using Ingester.Core.Proof;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Properties of a stream's sequence and messages.</summary>
/// <param name="Sequence">The kind of sequence, which determines whether gaps or duplicates can be detected.</param>
/// <param name="Identity">Whether two connections receive the same messages.</param>
internal readonly record struct StreamTraits(SequenceKind Sequence, StreamIdentity Identity)
{
    /// <summary>False when events have no exchange time: then no window of the stream is ever whole. Default true.</summary>
    public bool HasExchangeTime { get; init; } = true;

    /// <summary>True when the stream consists of complete books, which are stored as objects of their own: it has neither segments nor windows. Default false.</summary>
    public bool IsSnapshots { get; init; }

    /// <summary>The grade that the exchange's checksum proves while it is verified; null when it sends none.</summary>
    public ProofGrade? Checksum { get; init; }
}

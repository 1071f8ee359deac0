namespace Ingester.Core.Handovers;

/// <summary>State of the alignment of two connections of a stream without a sequence.</summary>
internal enum AlignmentState : byte
{
    /// <summary>The position of the successor's rows is not proven yet: they are held.</summary>
    Pending,

    /// <summary>
    /// The position is proven. Each row is recorded from the connection that delivers it first; the copy of the other connection is dropped.
    /// </summary>
    Aligned,

    /// <summary>The position cannot be proven any more: the successor's rows are held until the predecessor ends.</summary>
    Failed,
}

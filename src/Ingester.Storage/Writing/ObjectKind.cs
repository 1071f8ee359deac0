namespace Ingester.Storage.Writing;

/// <summary>The kind of an object: a part of a stream, a snapshot, or a part of a journal.</summary>
internal enum ObjectKind
{
    /// <summary>A segment; another replica may store the same one.</summary>
    Segment,

    /// <summary>A snapshot. The name is written to spool files.</summary>
    Book,

    /// <summary>A part of a journal. It is uploaded first, because it is small and records gaps.</summary>
    Journal,
}

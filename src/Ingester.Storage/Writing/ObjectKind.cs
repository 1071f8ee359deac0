namespace Ingester.Storage.Writing;

/// <summary>The kind of an object: a part of a stream, a snapshot, a part of a journal, or a part of raw capture.</summary>
internal enum ObjectKind
{
    /// <summary>A segment; another replica may store the same one.</summary>
    Segment,

    /// <summary>A snapshot. The name is written to spool files.</summary>
    Book,

    /// <summary>A part of a journal. It is uploaded first, because it is small and records gaps.</summary>
    Journal,

    /// <summary>A part of raw capture. It is uploaded last, one at a time, and uses only a part of the spool, so that recorded events have the rest.</summary>
    Raw,
}

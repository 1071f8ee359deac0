using Ingester.Publishing.Files;

namespace Ingester.Publishing.Export;

/// <summary>What was written to local files for one stream and day.</summary>
internal sealed record ExportedStream
{
    /// <summary>The files, each with its data type.</summary>
    public required IReadOnlyList<(string DataType, FileContent Content)> Files { get; init; }

    /// <summary>The objects that were read.</summary>
    public required InputList Inputs { get; init; }

    /// <summary>The marks.</summary>
    public required MarkCounts Marks { get; init; }

    /// <summary>Number of events.</summary>
    public required long Events { get; init; }

    /// <summary>The first event.</summary>
    public ExportedEvent? First { get; init; }

    /// <summary>The last event.</summary>
    public ExportedEvent? Last { get; init; }

    /// <summary>Number of events by the source of their local times.</summary>
    public required IReadOnlyDictionary<string, long> LocalTimestamps { get; init; }

    /// <summary>Number of values that are kept as text.</summary>
    public long TextNumbers { get; init; }

    /// <summary>Further sentences for readers of the files.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Microseconds in which the book is known, and in which it is also proven; null for streams without a book.</summary>
    public (long Known, long Proven, long? From)? Book { get; init; }
}

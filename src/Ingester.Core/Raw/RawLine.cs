namespace Ingester.Core.Raw;

/// <summary>A line of a raw file, without its time.</summary>
internal readonly ref struct RawLine
{
    /// <summary>The columns between time and content, with the tabs before and after them.</summary>
    public required ReadOnlySpan<byte> Columns { get; init; }

    /// <summary>The content, without tab and line break unless it is encoded.</summary>
    public required ReadOnlySpan<byte> Content { get; init; }

    /// <summary>True to encode the content as base64.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>True for a line about messages, which has a reserve of memory; false for a message.</summary>
    public bool IsNote { get; init; }
}

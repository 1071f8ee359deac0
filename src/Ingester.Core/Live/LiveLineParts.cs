namespace Ingester.Core.Live;

/// <summary>The parts of a line that is copied into a batch.</summary>
/// <param name="start">The beginning: the stream, and the name of the field that follows.</param>
/// <param name="middle">The row, or the fields of a mark.</param>
/// <param name="content">What a client misses that does not receive the line.</param>
internal readonly ref struct LiveLineParts(ReadOnlySpan<byte> start, ReadOnlySpan<byte> middle, LiveLoss content)
{
    private readonly ReadOnlySpan<byte> start = start;
    private readonly ReadOnlySpan<byte> middle = middle;

    /// <summary>What a client misses that does not receive the line.</summary>
    public LiveLoss Content { get; } = content;

    /// <summary>Length of the line in bytes, with the line feed.</summary>
    public int Length => start.Length + middle.Length + LineEnd.Length;

    private static ReadOnlySpan<byte> LineEnd => "}\n"u8;

    /// <summary>Copies the line.</summary>
    public void CopyTo(Span<byte> target)
    {
        start.CopyTo(target);
        middle.CopyTo(target[start.Length..]);
        LineEnd.CopyTo(target[(start.Length + middle.Length)..]);
    }
}

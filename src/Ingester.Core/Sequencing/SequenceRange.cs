namespace Ingester.Core.Sequencing;

/// <summary>
/// The half-open interval <c>(After, UpTo]</c> of ids that an event covers in an exchange's sequence. Every numbering scheme is reduced to it. Two
/// events are contiguous when <c>next.After == last.UpTo</c>.
/// </summary>
/// <param name="After">The last id before the event.</param>
/// <param name="UpTo">The last id that the event covers; never below <paramref name="After"/>.</param>
public readonly record struct SequenceRange(long After, long UpTo)
{
    /// <summary>Number of ids in the range; it is a number of messages only when ids increase by one.</summary>
    public long Length => UpTo - After;

    /// <summary>The range of a single id, when ids increase by one.</summary>
    public static SequenceRange One(long id) => new(id - 1, id);

    /// <summary>The range of the ids from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public static SequenceRange Between(long first, long last) => new(first - 1, last);

    /// <inheritdoc/>
    public override string ToString() => $"({After}, {UpTo}]";
}

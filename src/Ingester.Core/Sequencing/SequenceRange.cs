namespace Ingester.Core.Sequencing;

/// <summary>
/// The half-open interval <c>(After, UpTo]</c> of an exchange's sequence that an event covers. Every numbering scheme reduces
/// to it, and two events are contiguous when <c>next.After == last.UpTo</c>.
/// </summary>
/// <param name="After">The last id before the event.</param>
/// <param name="UpTo">The last id that the event covers; never below <paramref name="After"/>.</param>
public readonly record struct SequenceRange(long After, long UpTo)
{
    /// <summary>How many ids the range covers; a count of messages only where ids count by one.</summary>
    public long Length => UpTo - After;

    /// <summary>An event that covers one id, where ids count by one.</summary>
    public static SequenceRange One(long id) => new(id - 1, id);

    /// <summary>An event that covers the ids from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public static SequenceRange Between(long first, long last) => new(first - 1, last);

    /// <inheritdoc/>
    public override string ToString() => $"({After}, {UpTo}]";
}

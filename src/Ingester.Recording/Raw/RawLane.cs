using System.Collections.Immutable;
using Ingester.Core.Exchanges;

namespace Ingester.Recording.Raw;

/// <summary>Raw capture of one planned connection: which streams its lane has, so that an import can use the same lanes.</summary>
internal sealed class RawLane(RawCapture capture)
{
    private volatile ImmutableHashSet<Subscription> streams = [];
    private volatile bool wasOpened;

    /// <summary>The number of the lane, unique in the process.</summary>
    public long Number { get; } = capture.NextNumber();

    /// <summary>The streams of the lane.</summary>
    public IReadOnlyCollection<Subscription> Streams => streams;

    /// <summary>A connection of the lane was opened.</summary>
    public RawConnection Open(Uri address)
    {
        wasOpened = true;
        return new(capture, this, address);
    }

    /// <summary>The streams of the lane are changed. Calls must not overlap.</summary>
    /// <param name="add">The streams that are added.</param>
    /// <param name="remove">The streams that are removed.</param>
    public void Update(IReadOnlyList<Subscription> add, IReadOnlyList<Subscription> remove)
    {
        streams = streams.Except(remove).Union(add);
        if (!wasOpened)
            return; // the first connection lists all streams
        capture.OnLaneChanged();
        capture.AppendNote(new() { Lane = Number, Added = add, Removed = remove });
    }

    /// <summary>The lane has ended: its streams are stored, and another lane may continue them.</summary>
    public void End() => capture.AppendNote(new() { Lane = Number, Ended = true });
}

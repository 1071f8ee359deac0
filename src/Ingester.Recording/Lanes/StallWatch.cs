using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Lanes;

/// <summary>What is to be done about a silent stream.</summary>
internal enum StallStep : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has just been found: it is reported and asked for anew.</summary>
    Found,

    /// <summary>It was asked for anew and is still silent: it is asked for once more.</summary>
    Again,
}

/// <summary>
/// Finds streams that are silent for longer than they ever are, although their connection lives, which a sibling or a heartbeat shows. What is found
/// is asked for anew, a few times and ever more rarely: perhaps its market just sleeps.
/// </summary>
/// <param name="rule">What counts as too long.</param>
internal sealed class StallWatch(StallRule rule)
{
    private const int MostAsks = 3;

    /// <summary>A connection that brought nothing at all for this long proves nothing about one stream.</summary>
    private static readonly long Lively = Micros.From(TimeSpan.FromSeconds(10));

    private readonly Dictionary<StreamRecorder, int> asked = [];

    /// <summary>How many streams are stalled.</summary>
    public int Count => asked.Count;

    /// <summary>Looks at one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="now">The local clock, microseconds.</param>
    /// <param name="alive">When the connection that carries it last brought an event or a heartbeat.</param>
    /// <param name="haltedAt">When its market was last halted, microseconds: the silence of a halt says nothing.</param>
    public StallStep Look(StreamRecorder stream, long now, long alive, long haltedAt = 0)
    {
        if (stream.Pulse.Patience(rule) is not { } patience || Math.Min(Silence(stream, now), now - haltedAt) is var silence && silence <= patience)
        {
            Forget(stream);
            return StallStep.None;
        }

        if (now - alive > Lively)
            return StallStep.None;
        if (!asked.TryGetValue(stream, out var asks))
        {
            asked.Add(stream, 1);
            return StallStep.Found;
        }

        if (asks >= MostAsks || silence <= patience * (1 << asks))
            return StallStep.None;
        asked[stream]++;
        return StallStep.Again;
    }

    /// <summary>Nobody wants the stream any more.</summary>
    public void Forget(StreamRecorder stream) => asked.Remove(stream);

    /// <summary>How long a stream has been silent while it was carried; negative while it is not.</summary>
    public static long Silence(StreamRecorder stream, long now) => now - Math.Max(stream.Pulse.Last, stream.CarriedSince);
}

using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>What replicas said about one stream: its coverage lines, and from when until when it was to be recorded.</summary>
internal sealed class StreamFacts(StreamId stream)
{
    private readonly List<CoverageRecord> lines = [];
    private readonly HashSet<long> quiet = [];
    private readonly List<(long From, long To)> wanted = [];

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>The lines about segments and about windows in which nothing came, in the order in which they were written.</summary>
    public IReadOnlyList<CoverageRecord> Lines => lines;

    /// <summary>The spans of time in which it was to be recorded; the last one has no end unless nobody wants the stream any more.</summary>
    public IReadOnlyList<(long From, long To)> Wanted => wanted;

    /// <summary>The stream was wanted before the period began.</summary>
    public void WantFrom(long micros)
    {
        if (wanted.Count == 0)
            wanted.Add((micros, long.MaxValue));
    }

    /// <summary>Takes a line, in the order in which lines were written.</summary>
    public void Add(in CoverageRecord line)
    {
        if (line.State == CoverageState.Delisted)
        {
            if (wanted.Count > 0 && line.Window.StartMicros < wanted[^1].To)
                wanted[^1] = (wanted[^1].From, line.Window.StartMicros);
            return;
        }

        if (wanted.Count == 0)
            wanted.Add((line.Window.StartMicros, long.MaxValue));
        else if (line.Window.StartMicros > wanted[^1].To && line.Rows > 0)
            wanted.Add((line.Window.StartMicros, long.MaxValue)); // listed again
        else if (wanted.Count == 1 && line.Window.StartMicros < wanted[0].From)
            wanted[0] = (line.Window.StartMicros, wanted[0].To);
        if (line.State == CoverageState.Quiet)
            quiet.Add(line.Window.StartMicros);
        lines.Add(line);
    }

    /// <summary>True when a replica was subscribed and alive all through the window, and nothing came.</summary>
    public bool SaysQuiet(long start) => quiet.Contains(start);

    /// <summary>True when it was to be recorded at that time.</summary>
    public bool IsWanted(long micros)
    {
        foreach (var (from, to) in wanted)
            if (micros >= from && micros < to)
                return true;
        return false;
    }
}

using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Proofs;

/// <summary>What replicas said about one stream: its coverage lines, and from when until when it was to be recorded.</summary>
internal sealed class StreamFacts(StreamId stream)
{
    private readonly List<CoverageRecord> lines = [];
    private readonly List<(long From, long To)> wanted = []; // the last one has no end unless nobody wants the stream any more

    /// <summary>The stream.</summary>
    public StreamId Stream => stream;

    /// <summary>The lines about segments and about windows in which nothing came, in the order in which they were written.</summary>
    public IReadOnlyList<CoverageRecord> Lines => lines;

    /// <summary>True when it was to be recorded at any time that is known.</summary>
    public bool EverWanted => wanted.Exists(span => span.To > span.From);

    /// <summary>The start of the first window that any line speaks of; none while there is no line.</summary>
    public long FirstSpoken { get; private set; } = long.MaxValue;

    /// <summary>The stream was wanted before the period began.</summary>
    public void WantFrom(long micros)
    {
        Mention(micros);
        wanted.Add((micros, long.MaxValue));
    }

    /// <summary>A line spoke of it, whatever it said.</summary>
    public void Mention(long micros) => FirstSpoken = Math.Min(FirstSpoken, micros);

    /// <summary>Takes a line of the period, in the order in which lines were written.</summary>
    public void Add(in CoverageRecord line)
    {
        Hear(line);
        if (line.State != CoverageState.Delisted)
            lines.Add(line);
    }

    /// <summary>Takes of a line only whether the stream was wanted. Who hears of a delisting first ends the stream, though another still says what was before.</summary>
    public void Hear(in CoverageRecord line)
    {
        var start = line.Window.StartMicros;
        Mention(start);
        if (line.State == CoverageState.Delisted)
        {
            if (wanted.Count == 0)
                wanted.Add((start, start));
            else if (start < wanted[^1].To)
                wanted[^1] = (Math.Min(wanted[^1].From, start), start);
        }
        else if (wanted.Count == 0 || (start > wanted[^1].To && line.Rows > 0))
        {
            wanted.Add((start, long.MaxValue)); // for the first time, or listed again
        }
        else if (wanted.Count == 1 && start < wanted[0].From)
        {
            wanted[0] = (start, wanted[0].To);
        }
    }

    /// <summary>Something of a window is stored: after the stream's end it was listed again, also where no line says so.</summary>
    public void Store(long start)
    {
        if (wanted.Count > 0 && start > wanted[^1].To)
            wanted.Add((start, long.MaxValue));
    }

    /// <summary>True when it was to be recorded at that time.</summary>
    public bool IsWanted(long micros)
    {
        foreach (var (from, to) in wanted)
            if (micros >= from && micros < to)
                return true;
        return false;
    }
}

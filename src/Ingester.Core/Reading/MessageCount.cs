using System.Runtime.InteropServices;
using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>How many messages of a stream there were in a period, by what replicas said.</summary>
/// <param name="OfReplicas">What they recorded, all together.</param>
/// <param name="Merged">Of each window all of a whole segment, else the most that one replica has.</param>
internal readonly record struct MessageCount(long OfReplicas, long Merged)
{
    /// <summary>Counts; each segment once, of a held one the last word.</summary>
    public static MessageCount Of(IReadOnlyList<CoverageRecord> lines, Period period)
    {
        var segments = new Dictionary<(long Start, string Replica, long? After), (int Rows, bool Whole)>(lines.Count);
        foreach (var line in lines)
            if (line.Rows > 0 && period.Holds(line.Window.StartMicros))
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(segments, (line.Window.StartMicros, line.Replica, line.Range?.After), out _);
                known = (Math.Max(known.Rows, line.Rows), known.Whole || line.State == CoverageState.Whole);
            }

        var replicas = new Dictionary<(long Start, string Replica), long>(segments.Count);
        var windows = new Dictionary<long, (long Whole, long Most)>(segments.Count);
        foreach (var (segment, said) in segments)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(replicas, (segment.Start, segment.Replica), out _);
            sum += said.Rows;
            ref var window = ref CollectionsMarshal.GetValueRefOrAddDefault(windows, segment.Start, out _);
            window = (said.Whole ? Math.Max(window.Whole, said.Rows) : window.Whole, Math.Max(window.Most, sum));
        }

        return new(segments.Values.Sum(said => (long)said.Rows), windows.Values.Sum(window => window.Whole > 0 ? window.Whole : window.Most));
    }
}

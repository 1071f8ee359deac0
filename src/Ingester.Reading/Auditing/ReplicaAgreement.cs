using Ingester.Core.Journals;
using Ingester.Core.Time;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>How far the replicas recorded the same rows. It counts the windows for which coverage names a stored whole object.</summary>
/// <param name="Equal">Number of windows that at least two replicas recorded whole, all with the same rows.</param>
/// <param name="Different">Number of windows that at least two replicas recorded whole, not all with the same rows.</param>
/// <param name="Single">Number of windows that one replica recorded whole.</param>
public readonly record struct ReplicaAgreement(int Equal, int Different, int Single)
{
    internal static ReplicaAgreement Count(IReadOnlyList<CoverageRecord> lines, Period period)
    {
        var whole = new List<(long Start, string Replica, ulong Hash)>();
        foreach (var line in lines)
            if (line is { State: CoverageState.Whole, HashStart: not 0 } && period.Contains(line.Window.StartMicros))
                whole.Add((line.Window.StartMicros, line.Replica, line.HashStart));
        whole.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        var (equal, different, single) = (0, 0, 0);
        for (int first = 0, next; first < whole.Count; first = next)
        {
            var (shared, same) = (false, true);
            for (next = first + 1; next < whole.Count && whole[next].Start == whole[first].Start; next++)
            {
                shared |= whole[next].Replica != whole[first].Replica;
                same &= whole[next].Hash == whole[first].Hash;
            }

            single += shared ? 0 : 1;
            equal += shared && same ? 1 : 0;
            different += shared && !same ? 1 : 0;
        }

        return new(equal, different, single);
    }
}

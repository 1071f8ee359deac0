using System.Globalization;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>The hashes of the segments that replicas claim to have stored or to have found stored.</summary>
internal sealed class SegmentClaims
{
    private readonly ILookup<(Window Window, SequenceRange? Range), CoverageRecord> claims;
    private readonly ILookup<(Window Window, int Rows), CoverageRecord> pending; // without ids and without a hash

    /// <summary>Reads the claims from coverage.</summary>
    public SegmentClaims(IReadOnlyCollection<CoverageRecord> lines) =>
        (claims, pending) = (lines.Where(line => line.HashStart != 0).ToLookup(line => (line.Window, line.Range)),
            lines.Where(line => line is { HashStart: 0, HasRows: true, Range: null }).ToLookup(line => (line.Window, line.Rows)));

    /// <summary>True when no claim contradicts a hash: the hash is claimed, or there is no claim for the segment.</summary>
    public bool IsConsistent(SegmentKey name, string sha256)
    {
        if (name is { Range: null, IsWhole: false })
            return true; // its name contains the hash
        var start = ParseHashStart(sha256);
        var any = false;
        foreach (var claim in claims[(name.Window, name.Range)])
            if (name.Range is not null || claim.State == CoverageState.Whole)
            {
                if (claim.HashStart == start)
                    return true;
                any = true;
            }

        return !any;
    }

    /// <summary>True when a replica claims rows of a window with this start of the hash.</summary>
    public bool HasClaim(SegmentKey name, string hashStart) => claims[(name.Window, name.Range)].Any(claim => claim.HashStart == ParseHashStart(hashStart));

    /// <summary>The replicas that claim these rows of a window.</summary>
    public IReadOnlyCollection<string> FindReplicas(Window window, string sha256)
    {
        var start = ParseHashStart(sha256);
        return [.. claims[(window, null)].Where(claim => claim.HashStart == start).Select(claim => claim.Replica).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The replicas that sealed this number of rows of a window without ids, and do not state what was stored.</summary>
    public IEnumerable<string> FindPending(Window window, int rows) => pending[(window, rows)].Select(line => line.Replica).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// The position of these rows among the rows that replicas report for a window without ids, in the order of their lines; the last position if no
    /// replica reports them.
    /// </summary>
    public int GetOrder(Window window, string sha256)
    {
        var (order, start) = (0, ParseHashStart(sha256));
        foreach (var claim in claims[(window, null)])
        {
            if (claim.HashStart == start)
                return order;
            order++;
        }

        return int.MaxValue;
    }

    private static ulong ParseHashStart(string sha256) => ulong.Parse(sha256.AsSpan(0, ObjectKey.HashDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

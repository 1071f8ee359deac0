using Ingester.Core.Time;

namespace Ingester.Paper.Feeds;

/// <summary>The mark of a row about its time.</summary>
internal static class RowTime
{
    /// <summary>False for a row whose exchange time contradicts all others: one far ahead would move the time of a run forward for good.</summary>
    public static bool IsPlausible(ReadOnlySpan<byte> row) => row.IsEmpty || !row[..^1].EndsWith(TimeMark.Implausible.Field());
}

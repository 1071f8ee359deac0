using Ingester.Core.Books;

namespace Ingester.Dashboard.Markets.Books;

/// <summary>One side of a ladder.</summary>
/// <param name="Rows">The best levels, best first.</param>
/// <param name="Count">Number of levels in total.</param>
/// <param name="Horizon">The price to which every level is known; null if all are known.</param>
public sealed record LadderSide(IReadOnlyList<LadderRow> Rows, int Count, string? Horizon)
{
    /// <summary>A side without levels.</summary>
    public static LadderSide Empty { get; } = new([], 0, null);

    /// <summary>Creates a side.</summary>
    /// <param name="levels">The levels, best first.</param>
    /// <param name="count">Number of levels.</param>
    /// <param name="horizon">The price to which every level is known; null if all are known.</param>
    /// <param name="isBid">True for bids: lower prices are farther from the best one.</param>
    /// <param name="maxRows">Maximum number of rows.</param>
    public static LadderSide Create(IEnumerable<BookLevel> levels, int count, ExactDecimal? horizon, bool isBid, int maxRows)
    {
        var rows = new List<LadderRow>(Math.Min(count, maxRows));
        var total = default(ExactDecimal);
        foreach (var level in levels.Take(maxRows))
        {
            total += level.Size;
            rows.Add(new(level.Price.ToString(), level.Size.ToString(), total.ToString(), horizon is { } worst && (isBid ? level.Price < worst : level.Price > worst)));
        }

        return new(rows, count, horizon?.ToString());
    }
}

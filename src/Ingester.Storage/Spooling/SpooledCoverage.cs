using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Proof;

namespace Ingester.Storage.Spooling;

/// <summary>The data for the coverage line of a segment whose process has ended. Property names are JSON fields on disk.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Market">The market.</param>
/// <param name="Start">The first microsecond of the window.</param>
/// <param name="Minutes">Length of the window in minutes.</param>
/// <param name="State">Whole, fragment or held.</param>
/// <param name="After">The last id before the segment; null without ids.</param>
/// <param name="UpTo">The last id of the segment; null without ids.</param>
/// <param name="Grade">The grade of the segment; null if the coverage line has none.</param>
internal sealed record SpooledCoverage(Dataset Dataset, string Market, long Start, int Minutes, CoverageState State, long? After, long? UpTo, string? Grade = null)
{
    /// <summary>Copies the data of a coverage line.</summary>
    public static SpooledCoverage From(CoverageLine line) =>
        new(line.Stream.Dataset, line.Stream.Market, line.Window.StartMicros, line.Window.Minutes, line.State, line.Range?.After, line.Range?.UpTo,
            line.Grade?.ToString());

    /// <summary>Recreates the coverage line.</summary>
    public CoverageLine ToCoverageLine(string exchange, int rows) => new(new(Dataset, exchange, Market), new(Start, Minutes), State)
    {
        Range = After is { } after && UpTo is { } upTo ? new(after, upTo) : null,
        Rows = rows,
        Grade = ProofGrade.Parse(Grade),
    };
}

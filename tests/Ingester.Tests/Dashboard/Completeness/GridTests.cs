using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Components;
using Ingester.Reading.Auditing;
using Ingester.Tests.Reading;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>The grid has one row for each stream, and pages.</summary>
public sealed class GridTests
{
    private const int Streams = 4_000;

    [Fact]
    public void Grid_of_thousands_of_streams_has_pages()
    {
        var report = Report(index => index % 1_000 == 7 ? WindowVerdict.Missing : WindowVerdict.Complete);
        var grid = CompletenessGrid.Build([report], [], new() { Page = 80 });
        Assert.Equal((80, 80, Streams, Streams), (grid.Page, grid.Pages, grid.TotalRows, grid.TotalStreams));
        Assert.Equal(Paging.RowsPerPage, grid.Rows.Count);
        Assert.Equal("M3999-USDT", grid.Rows[^1].Stream.Market);
        Assert.Equal(80, CompletenessGrid.Build([report], [], new() { Page = 9_999 }).Page);
    }

    [Fact]
    public void Only_what_is_missing_is_shown()
    {
        var report = Report(index => index % 1_000 == 7 ? WindowVerdict.Missing : WindowVerdict.Complete);
        var grid = CompletenessGrid.Build([report], [], new() { OnlyMissing = true });
        Assert.Equal(["M0007-USDT", "M1007-USDT", "M2007-USDT", "M3007-USDT"], grid.Rows.Select(row => row.Stream.Market));
        Assert.All(grid.Rows, row => Assert.Equal(DisplayState.Missing, Assert.Single(row.Cells).State));
        Assert.Equal(4, DayStreams.Build(report, new() { OnlyMissing = true }).TotalRows);
        Assert.Equal("2025-10-25: 1 minute missing, 1,439 not expected", grid.Rows[0].Cells[0].Text);
    }

    [Fact]
    public void Stream_that_a_day_does_not_name_was_not_expected_and_an_unread_day_is_not_judged()
    {
        var (read, unread) = (Report(_ => WindowVerdict.Complete), Report(_ => WindowVerdict.Complete) with { Streams = [], Pending = 1 });
        var row = CompletenessGrid.Build([read with { Streams = [] }, read, unread], [], new()).Rows[0];
        Assert.Equal([DisplayState.NotExpected, DisplayState.Complete, null], row.Cells.Select(cell => cell.State));
    }

    [Fact]
    public void Hours_of_a_day_have_their_worst_state()
    {
        var row = DayStreams.Build(Report(_ => WindowVerdict.Partial), new()).Rows[0];
        Assert.Equal(DisplayState.Partial, row.Hours[0]);
        Assert.All(row.Hours.Skip(1), state => Assert.Equal(DisplayState.NotExpected, state));
    }

    /// <summary>A day of many streams with one window each.</summary>
    private static DayReport Report(Func<int, WindowVerdict> verdictOf)
    {
        var key = new BlockKey("binance", Replica.T0, BlockPlan.HoursPerDay);
        var audit = new AuditReport
        {
            Unreadable = [],
            Streams = [.. Enumerable.Range(0, Streams).Select(index => new StreamAudit
            {
                Stream = new(Dataset.Trades, "binance", $"M{index:0000}-USDT"),
                Windows = [new(new Window(Replica.T0, 1), verdictOf(index), true)],
                MissingRanges = [],
                ClosedGaps = [],
                ReplicaMessages = 0,
                ReplicaGaps = 0,
                Messages = 0,
                Gaps = 0,
            })],
        };
        var block = AuditBlock.From(key, key.EndMicros, audit, [], default);
        return new()
        {
            Day = AuditedDays.Day,
            Streams = [.. block.Streams.Select(part => new StreamDay(AuditedDays.Day, [(block, part)], [block]))],
            Blocks = [block],
            Pending = 0,
            Problems = [],
            IsStale = false,
            IsStoreEmpty = false,
        };
    }
}

using Ingester.Core.Sequencing;
using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Components;
using Ingester.Tests.Reading;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>The gap panel has ids, times, cause, who saw it, and a command.</summary>
public sealed class GapListTests
{
    [Fact]
    public async Task Missing_ids_name_times_cause_and_replica()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(2));
        days.Record("a", 0, 60, skip: second => second is > 650 and <= 700);
        var gap = Assert.Single(new GapList(["--store", "/data"]).Of(Assert.Single((await days.ReadAsync()).Streams)), one => one.Kind == GapKind.MissingIds);
        Assert.Equal(new SequenceRange(AuditedDays.FirstId + 650, AuditedDays.FirstId + 700), gap.Range);
        Assert.Equal((Replica.T0 + 650 * Replica.Second, Replica.T0 + 701 * Replica.Second), (gap.FromMicros, gap.ToMicros));
        Assert.Equal(["a"], gap.ReportedBy);
        Assert.NotEmpty(gap.Causes);
        Assert.Equal("50 ids are missing: (1000650, 1000700].", gap.Text);
        Assert.Equal("ingester repair --store /data --exchange binance --dataset trades --pair BTC-USDT --from 2025-10-25T00:10 --to 2025-10-25T00:12", gap.Command);
        Assert.Equal("ids-1000650", gap.Id);
    }

    [Fact]
    public async Task Minutes_without_any_report_have_an_entry_of_their_own()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(2));
        days.Record("a", 60, 120);
        var day = Assert.Single((await days.ReadAsync()).Streams);
        var gaps = new GapList(["--store", "/data"]).Of(day);
        var unproven = day.ToMinutes().Count(minute => minute is { } state && DisplayStates.IsWrong(state));
        Assert.True(unproven > 20 * 60); // the replica stopped at 02:00, and nobody said why
        Assert.All(gaps, gap => Assert.Equal(GapKind.Unproven, gap.Kind));
        Assert.Equal(unproven, gaps.Sum(gap => (gap.ToMicros + 1 - gap.FromMicros) / Replica.Minute));
        Assert.Contains(gaps, gap => gap.Text.Contains("are missing, and no replica reports a gap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Closed_gap_says_what_closed_it_and_has_no_command()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(2));
        days.Record("a", 0, 60, skip: second => second is > 650 and <= 700);
        days.Record("b", 0, 60);
        var gap = Assert.Single(new GapList(["--store", "/data"]).Of(Assert.Single((await days.ReadAsync()).Streams)), one => one.Kind == GapKind.Closed);
        Assert.Equal("a missed (1000650, 1000700]; another replica recorded them.", gap.Text);
        Assert.Null(gap.Command);
    }
}

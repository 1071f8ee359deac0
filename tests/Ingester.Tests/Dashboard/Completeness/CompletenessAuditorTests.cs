using Ingester.Core.Markets;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Stores;
using Ingester.Storage.Stores;
using Ingester.Testing;

namespace Ingester.Tests.Dashboard.Completeness;

/// <summary>Closed days are audited once, the day in progress where it can change, and faults are sentences.</summary>
public sealed class CompletenessAuditorTests
{
    private const int StreamMinutes = 24 * 60;

    [Fact]
    public async Task Closed_day_that_is_proven_is_audited_once()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(3));
        days.Record("a", -5, 24 * 60 + 30);
        var first = await days.ReadAsync();
        Assert.True(first.NothingMissing);
        Assert.Equal(StreamMinutes, Assert.Single(first.Streams).Count(DisplayState.Complete) + first.Streams[0].Count(DisplayState.Quiet));
        var requests = days.Store.Requests.Count;
        days.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Same(first, await days.ReadAsync());
        days.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Same(Assert.Single(first.Blocks), Assert.Single((await days.ReadAsync()).Blocks));
        Assert.Equal(requests, days.Store.Requests.Count);
    }

    [Fact]
    public async Task Day_in_progress_is_audited_again_only_where_it_can_change()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(14) + TimeSpan.FromMinutes(30));
        days.Record("a", -5, 14 * 60 + 29);
        var first = await days.ReadAsync();
        Assert.Equal([6, 6, 1, 1, 1], first.Blocks.Select(block => block.Key.Hours));
        Assert.Equal(14 * 60 + 25, Assert.Single(first.Streams).Count(DisplayState.Complete));
        days.Record("a", 14 * 60 + 29, 14 * 60 + 40);
        days.Clock.Advance(TimeSpan.FromMinutes(10));
        var second = await days.ReadAsync();
        Assert.Equal(first.Blocks.Take(4), second.Blocks.Take(4));
        Assert.NotSame(first.Blocks[4], second.Blocks[4]);
        Assert.Equal(14 * 60 + 35, second.Streams[0].ToMinutes().Count(minute => minute is not null));
    }

    [Fact]
    public async Task Gap_leaves_the_day_when_it_is_closed()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        days.Record("a", -5, 60, skip: second => second is > 600 and <= 660);
        var broken = await days.ReadAsync();
        Assert.False(broken.NothingMissing);
        Assert.Single(Assert.Single(broken.Streams).MissingRanges);
        days.Record("b", 5, 20);
        days.Clock.Advance(TimeSpan.FromMinutes(1));
        var repaired = await days.ReadAsync();
        Assert.Empty(Assert.Single(repaired.Streams).MissingRanges);
        Assert.Equal("replica", Assert.Single(repaired.Streams[0].ClosedGaps).ClosedBy);
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_a_sentence_and_the_last_audit_stays()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        days.Record("a", 0, 5 * 60);
        var read = await days.ReadAsync();
        days.Access.Fault = new DashboardFault("The store does not answer.");
        days.Clock.Advance(TimeSpan.FromSeconds(20));
        var stale = await days.ReadAsync();
        Assert.Equal(["The store does not answer."], stale.Problems);
        Assert.True(stale.IsStale);
        Assert.Equal(read.Streams.Count, stale.Streams.Count);
        days.Access.Fault = null;
        days.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False((await days.ReadAsync()).IsStale);
    }

    [Fact]
    public async Task Store_that_never_answered_is_a_sentence_and_waiting_for_it_ends()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        days.Access.Fault = new DashboardFault("The store does not answer.");
        var report = await days.ReadAsync();
        Assert.False(report.IsAudited);
        Assert.False(report.NothingMissing);
        Assert.Equal(["The store does not answer."], (await days.Auditor.WaitAsync(AuditedDays.Day, "", TimeSpan.FromSeconds(1), CancellationToken.None)).Problems);
    }

    [Fact]
    public async Task Empty_store_is_named_empty()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        var report = await days.ReadAsync();
        Assert.True(report.IsStoreEmpty);
        Assert.True(report.IsAudited);
    }

    [Fact]
    public async Task Exchange_that_this_version_does_not_know_is_named()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        days.Store.Forge("trades/exchange=acme/pair=BTC-USD/year=2025/month=10/day=25/0000-1m_1_2.json.gz", [1], ObjectMetadata.None);
        Assert.Equal(["The store holds recordings of exchanges that this version does not know: acme."], (await days.ReadAsync()).Problems);
    }

    [Fact]
    public async Task Journal_of_a_newer_format_is_named()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        days.Record("a", 0, 60);
        var key = days.Store.Keys.First(one => one.StartsWith("coverage/", StringComparison.Ordinal));
        days.Store.Forge(key, days.Store.Body(key), new(null, null, "999"));
        Assert.Contains((await days.ReadAsync()).Problems, sentence => sentence.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Store_receives_no_request_while_no_page_asks()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromHours(5));
        days.Record("a", 0, 5 * 60);
        await days.ReadAsync();
        days.Clock.Advance(TimeSpan.FromHours(1));
        var queries = days.Access.Queries;
        Assert.False(await days.Auditor.RunOnceAsync(CancellationToken.None));
        Assert.Equal(queries, days.Access.Queries);
    }

    [Fact]
    public async Task Service_audits_what_a_page_waits_for()
    {
        using var days = new AuditedDays(new(), TimeSpan.FromDays(2));
        days.Record("a", 0, 60);
        await days.Auditor.StartAsync(CancellationToken.None);
        var report = await days.Auditor.WaitAsync(AuditedDays.Day, "binance", TimeSpan.FromMinutes(1), CancellationToken.None).WaitAsync(ManualClock.Patience);
        Assert.True(report.IsAudited);
        Assert.Equal(new StreamId(Dataset.Trades, "binance", "BTC-USDT"), Assert.Single(report.Streams).Stream);
        await days.Auditor.StopAsync(CancellationToken.None);
    }
}

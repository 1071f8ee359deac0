using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Days;
using Ingester.Tests.Publishing.Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Days;

/// <summary>The figures of the charts are those of certificates, listings and prices.</summary>
public sealed class DaysViewTests
{
    [Fact]
    public async Task Figures_are_those_of_certificates_and_of_the_store()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        store.Clock.Advance(TimeSpan.FromDays(5));
        using var auditor = new CompletenessAuditor(store.Access, store.Clock, NullLogger<CompletenessAuditor>.Instance);
        var query = new DaysQuery { To = CertifiedDays.Second, ReadsStorage = true };
        var before = await ReadAsync(store, auditor, query);
        Assert.Equal(28, before.Figures.Count);
        Assert.False(before.IsSettled(query));
        while (await auditor.RunOnceAsync(CancellationToken.None))
        {
            // Everything that is due.
        }

        var view = await ReadAsync(store, auditor, query);
        Assert.True(view.IsSettled(query));
        var day = view.Figures.Single(one => one.Day == CertifiedDays.First);
        Assert.Equal(90, day.Events); // three trades a minute of half an hour
        Assert.Equal(Assert.Single(view.Certificates.Rows).Gaps.PerMillionAfter, day.GapsAfter);
        var stored = store.Days.Store.Keys.Where(key => key.Contains("year=2025/month=10/day=26", StringComparison.Ordinal) && !key.StartsWith("export/", StringComparison.Ordinal)).ToList();
        Assert.Equal(stored.Count, day.Objects);
        Assert.Equal(stored.Sum(key => (long)store.Days.Store.Body(key).Length), day.Bytes);
        Assert.Equal(stored.Count * 5 / 1e6, day.RequestDollars!.Value, 1e-9); // one replica looks up nothing
        Assert.Null(view.Figures[0].Events);
    }

    [Fact]
    public async Task Storage_is_read_only_when_a_reader_asks()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        store.Clock.Advance(TimeSpan.FromDays(5));
        using var auditor = new CompletenessAuditor(store.Access, store.Clock, NullLogger<CompletenessAuditor>.Instance);
        var view = await ReadAsync(store, auditor, new() { To = CertifiedDays.Second });
        Assert.False(await auditor.RunOnceAsync(CancellationToken.None));
        Assert.Equal(28, view.PendingDays);
        Assert.All(view.Figures, day => Assert.Null(day.Bytes));
    }

    [Fact]
    public async Task Silent_store_is_a_sentence()
    {
        using var store = new CertifiedStore();
        store.Access.Fault = new("The store does not answer.");
        using var auditor = new CompletenessAuditor(store.Access, store.Clock, NullLogger<CompletenessAuditor>.Instance);
        var view = await ReadAsync(store, auditor, new() { To = CertifiedDays.Second });
        Assert.True(view.IsStale);
        Assert.Equal(["The store does not answer."], view.Problems);
    }

    [Fact]
    public void View_is_its_address()
    {
        var query = new DaysQuery { To = new(2025, 10, 25), Weeks = 13, Exchange = "binance", Dataset = "depth", ReadsStorage = true, Page = 2 };
        Assert.Equal("/days?to=2025-10-25&weeks=13&exchange=binance&dataset=depth&storage=read&page=2", query.ToAddress());
        Assert.Equal(query, DaysQuery.Parse("2025-10-25", "13", "binance", "depth", "read", "2"));
        Assert.Equal(new(), DaysQuery.Parse("x", "5", null, "none", "write", "-3"));
        Assert.Equal((new DateOnly(2025, 7, 27), new DateOnly(2025, 10, 25)), query.Period(new(2026, 1, 1)));
    }

    [Fact]
    public void Chart_without_values_is_empty() => Assert.All(DayChart.Of([new() { Day = CertifiedDays.First }]), chart => Assert.True(chart.IsEmpty));

    private static Task<DaysView> ReadAsync(CertifiedStore store, CompletenessAuditor auditor, DaysQuery query) =>
        DaysView.ReadAsync(store.Index, auditor, new(store.Access, store.Clock), query, DateOnly.FromDateTime(store.Clock.GetUtcNow().UtcDateTime), CancellationToken.None);
}

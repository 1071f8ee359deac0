using Ingester.Dashboard.Stores;
using Ingester.Storage.Stores;
using Ingester.Tests.Publishing.Certificates;

namespace Ingester.Tests.Dashboard.Days;

/// <summary>The list of certificates says what the certificates say.</summary>
public sealed class CertificateIndexTests
{
    [Fact]
    public async Task Summary_is_the_newest_certificate()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        var list = await store.Index.ReadAsync(CertifiedDays.First.AddDays(-1), CertifiedDays.Second, CancellationToken.None);
        var summary = Assert.Single(list.Certificates);
        var written = await store.Days.CertifyAsync(CertifiedDays.First);
        Assert.Equal((CertifiedDays.First, "binance", "trades", 1), (summary.Day, summary.Exchange, summary.Dataset, summary.Revision));
        Assert.Equal(written.Digest, summary.Digest);
        Assert.Equal(written.Statement.Predicate.Events, summary.Events);
        Assert.Equal(written.Statement.Predicate.Gaps, summary.Gaps);
        Assert.Equal("degraded", summary.Condition); // half an hour of the day was recorded
        Assert.Equal("degraded", summary.ConditionOf("BTC-USDT"));
        Assert.Null(summary.ConditionOf("ETH-USDT"));
        Assert.Equal((2, written.Statement.Predicate.Streams[0].Files.Sum(file => file.Bytes)), (summary.Files, summary.Bytes));
    }

    [Fact]
    public async Task New_revision_is_seen_and_a_known_one_is_not_read_again()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        await store.Index.ReadAsync(CertifiedDays.First, CertifiedDays.First, CancellationToken.None);
        var reads = store.Days.Store.Count("GET export/certificates/");
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await store.Index.ReadAsync(CertifiedDays.First, CertifiedDays.First, CancellationToken.None);
        Assert.Equal(reads, store.Days.Store.Count("GET export/certificates/"));

        await store.Days.ExportAsync(CertifiedDays.First, revision: 2);
        await store.Days.CertifyAsync(CertifiedDays.First);
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Assert.Single((await store.Index.ReadAsync(CertifiedDays.First, CertifiedDays.First, CancellationToken.None)).Certificates).Revision);
        Assert.Equal(2, (await store.Index.FindAsync("binance", "trades", CertifiedDays.First, CancellationToken.None))?.Certificate.Statement.Predicate.Revision);
    }

    [Fact]
    public async Task Certificate_that_cannot_be_read_is_named()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        var key = CertifiedDays.KeysOf(CertifiedDays.First).Envelope(1);
        store.Days.Store.Forge(key, "{}"u8.ToArray(), ObjectMetadata.None);
        var summary = Assert.Single((await store.Index.ReadAsync(CertifiedDays.First, CertifiedDays.First, CancellationToken.None)).Certificates);
        Assert.Equal("unreadable", summary.Condition);
        Assert.StartsWith($"{key} is not a certificate", summary.Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DashboardFault>(() => store.Index.FindAsync("binance", "trades", CertifiedDays.First, CancellationToken.None));
    }

    [Fact]
    public async Task Store_that_does_not_answer_is_a_fault_and_an_unknown_day_has_no_certificate()
    {
        using var store = new CertifiedStore();
        Assert.Null(await store.Index.FindAsync("binance", "trades", CertifiedDays.First, CancellationToken.None));
        store.Access.Fault = new("The store does not answer.");
        await Assert.ThrowsAsync<DashboardFault>(() => store.Index.ReadAsync(CertifiedDays.Second, CertifiedDays.Second, CancellationToken.None));
    }
}

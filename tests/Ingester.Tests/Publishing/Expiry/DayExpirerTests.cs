using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Publishing.Expiry;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using Ingester.Tests.Publishing.Certificates;
using Ingester.Tests.Publishing.Export;

namespace Ingester.Tests.Publishing.Expiry;

/// <summary>Segments are removed only if a certificate verifies and states what is stored; an audit says the same before, meanwhile and afterwards.</summary>
public sealed class DayExpirerTests : IDisposable
{
    private const int Until = CertifiedDays.MinutesPerDay * 2;

    private readonly CertifiedDays days = new();

    private MemoryStore Store => days.Store;

    public void Dispose() => days.Dispose();

    [Fact]
    public async Task Segments_of_a_certified_day_are_removed_and_everything_else_stays()
    {
        await CertifyAsync();
        var before = Store.Keys.ToList();
        var segments = Segments();
        var look = await ExpireAsync(apply: false);
        Assert.Equal((ExpiryState.Removable, 1, (long)segments.Count), (look.State, look.Streams, look.Segments));
        Assert.Equal(before, Store.Keys);

        var outcome = await ExpireAsync();
        Assert.Equal((ExpiryState.Removed, 1, 1, (long)segments.Count), (outcome.State, outcome.Revision, outcome.Streams, outcome.Segments));
        var added = Store.Keys.Except(before).ToList();
        Assert.Equal(["coverage/exchange=binance/year=2025/month=10/day=26/expired/trades.json.gz", "coverage/exchange=binance/year=2025/month=10/day=26/expired/trades/BTC-USDT.json.gz"], added);
        Assert.Equal(segments, before.Except(Store.Keys));
        Assert.All(segments, key => Assert.Contains("day=26", key, StringComparison.Ordinal));
        Assert.Contains(Store.Keys, key => key.StartsWith("trades/", StringComparison.Ordinal) && key.Contains("day=27", StringComparison.Ordinal));
        Assert.Equal(ExpiryState.RemovedBefore, (await ExpireAsync()).State);
    }

    [Fact]
    public async Task Audit_gives_the_same_verdicts_before_and_after()
    {
        await CertifyAsync(skip: id => id == CertifiedDays.IdAt(CertifiedDays.MinutesPerDay - 5) + 1);
        var before = await AuditAsync();
        Assert.NotEmpty(Assert.Single(before.Streams).MissingRanges);
        await ExpireAsync();
        var after = await AuditAsync();
        var (was, stream) = (before.Streams[0], Assert.Single(after.Streams));
        Assert.Equal(Verdicts(was), Verdicts(stream));
        Assert.True(stream.ExpiredObjects > 0 && was.ExpiredObjects == 0);
        Assert.Equal(was.StoredObjects, stream.StoredObjects + stream.ExpiredObjects);
        Assert.Empty(after.Unreadable);
        Assert.Equal(0, (await AuditAsync(sample: 1000)).Streams.Count(one => one.MissingRanges.Count != was.MissingRanges.Count));
    }

    [Fact]
    public async Task List_that_lacks_its_last_lines_is_reported_and_not_used()
    {
        await CertifyAsync();
        await ExpireAsync();
        var key = ObjectKey.Expired("", new(Dataset.Trades, "binance", "BTC-USDT"), CertifiedDays.First.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
        var lines = StoredText.Unpack(Store.Body(key))!.Split('\n');
        Store.Forge(key, StoredText.Pack(string.Join('\n', lines[..^3]) + "\n"), ObjectMetadata.None);
        Assert.Contains("it names", Assert.Single((await AuditAsync()).Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_stays_current_after_its_day_has_expired()
    {
        await CertifyAsync();
        await ExpireAsync();
        Assert.False((await days.CertifyAsync(CertifiedDays.First)).IsNew);
        Assert.False((await days.CertifyAsync(CertifiedDays.Second)).IsNew);
        Assert.True((await days.VerifyAsync(CertifiedDays.First)).Holds);
    }

    [Fact]
    public async Task Interruption_after_every_step_is_continued()
    {
        const int MaxSteps = 40; // 30 segments, the list of their names, and the end
        var expected = default(string[]);
        for (var stop = 0; ; stop += stop < 3 ? 1 : 9)
        {
            using var world = new DayExpirerTests();
            await world.CertifyAsync();
            var verdicts = Verdicts(Assert.Single((await world.AuditAsync()).Streams));
            var place = new InterruptedStore(world.Store, stop);
            try
            {
                await world.ExpireAsync(place: place);
                Assert.InRange(stop, 3, MaxSteps);
                break;
            }
            catch (StoreException)
            {
                Assert.Equal(stop, place.Writes);
            }

            Assert.Equal(verdicts, Verdicts(Assert.Single((await world.AuditAsync()).Streams)));
            Assert.Equal(ExpiryState.Removed, (await world.ExpireAsync()).State);
            Assert.Empty(world.Segments());
            Assert.Equal(expected ??= [.. world.Store.Keys], world.Store.Keys);
            Assert.Equal(verdicts, Verdicts(Assert.Single((await world.AuditAsync()).Streams)));
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("certificate")]
    [InlineData("late")]
    [InlineData("key")]
    [InlineData("repaired")]
    public async Task Nothing_is_removed_unless_the_certificate_holds(string fault)
    {
        await CertifyAsync();
        using var strange = new CertifiedDays();
        switch (fault)
        {
            case "file":
                days.Change(Store.Keys.First(key => key.StartsWith("export/csv/", StringComparison.Ordinal) && key.Contains("/26/", StringComparison.Ordinal)), static body => [.. body, 1]);
                break;
            case "certificate":
                foreach (var key in Store.Keys.Where(key => key.StartsWith("export/certificates/2025/10/26/", StringComparison.Ordinal)).ToList())
                    Store.Remove(key);
                break;
            case "late": // another replica's segments arrive after the export, with the same rows
                Store.Forge("fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=26/1200-1m_7_9.json.gz", [1, 2, 3], ObjectMetadata.None);
                break;
            case "repaired":
                days.Record("late", from: CertifiedDays.MinutesPerDay + 100, to: CertifiedDays.MinutesPerDay + 105);
                await new ExportRig(Store).RunAsync(day: CertifiedDays.First); // exported again, and not certified yet
                break;
        }

        var keys = Store.Keys.ToList();
        var check = new CertifiedCheck(Store, "", (Store, ""), fault == "key" ? strange.Trusted : days.Trusted, TimeProvider.System);
        var outcome = await new DayExpirer(Store, "", check, TimeProvider.System).ExpireAsync(CertifiedDays.KeysOf(CertifiedDays.First), apply: true, CancellationToken.None);
        Assert.Equal(ExpiryState.Kept, outcome.State);
        Assert.NotEmpty(outcome.Problems);
        Assert.Equal(keys, Store.Keys);
    }

    [Fact]
    public async Task Readers_of_expired_events_say_so_by_name()
    {
        await CertifyAsync();
        await ExpireAsync();
        using var archive = new MarketArchive(Store, "");
        var day = new DateTimeOffset(CertifiedDays.First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var merge = await Assert.ThrowsAsync<ExpiredPeriodException>(async () => await archive.ReadEventsAsync(SegmentSample.Trades, day.AddHours(23), day.AddHours(25), TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"{SegmentSample.Trades.Text} of 2025-10-26 has expired: ", merge.Message, StringComparison.Ordinal);
        Assert.Equal(90, await archive.ReadEventsAsync(SegmentSample.Trades, day.AddDays(1), day.AddDays(2), TestContext.Current.CancellationToken).CountAsync(item => item.Kind == Ingester.Reading.Merging.MarketEventKind.Row, TestContext.Current.CancellationToken));
        var export = await Assert.ThrowsAsync<ExpiredPeriodException>(() => new ExportRig(Store).RunAsync(day: CertifiedDays.First));
        Assert.StartsWith("trades binance of 2025-10-26 has expired: ", export.Message, StringComparison.Ordinal);
        Assert.All(await new ExportRig(Store).RunAsync(day: CertifiedDays.Second), outcome => Assert.True(outcome.IsSkipped)); // the day after is as it was
    }

    [Fact]
    public async Task Damaged_list_of_expired_segments_is_reported()
    {
        await CertifyAsync();
        await ExpireAsync();
        Store.Forge(ObjectKey.Expired("", SegmentSample.Trades, CertifiedDays.First.ToDateTime(TimeOnly.MinValue)), [1, 2, 3], ObjectMetadata.None);
        Assert.Contains("expired/trades/BTC-USDT.json.gz is not readable: line 1 ", Assert.Single((await AuditAsync()).Unreadable), StringComparison.Ordinal);
    }

    private static string Verdicts(StreamAudit stream) => JsonSerializer.Serialize(stream with { StoredObjects = 0, StoredBytes = 0, ExpiredObjects = 0 });

    /// <summary>Records half an hour before and after midnight, then exports and certifies both days.</summary>
    private async Task CertifyAsync(Func<long, bool>? skip = null)
    {
        days.Record(skip: skip, from: Until - 30, to: Until + 30);
        foreach (var day in new[] { CertifiedDays.First, CertifiedDays.Second })
        {
            Assert.All(await new ExportRig(Store).RunAsync(day: day), static outcome => Assert.Null(outcome.Failure));
            await days.CertifyAsync(day);
        }
    }

    private Task<ExpiryOutcome> ExpireAsync(bool apply = true, IPrunableStore? place = null) =>
        new DayExpirer(place ?? Store, "", new(Store, "", (Store, ""), days.Trusted, TimeProvider.System), TimeProvider.System).ExpireAsync(CertifiedDays.KeysOf(CertifiedDays.First), apply, CancellationToken.None);

    private List<string> Segments() => [.. Store.Keys.Where(static key => SegmentKey.TryParse("", key, out var name) && name.Window.Start.Date == CertifiedDays.First.ToDateTime(TimeOnly.MinValue))];

    private async Task<AuditReport> AuditAsync(int sample = 0)
    {
        using var archive = new MarketArchive(Store, "");
        var from = new DateTimeOffset(CertifiedDays.First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return await archive.AuditAsync(new() { From = from, To = from.AddDays(2), Exchanges = ["binance"], Datasets = [Dataset.Trades], SampleSize = sample });
    }
}

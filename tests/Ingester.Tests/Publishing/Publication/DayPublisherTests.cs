using System.Security.Cryptography;
using Ingester.Publishing.Export;
using Ingester.Publishing.Publication;
using Ingester.Publishing.Statements;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Tests.Publishing.Certificates;

namespace Ingester.Tests.Publishing.Publication;

/// <summary>Published days: readers see a whole day or none, whenever a publication is interrupted.</summary>
public sealed class DayPublisherTests : IDisposable
{
    private readonly CertifiedDays days = new();
    private readonly MemoryStore target = new();
    private readonly WorkFolder work = new();

    public void Dispose()
    {
        days.Dispose();
        work.Dispose();
    }

    [Fact]
    public async Task Day_is_published_with_its_certificate_and_once()
    {
        await CertifyAsync();
        var outcome = await PublishAsync();
        Assert.Equal((1, true, null, Condition.Degraded), (outcome.Revision, outcome.IsNew, outcome.Replaced, outcome.Condition));
        var manifest = await ReadAsync();
        Assert.Equal(outcome.Files, manifest!.Files.Count);
        Assert.Contains(manifest.Files, file => file.Name.EndsWith("_trades.r1.dsse.json", StringComparison.Ordinal));
        Assert.Contains(manifest.Files, file => file.Name.EndsWith(".SHA256SUMS", StringComparison.Ordinal));
        Assert.Contains(manifest.Files, file => file.Name.StartsWith("export/csv/", StringComparison.Ordinal));
        var keys = target.Keys.ToList();
        Assert.False((await PublishAsync()).IsNew);
        Assert.Equal(keys, target.Keys);
    }

    [Fact]
    public async Task Interruption_after_every_step_leaves_a_whole_day_or_none_and_the_next_attempt_finishes()
    {
        await CertifyAsync();
        var steps = await CountStepsAsync();
        Assert.True(steps > 4, $"{steps} steps");
        for (var stop = 0; stop < steps; stop++)
        {
            var place = new MemoryStore();
            await Assert.ThrowsAsync<StoreException>(() => PublishAsync(new InterruptedStore(place, stop)));
            await IsWholeOrAbsentAsync(place);
            Assert.True((await PublishAsync(place)).IsNew || stop == steps - 1);
            Assert.True(await IsWholeOrAbsentAsync(place));
        }
    }

    [Fact]
    public async Task New_revision_replaces_the_manifest_and_the_files_of_the_one_before_stay_for_its_readers()
    {
        await CertifyAsync();
        await PublishAsync();
        for (var revision = 2; revision <= 4; revision++)
        {
            days.Record($"late{revision}", from: CertifiedDays.MinutesPerDay + 100 * revision, to: CertifiedDays.MinutesPerDay + 100 * revision + 5);
            await days.ExportAsync(CertifiedDays.First, revision);
            await days.CertifyAsync(CertifiedDays.First);
            var outcome = await PublishAsync();
            Assert.Equal((revision, revision - 1), (outcome.Revision, outcome.Replaced!.Value));
            Assert.True(await IsWholeOrAbsentAsync(target));
            Assert.Equal([revision - 1, revision], Revisions());
        }
    }

    [Fact]
    public async Task File_that_was_changed_after_it_was_certified_is_not_published()
    {
        await CertifyAsync();
        var key = days.Store.Keys.First(one => one.StartsWith("export/csv/", StringComparison.Ordinal));
        days.Store.Forge(key, [1, 2, 3], ObjectMetadata.None);
        var error = await Assert.ThrowsAsync<PublishException>(() => PublishAsync());
        Assert.StartsWith($"{key} was changed after it was certified: its SHA-256 is ", error.Message, StringComparison.Ordinal);
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task File_that_is_missing_and_a_day_without_certificate_are_told()
    {
        await CertifyAsync();
        var key = days.Store.Keys.First(one => one.StartsWith("export/csv/", StringComparison.Ordinal));
        days.Store.Remove(key);
        Assert.Equal($"{key} is certified, and is not stored.", (await Assert.ThrowsAsync<PublishException>(() => PublishAsync())).Message);
        var none = await Assert.ThrowsAsync<PublishException>(() => PublishAsync(target, CertifiedDays.First.AddDays(9)));
        Assert.Equal("binance trades of 2025-11-04 has no certificate. Run ingester certificate create first.", none.Message);
    }

    [Fact]
    public async Task Days_before_a_day_are_removed()
    {
        await CertifyAsync();
        await PublishAsync();
        target.Forge("other/2020/01/01/x", [1], ObjectMetadata.None);
        Assert.Equal(0, await Publisher(target).RemoveBeforeAsync(CertifiedDays.First, CancellationToken.None));
        Assert.NotNull(await ReadAsync());
        Assert.Equal(1, await Publisher(target).RemoveBeforeAsync(CertifiedDays.First.AddDays(1), CancellationToken.None));
        Assert.Equal(["other/2020/01/01/x"], target.Keys);
    }

    private async Task CertifyAsync()
    {
        days.Record();
        await days.ExportAsync(CertifiedDays.First);
        await days.CertifyAsync(CertifiedDays.First);
    }

    private DayPublisher Publisher(IPrunableStore place) => new(new(days.Store, TimeProvider.System), place, TimeProvider.System);

    private Task<PublishOutcome> PublishAsync(IPrunableStore? place = null, DateOnly? day = null) =>
        Publisher(place ?? target).PublishAsync(CertifiedDays.KeysOf(day ?? CertifiedDays.First), work, CancellationToken.None);

    private async Task<int> CountStepsAsync()
    {
        var counted = new InterruptedStore(new(), int.MaxValue);
        await PublishAsync(counted);
        return counted.Writes;
    }

    private async Task<PublishedDay?> ReadAsync(MemoryStore? place = null)
    {
        var keys = CertifiedDays.KeysOf(CertifiedDays.First);
        var key = PublicationKeys.Manifest(keys.Day, keys.Exchange, keys.Dataset);
        return (place ?? target).Has(key) ? PublishedDay.Parse((place ?? target).Body(key)) : await Task.FromResult<PublishedDay?>(null);
    }

    /// <summary>As a reader: the manifest, then every file that it names. False if there is none.</summary>
    private async Task<bool> IsWholeOrAbsentAsync(MemoryStore place)
    {
        if (await ReadAsync(place) is not { } manifest)
            return false;
        Assert.All(manifest.Files, file => Assert.Equal((file.Bytes, file.Sha256), (place.Body(file.Key).Length, Convert.ToHexStringLower(SHA256.HashData(place.Body(file.Key))))));
        return true;
    }

    private IEnumerable<int> Revisions() => target.Keys.Where(key => key.StartsWith(PublicationKeys.Files, StringComparison.Ordinal))
        .Select(key => int.Parse(key.Split('/')[4].Split(".r")[1], System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order();
}

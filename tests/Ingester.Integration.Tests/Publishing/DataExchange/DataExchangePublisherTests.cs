using Ingester.Publishing.DataExchange;
using Ingester.Publishing.Publication;
using Ingester.Simulator.DataExchange;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Publishing.DataExchange;

/// <summary>Days as revisions of data sets: the right files, once, whatever fails on the way.</summary>
public sealed class DataExchangePublisherTests
{
    private static readonly string[] Reads = ["ListDataSetRevisions", "ListRevisionAssets", "ListJobs", "GetJob"];

    [Fact]
    public async Task Day_is_one_finalized_revision_and_the_same_day_again_is_no_second_one()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        var outcome = await rig.PublishAsync();
        Assert.Equal((true, 1, 4, false), (outcome.IsNew, outcome.Jobs, outcome.Assets, outcome.Notified));
        var revision = Assert.Single(rig.Server.Revisions);
        rig.RequirePublished(revision, keys);
        Assert.Matches("^2025-10-26 [0-9a-f]{64}$", revision.Comment);

        var writes = Writes(rig);
        var again = await rig.PublishAsync();
        Assert.Equal((false, 0, revision.Id), (again.IsNew, again.Jobs, again.RevisionId));
        Assert.Equal(writes, Writes(rig));
        Assert.Empty(rig.Server.Notifications);
    }

    [Fact]
    public async Task Interruption_after_every_request_is_continued_by_the_next_run()
    {
        var requests = await RunInterruptedAsync(after: int.MaxValue);
        Assert.True(requests > 15, $"{requests} requests");
        for (var after = 1; after <= requests; after++)
            await RunInterruptedAsync(after);
    }

    [Theory]
    [InlineData(250, 3)]
    [InlineData(1_150, 12)]
    public async Task Many_assets_are_imported_by_jobs_of_a_hundred_and_ten_at_once(int assets, int jobs)
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Server.PageSize = 25;
        var keys = rig.Certify(files: assets - 1); // and the certificate
        Assert.Equal(jobs, (await rig.PublishAsync()).Jobs);
        rig.RequirePublished(Assert.Single(rig.Server.Revisions), keys);
        Assert.All(rig.Server.Jobs, static job => Assert.InRange(job.Sources.Count, 1, 100));
        Assert.InRange(rig.Server.MostRunningJobs, 1, 10);
    }

    [Theory]
    [InlineData("MALWARE_DETECTED", 1)]
    [InlineData("INTERNAL_SERVER_EXCEPTION", 3)]
    public async Task Job_that_fails_leaves_the_revision_open_and_the_next_run_finishes_it(string code, int jobs)
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobFails, JobError = code });
        var error = await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync());
        Assert.EndsWith($" of revision {rig.Server.Revisions[0].Id} of data set {DataExchangeRig.DataSet} (binance trades) failed: {code}: Injected fault.. The revision was not finalized; the next publication continues with it.", error.Message, StringComparison.Ordinal);
        Assert.Equal(jobs, rig.Server.Jobs.Count); // a fault of the service is tried again
        Assert.Empty(rig.Finalized);

        rig.Server.ClearFaults();
        Assert.True((await rig.PublishAsync()).IsNew);
        rig.RequirePublished(Assert.Single(rig.Server.Revisions), keys);
    }

    [Fact]
    public async Task Some_jobs_of_many_fail_or_time_out_and_only_their_objects_are_imported_again()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify(files: 449);
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobFails, Count = 1 });
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobTimesOut, Count = 1 });
        Assert.Equal(5 + 2, (await rig.PublishAsync()).Jobs);
        rig.RequirePublished(Assert.Single(rig.Server.Revisions), keys);
    }

    [Fact]
    public async Task Job_that_does_not_end_is_awaited_for_a_limited_time()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Certify();
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobNeverEnds, Count = 1 });
        var error = await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync());
        Assert.Contains(" did not end within 01:00:00. It goes on; the next publication continues with the revision.", error.Message, StringComparison.Ordinal);
        Assert.InRange(rig.Clock.Waited, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Assert.Empty(rig.Finalized);
    }

    [Fact]
    public async Task Throttling_and_limits_delay_a_publication_and_permanent_throttling_ends_it()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        foreach (var operation in new[] { "ListDataSetRevisions", "CreateRevision", "CreateJob", "StartJob", "GetJob", "ListRevisionAssets", "UpdateRevision" })
            rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.Throttling, Operation = operation, Count = 2 });
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.ServiceLimit, Operation = "StartJob", Count = 3 });
        Assert.True((await rig.PublishAsync()).IsNew);
        rig.RequirePublished(Assert.Single(rig.Server.Revisions), keys);

        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.Throttling });
        var error = await Assert.ThrowsAsync<DataExchangeException>(() => rig.PublishAsync());
        Assert.Equal($"AWS Data Exchange: ListDataSetRevisions of /v1/data-sets/{DataExchangeRig.DataSet}/revisions failed (ThrottlingException): Rate exceeded", error.Message);
    }

    [Theory]
    [InlineData("CreateRevision")]
    [InlineData("CreateJob")]
    [InlineData("StartJob")]
    [InlineData("GetJob")]
    [InlineData("ListRevisionAssets")]
    [InlineData("UpdateRevision")]
    public async Task Lost_response_leads_to_one_finalized_revision(string operation)
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.LostResponse, Operation = operation, Count = 1 });
        await Record.ExceptionAsync(() => rig.PublishAsync());
        await rig.PublishAsync();
        rig.RequirePublished(Assert.Single(rig.Finalized), keys);
        Assert.InRange(rig.Server.Revisions.Count, 1, operation == "CreateRevision" ? 2 : 1); // the HTTP client itself may send a request again: the second revision stays open and empty
        Assert.All(rig.Server.Revisions.Where(static revision => !revision.IsFinalized), static revision => Assert.Empty(revision.Assets));
    }

    [Fact]
    public async Task Revision_without_an_asset_is_never_finalized()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobForgetsAsset, Count = 1 });
        var error = await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync());
        Assert.Contains($" lacks 1 of 4 assets, such as {keys[0]}, although all import jobs completed. It was not finalized; publish again.", error.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Finalized);
        await rig.PublishAsync();
        rig.RequirePublished(Assert.Single(rig.Server.Revisions), keys);
    }

    [Fact]
    public async Task Too_many_assets_for_a_revision_are_told_in_the_words_of_the_service()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Server.MaxAssetsPerRevision = 3;
        rig.Certify();
        Assert.Contains("failed: SERVICE_QUOTA_EXCEEDED_EXCEPTION: Assets per revision: 3.", (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_with_other_content_than_certified_is_not_imported_and_one_that_changes_meanwhile_is_not_published()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        var (file, certified) = (DataExchangeRig.FileKey(1), rig.Store.Body(DataExchangeRig.FileKey(1)));
        rig.Store.Forge(file, [1, 2, 3], ObjectMetadata.None);
        Assert.StartsWith($"{file} was changed after it was certified", (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message, StringComparison.Ordinal);
        Assert.Empty(rig.Server.Jobs);

        rig.Store.Forge(file, certified, ObjectMetadata.None);
        rig.Executed = call =>
        {
            if (call.Operation == "StartJob")
                rig.Store.Forge(file, [.. certified.Reverse()], ObjectMetadata.None); // the same size
        };
        Assert.StartsWith($"{file} was changed while it was imported, so its revision was not finalized.", (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message, StringComparison.Ordinal);
        Assert.Empty(rig.Finalized);

        rig.Store.Remove(file);
        Assert.Equal($"{file} is certified, and is not stored.", (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message);
        Assert.Equal(4, keys.Count);
    }

    [Fact]
    public async Task Replaced_day_is_a_new_revision_and_its_subscribers_are_told_once()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Certify();
        var first = await rig.PublishAsync();
        var keys = rig.Certify(revision: 2);
        var second = await rig.PublishAsync();
        Assert.Equal([first.RevisionId], second.Replaced);
        Assert.True(second.Notified);
        Assert.Equal(2, rig.Finalized.Count);
        rig.RequirePublished(rig.Finalized[1], keys);
        var told = Assert.Single(rig.Server.Notifications);
        Assert.Equal(("DATA_UPDATE", "binance trades of 2025-10-26 was replaced by a new revision. BTC-USDT: 3 events were added."), (told.Type, told.Comment));
        Assert.False((await rig.PublishAsync()).Notified);
        Assert.Single(rig.Server.Notifications);

        rig.Store.Remove(DataExchangeRig.Keys.Envelope(2)); // as in a store that was restored from a backup
        Assert.Equal(
            "binance trades of 2025-10-26 is published in revision 2 of another certificate, and its newest certificate here is revision 1. Publish from the store that it was published from.",
            (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message);
    }

    [Fact]
    public async Task Asset_that_is_no_file_of_the_day_is_told()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        var keys = rig.Certify();
        rig.Server.AddFault(new() { Kind = DataExchangeFaultKind.JobForgetsAsset, Count = 1 });
        await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync());
        var error = await Assert.ThrowsAsync<PublishException>(() => ImportAsync(rig, rig.Server.Revisions[0].Id));
        Assert.Contains($" has the asset {keys[1]}, which is no file of the day. It was not finalized. Delete this revision at AWS Data Exchange, and publish again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoked_day_is_withdrawn_and_its_certificate_is_not_published_again()
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Certify();
        Assert.StartsWith("binance trades of 2025-10-26 has no published revision", (await Assert.ThrowsAsync<PublishException>(() => RevokeAsync(rig))).Message, StringComparison.Ordinal);
        var first = await rig.PublishAsync();
        Assert.StartsWith("binance trades of 2025-10-26 has no replaced revision", (await Assert.ThrowsAsync<PublishException>(() => RevokeAsync(rig, onlyReplaced: true))).Message, StringComparison.Ordinal);
        rig.Certify(revision: 2);
        var second = await rig.PublishAsync();
        Assert.Equal([(first.RevisionId, true)], await RevokeAsync(rig, onlyReplaced: true));
        Assert.Equal([(first.RevisionId, false), (second.RevisionId, true)], await RevokeAsync(rig));
        Assert.Equal(["It was wrong.", "It was wrong."], rig.Server.Revisions.Select(static revision => revision.RevocationComment));
        Assert.Equal(
            $"binance trades of 2025-10-26 was withdrawn: revision {second.RevisionId} is revoked (It was wrong.). Only another certificate of the day is published again.",
            (await Assert.ThrowsAsync<PublishException>(() => rig.PublishAsync())).Message);
        rig.Certify(revision: 3);
        Assert.True((await rig.PublishAsync()).IsNew);
    }

    [Fact]
    public async Task Late_day_is_announced_once_and_only_while_it_is_awaited()
    {
        await using (var early = await DataExchangeRig.StartAsync(new(2025, 10, 27, 1, 59, 0, TimeSpan.Zero)))
            Assert.False(await early.Delays.NotifyIfLateAsync(DataExchangeRig.Keys, DataExchangeRig.Source, CancellationToken.None));
        await using (var old = await DataExchangeRig.StartAsync(new(2025, 10, 28, 0, 0, 0, TimeSpan.Zero)))
            Assert.False(await old.Delays.NotifyIfLateAsync(DataExchangeRig.Keys, DataExchangeRig.Source, CancellationToken.None));
        await using var rig = await DataExchangeRig.StartAsync(new(2025, 10, 27, 2, 0, 0, TimeSpan.Zero));
        Assert.True(await rig.Delays.NotifyIfLateAsync(DataExchangeRig.Keys, DataExchangeRig.Source, CancellationToken.None));
        Assert.False(await rig.Delays.NotifyIfLateAsync(DataExchangeRig.Keys, DataExchangeRig.Source, CancellationToken.None));
        Assert.Equal(("DATA_DELAY", "binance trades of 2025-10-26 is late."), (Assert.Single(rig.Server.Notifications).Type, rig.Server.Notifications[0].Comment));
        rig.Certify();
        Assert.True((await rig.PublishAsync()).IsNew);
        Assert.False(await rig.Delays.NotifyIfLateAsync(DataExchangeRig.Keys, DataExchangeRig.Source, CancellationToken.None));
        Assert.Single(rig.Server.Notifications);
    }

    /// <summary>Publishes a day that replaces another one, is stopped after some request, and runs again. Returns the number of requests.</summary>
    private static async Task<int> RunInterruptedAsync(int after)
    {
        await using var rig = await DataExchangeRig.StartAsync();
        rig.Certify();
        await rig.PublishAsync();
        var keys = rig.Certify(files: 249, revision: 2);
        using var killed = new CancellationTokenSource();
        var requests = 0;
        rig.Executed = _ =>
        {
            if (Interlocked.Increment(ref requests) == after)
                killed.Cancel();
        };
        if (after == int.MaxValue)
        {
            await rig.PublishAsync(killed.Token);
            return requests;
        }

        await Record.ExceptionAsync(() => rig.PublishAsync(killed.Token)); // the last response may still arrive
        Assert.True(killed.IsCancellationRequested);
        rig.Executed = null;
        await rig.PublishAsync();
        Assert.Equal(2, rig.Finalized.Count);
        Assert.Equal(2, rig.Server.Revisions.Count);
        rig.RequirePublished(rig.Finalized[1], keys);
        Assert.Equal("DATA_UPDATE", Assert.Single(rig.Server.Notifications).Type);
        return requests;
    }

    private static int Writes(DataExchangeRig rig) => rig.Server.Calls.Count(call => !Reads.Contains(call.Operation));

    private static Task<IReadOnlyList<(string RevisionId, bool IsNew)>> RevokeAsync(DataExchangeRig rig, bool onlyReplaced = false) =>
        rig.Revoker.RevokeAsync(DataExchangeRig.Source, DataExchangeRig.Day, "It was wrong.", onlyReplaced, CancellationToken.None);

    private static async Task ImportAsync(DataExchangeRig rig, string revision)
    {
        var options = new DataExchangeOptions { Region = "us-east-1", ServiceUrl = rig.Server.Url };
        using var client = new DataExchangeClient(options, rig.Clock);
        await new AssetImporter(client, "bucket", options, rig.Clock).ImportAsync(DataExchangeRig.Source, revision, [], CancellationToken.None);
    }
}

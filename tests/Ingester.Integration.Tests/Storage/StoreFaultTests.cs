using Amazon.S3;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Simulator.Store;
using Ingester.Storage.Compression;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Storage;

/// <summary>
/// The way to the store through everything that a store does wrong: what was sent is stored, or is counted as left. Run the long storm with
/// <c>-explicit only -method "*Long_storm*"</c>.
/// </summary>
public sealed class StoreFaultTests(MotoServer moto) : IAsyncLifetime
{
    private const int Segments = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1); // of one request, so that what hangs is asked again
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StormBacklogPatience = TimeSpan.FromMinutes(10);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-faults-").FullName;
    private readonly Dictionary<string, string> sent = new(StringComparer.Ordinal); // hash by key
    private StoreProxy? proxy;
    private S3Store? direct;
    private S3Store? store;
    private string bucket = "";
    private int number;

    public static TheoryData<string> Faults => [.. Catalog.Keys];

    private static Dictionary<string, StoreFault> Catalog { get; } = new(StringComparer.Ordinal)
    {
        ["internal error"] = new() { Kind = StoreFaultKind.Refusal, Status = 500 },
        ["slow down"] = new() { Kind = StoreFaultKind.Refusal, Status = 503 },
        ["conflict"] = new() { Kind = StoreFaultKind.Refusal, Status = 409 },
        ["taken although nothing exists"] = new() { Kind = StoreFaultKind.Refusal, Status = 412, Method = "PUT" },
        ["not implemented"] = new() { Kind = StoreFaultKind.Refusal, Status = 501 },
        ["no permission"] = new() { Kind = StoreFaultKind.Refusal, Status = 403 },
        ["no bucket"] = new() { Kind = StoreFaultKind.Refusal, Status = 404 },
        ["expired credentials"] = StoreFault.ExpiredCredentials,
        ["skewed clock"] = StoreFault.SkewedClock,
        ["time-out after commit"] = new() { Kind = StoreFaultKind.HangAfterWrite },
        ["answer lost after commit"] = new() { Kind = StoreFaultKind.LostResponse },
        ["wrong ETag"] = new() { Kind = StoreFaultKind.WrongETag },
        ["reset in the body"] = new() { Kind = StoreFaultKind.ResetInBody },
        ["hanging"] = new() { Kind = StoreFaultKind.Hang },
        ["late"] = new() { Kind = StoreFaultKind.Delay, Delay = TimeSpan.FromMilliseconds(200) },
    };

    public async ValueTask InitializeAsync()
    {
        bucket = await moto.NewBucketAsync();
        proxy = await StoreProxy.StartAsync(moto.Url);
        direct = NewStore(moto.Url);
        store = NewStore(proxy.Url);
    }

    public async ValueTask DisposeAsync()
    {
        store?.Dispose();
        direct?.Dispose();
        if (proxy is not null)
            await proxy.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_some_requests_that_fail_everything_that_was_sent_is_stored_once(string fault)
    {
        proxy!.AddFault(Catalog[fault] with { Count = 6 });
        await using var rig = NewRig();
        Send(rig, Segments);
        await rig.CompleteAsync();
        await CheckStoredAsync();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Stop_in_the_middle_ends_in_its_time_and_every_object_is_stored_or_spooled(string fault)
    {
        await using var rig = NewRig(options => options.Spool = new() { Directory = Path.Combine(folder, "spool") });
        Send(rig, Segments / 2);
        await WhenStoredAsync(rig, Segments / 4);
        proxy!.AddFault(Catalog[fault]);
        Send(rig, Segments / 2);
        Assert.Equal(0, await rig.Writer.CompleteAsync(StopTimeout).WaitAsync(2 * StopTimeout));
        proxy.ClearFaults();
        var stored = await StoredAsync();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "spool"), "*.spool", SearchOption.AllDirectories))
        {
            var file = SpoolFile.Read(path);
            file.Body.Dispose();
            stored.TryAdd(file.Header.Key, file.Header.Sha256);
        }

        Assert.Equal(sent, stored.Where(entry => sent.ContainsKey(entry.Key)).ToDictionary(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("slow down")]
    [InlineData("not implemented")]
    [InlineData("time-out after commit")]
    public async Task Stop_without_a_spool_reports_the_number_of_lost_objects(string fault)
    {
        await using var rig = NewRig();
        Send(rig, Segments / 2);
        await WhenStoredAsync(rig, Segments / 2);
        proxy!.AddFault(Catalog[fault]);
        Send(rig, Segments / 2);
        var left = await rig.Writer.CompleteAsync(TimeSpan.FromSeconds(1)).WaitAsync(ManualClock.Patience);
        proxy.ClearFaults();
        var stored = await StoredAsync();
        Assert.InRange(stored.Count(entry => sent.ContainsKey(entry.Key)), Segments - left, Segments); // what was committed without an answer is there, and counted as left
        Assert.Equal(left > 0, rig.Log.Of(LogLevel.Error).Any(line => line.Contains($"{left} objects", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Recreated_bucket_receives_everything_that_was_recorded_meanwhile()
    {
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true });
        await using var rig = NewRig();
        await WhenAcceptedAsync(rig);
        await client.DeleteObjectAsync(bucket, "md/probe/conditional-write");
        await client.DeleteBucketAsync(bucket);
        Send(rig, Segments);
        while (!rig.Writer.StoreHealth.IsRefusing)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Contains($"The bucket '{bucket}' does not exist", rig.Writer.StoreHealth.Reason, StringComparison.Ordinal);
        await client.PutBucketAsync(bucket);
        await rig.CompleteAsync();
        await CheckStoredAsync();
        Assert.Single(rig.Log.Of(LogLevel.Error));
    }

    [Fact]
    public Task Storm_of_all_faults_loses_nothing_with_two_replicas() => StormAsync(rounds: 40, seed: 20261129);

    [Fact(Explicit = true)]
    public Task Long_storm_of_all_faults_loses_nothing_with_two_replicas() => StormAsync(rounds: 2_000, seed: Environment.TickCount);

    private async Task StormAsync(int rounds, int seed)
    {
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        var faults = Catalog.Values.ToArray();
        string?[] methods = [null, "PUT", "HEAD"];
        await using var a = NewRig(replica: "a");
        await using var b = NewRig(replica: "b");
        for (var round = 0; round < rounds; round++)
        {
            var fault = faults[random.Next(faults.Length)];
            proxy!.AddFault(fault with { Count = random.Next(1, 8), Method = fault.Method ?? methods[random.Next(methods.Length)] });
            foreach (var segment in Next(random.Next(1, 20)))
                foreach (var rig in new[] { a, b })
                    while (!rig.TryAdd(SegmentOf(segment)))
                        await rig.Writer.WhenDrainedToAsync(0.5);
            await a.Writer.WhenDrainedToAsync(0.5);
            await b.Writer.WhenDrainedToAsync(0.5);
        }

        proxy!.ClearFaults();
        foreach (var rig in new[] { a, b })
        {
            await rig.Writer.WhenDrainedToAsync(0).WaitAsync(StormBacklogPatience, TestContext.Current.CancellationToken); // thousands of segments wait at the end of a long storm
            await rig.CompleteAsync();
        }

        await CheckStoredAsync();
    }

    private static SealedSegment SegmentOf(int number) => SegmentSample.Segment(
        new(Dataset.Trades, "binance", $"M{number}-USD"), string.Concat(Enumerable.Range(0, 50).Select(row => $"{{\"id\":\"{number}-{row}\"}}\n")));

    private static async Task WhenStoredAsync(WriterRig rig, int count)
    {
        while (rig.Meter.SegmentsStored.Total < count)
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    private static async Task WhenAcceptedAsync(WriterRig rig)
    {
        while (!rig.Writer.HasStoreAccepted)
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    private IEnumerable<int> Next(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var segment = SegmentOf(++number);
            using var rows = segment.Rows;
            var hash = RowCompression.Hash(rows);
            sent.Add(ObjectKey.Segment("md", SegmentKey.Of(segment, hash)), hash);
            yield return number;
        }
    }

    private void Send(WriterRig rig, int count)
    {
        foreach (var segment in Next(count))
            Assert.True(rig.Writer.TryAdd(SegmentOf(segment)));
    }

    private WriterRig NewRig(Action<StorageOptions>? change = null, string replica = "a") => new(store!, TimeProvider.System, replica, change: options =>
    {
        (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));
        change?.Invoke(options);
    }, probed: true);

    private async Task<Dictionary<string, string>> StoredAsync()
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var listed in direct!.ListAsync("", TestContext.Current.CancellationToken))
        {
            await using var body = (await direct.GetAsync(listed.Key, TestContext.Current.CancellationToken))!;
            stored.Add(listed.Key, await RowCompression.HashCompressedAsync(body, TestContext.Current.CancellationToken) ?? "");
        }

        return stored;
    }

    private async Task CheckStoredAsync()
    {
        var stored = await StoredAsync();
        stored.Remove("md/probe/conditional-write");
        Assert.Equal(sent, stored);
    }

    private S3Store NewStore(Uri address) => new(
        new() { Bucket = bucket, Region = "us-east-1", ServiceUrl = address, ForcePathStyle = true, Timeout = Limit }, TimeProvider.System);
}

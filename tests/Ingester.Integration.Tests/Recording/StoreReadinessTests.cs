using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.Simulator.Store;
using Ingester.Status;

namespace Ingester.Integration.Tests.Recording;

/// <summary>The recorder as a process whose store was never writable, refuses, or lost something: what it says, and with which exit code it ends.</summary>
public sealed class StoreReadinessTests(MotoServer moto) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private static readonly Dictionary<string, string> NoCredentials = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "",
        ["AWS_SECRET_ACCESS_KEY"] = "",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/there/is/none",
        ["AWS_CONFIG_FILE"] = "/there/is/none",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-readiness-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
    private readonly CancellationTokenSource patience = new(Patience);
    private StoreProxy? proxy;
    private ExchangeSimulator? simulator;
    private string bucket = "";

    private CancellationToken Cancel => patience.Token;

    public async ValueTask InitializeAsync()
    {
        bucket = await moto.NewBucketAsync();
        proxy = await StoreProxy.StartAsync(moto.Url);
        simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 4, EventsPerSecond = 100, MarketSkew = 0 }, SimulatedClock.Create(clock));
    }

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
            await simulator.DisposeAsync();
        if (proxy is not null)
            await proxy.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Replica_without_credentials_is_not_ready_and_reports_them_as_missing()
    {
        using var replica = Start(new { }, NoCredentials);
        await UntilAsync(replica, status => status is { Events: > 0, StoreReason: not null });
        var status = (await replica.GetStatusAsync(Cancel))!;
        Assert.StartsWith("The store has not accepted a write yet. No AWS credentials were found", status.NotReady, StringComparison.Ordinal);
        Assert.False(status.StoreHasAccepted);
        Assert.NotEqual(0, await replica.StopAsync(Cancel));
        Assert.DoesNotContain("Ready: ", File.ReadAllText(replica.LogPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusing_store_is_reported_at_once_and_retried_until_it_is_repaired()
    {
        using var replica = Start(new { });
        await replica.WaitUntilReadyAsync(Cancel);
        Assert.True((await replica.GetStatusAsync(Cancel))!.StoreHasAccepted);
        proxy!.Refuse(403);
        await UntilAsync(replica, status => status is { StoreRefuses: true, NotReady: not null });
        Assert.Contains("No permission to ", (await replica.GetStatusAsync(Cancel))!.NotReady, StringComparison.Ordinal);
        proxy.ClearFaults();
        await UntilAsync(replica, status => status is { StoreRefuses: false, NotReady: null });
        simulator!.StopGenerating();
        Assert.Equal(0, await replica.StopAsync(Cancel));
    }

    [Fact]
    public async Task Rows_that_were_lost_as_overflow_are_exit_code_3()
    {
        using var replica = Start(new { MaxQueuedObjects = 1 });
        await replica.WaitUntilReadyAsync(Cancel);
        proxy!.Refuse(503);
        await UntilAsync(replica, status => status.Gaps > 0);
        proxy.ClearFaults();
        simulator!.StopGenerating();
        var exit = await replica.StopAsync(Cancel);
        Assert.Contains("objects were lost while recording", File.ReadAllText(replica.LogPath), StringComparison.Ordinal);
        Assert.Equal(3, exit);
    }

    [Fact]
    public async Task Damaged_files_of_the_spool_are_exit_code_3()
    {
        var spool = Path.Combine(folder, "spool");
        Directory.CreateDirectory(Path.Combine(spool, "20261120T1448"));
        await File.WriteAllTextAsync(Path.Combine(spool, "20261120T1448", "0-0000000000000001-1-1.spool"), "this is no object", Cancel);
        using var replica = Start(new { Spool = new { Directory = spool } });
        await replica.WaitUntilReadyAsync(Cancel);
        await UntilAsync(replica, status => status.SpoolCorrupt == 1);
        simulator!.StopGenerating();
        var exit = await replica.StopAsync(Cancel);
        Assert.Contains("1 spool files are damaged", File.ReadAllText(replica.LogPath), StringComparison.Ordinal);
        Assert.Equal(3, exit);
    }

    private ReplicaProcess Start(object storage, IReadOnlyDictionary<string, string>? environment = null) => new(
        "a",
        ReplicaFile.Write(folder, simulator!, clock, new
        {
            StopTimeout = "00:00:20",
            Store = new { S3 = new { Bucket = bucket, Region = "us-east-1", ServiceUrl = proxy!.Url, ForcePathStyle = true } },
            Storage = storage,
        }),
        Path.Combine(folder, "replica.log"),
        environment);

    private async Task UntilAsync(ReplicaProcess replica, Func<RecorderStatus, bool> condition)
    {
        while (await replica.GetStatusAsync(Cancel) is not { } status || !condition(status))
            await Task.Delay(Poll, TimeProvider.System, Cancel);
    }
}

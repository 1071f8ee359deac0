using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;
using Ingester.Simulator.Store;
using Ingester.Status;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Storage;

/// <summary>The real program while its store fails: killed, stopped and started again, with its spool on disk.</summary>
public sealed class SpoolProcessTests(MotoServer moto) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-spool-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };
    private readonly CancellationTokenSource patience = new(Patience);
    private StoreProxy? proxy;
    private S3Store? direct;
    private ExchangeSimulator? simulator;
    private string bucket = "";

    private string Spool => Path.Combine(folder, "spool");

    private CancellationToken Cancel => patience.Token;

    public async ValueTask InitializeAsync()
    {
        bucket = await moto.NewBucketAsync();
        proxy = await StoreProxy.StartAsync(moto.Url);
        direct = new(new() { Bucket = bucket, Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance"], Markets = 4, EventsPerSecond = 100, MarketSkew = 0 }, SimulatedClock.Create(clock));
    }

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
            await simulator.DisposeAsync();
        direct?.Dispose();
        if (proxy is not null)
            await proxy.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Killed_in_an_outage_the_next_process_stores_every_file_that_was_finished()
    {
        var configuration = Configure(Spool);
        using var killed = Start(configuration);
        await killed.WaitUntilReadyAsync(Cancel);
        await UntilAsync(killed, status => status.Segments.GetValueOrDefault("stored") > 0);
        proxy!.BecomeUnreachable();
        await UntilAsync(killed, status => status.SpoolFiles > 30);
        await killed.KillAsync(Cancel);
        var left = Directory.EnumerateFiles(Spool, "*.spool", SearchOption.AllDirectories).Select(path => SpoolFile.Read(path).Header).ToList();
        Assert.NotEmpty(left);

        using var next = Start(configuration); // its store has accepted nothing yet: it records, and is not ready
        await UntilAsync(next, status => status.SpoolFiles > left.Count);
        Assert.StartsWith("The store has not accepted a write yet.", (await next.GetStatusAsync(Cancel))!.NotReady, StringComparison.Ordinal);
        using var intruder = Start(configuration);
        await intruder.WaitForExitAsync(Cancel);
        Assert.Equal(2, intruder.ExitCode);
        Assert.Contains($"is in use by replica a, process {next.Id} on", Log(intruder), StringComparison.Ordinal);

        proxy.ClearFaults();
        await UntilAsync(next, status => status.SpoolFiles == 0);
        simulator!.StopGenerating();
        Assert.Equal(0, await next.StopAsync(Cancel));
        foreach (var header in left)
            Assert.Equal(header.Sha256, (await direct!.HeadAsync(header.Key, Cancel))?.Metadata.Sha256);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Spool, "corrupt")));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(403)]
    public async Task Stop_during_an_outage_loses_nothing_and_the_exit_code_reports_spooled_objects(int status)
    {
        var configuration = Configure(Spool);
        using var stopped = Start(configuration);
        await stopped.WaitUntilReadyAsync(Cancel);
        await UntilAsync(stopped, status => status.Segments.GetValueOrDefault("stored") > 0);
        proxy!.Refuse(status);
        await UntilAsync(stopped, status => status.SpoolFiles > 10 && status.NotReady is not null);
        Assert.Contains("The store has failed for", (await stopped.GetStatusAsync(Cancel))!.NotReady, StringComparison.Ordinal);
        simulator!.StopGenerating();
        Assert.Equal(1, await stopped.StopAsync(Cancel));
        Assert.Contains($"objects are in the spool {Spool} and not in the store", Log(stopped), StringComparison.Ordinal);

        using var next = Start(configuration); // the store still refuses: it starts all the same
        await UntilAsync(next, status => status.SpoolFiles > 10);
        proxy.ClearFaults();
        await UntilAsync(next, status => status.SpoolFiles == 0);
        Assert.Equal(0, await next.StopAsync(Cancel));
        await CheckAsync();
    }

    [Fact]
    public async Task Hanging_store_keeps_no_stop_from_spooling_everything()
    {
        var configuration = Configure(Spool, stopTimeout: "00:00:06");
        using var stopped = Start(configuration);
        await stopped.WaitUntilReadyAsync(Cancel);
        proxy!.Hang();
        await UntilAsync(stopped, status => status.BacklogObjects >= 8);
        simulator!.StopGenerating();
        Assert.Equal(1, await stopped.StopAsync(Cancel));
        Assert.DoesNotContain("are lost", Log(stopped), StringComparison.Ordinal);
        proxy.ClearFaults();
        using var next = Start(configuration);
        await UntilAsync(next, status => status.SpoolFiles == 0);
        Assert.Equal(0, await next.StopAsync(Cancel));
        await CheckAsync();
    }

    [Fact]
    public async Task Store_that_refuses_at_the_start_ends_a_recorder_without_a_spool()
    {
        proxy!.Refuse(403);
        using var refused = Start(Configure(spool: null));
        await refused.WaitForExitAsync(Cancel);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("No permission", Log(refused), StringComparison.Ordinal);
        bucket = "there-is-no-such-bucket";
        proxy.ClearFaults();
        using var missing = Start(Configure(spool: null));
        await missing.WaitForExitAsync(Cancel);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("does not exist", Log(missing), StringComparison.Ordinal);
    }

    private ReplicaProcess Start(string configuration) => new("a", configuration, Path.Combine(folder, $"{Guid.NewGuid():N}.log"));

    private static string Log(ReplicaProcess replica) => File.ReadAllText(replica.LogPath);

    private async Task CheckAsync()
    {
        var check = await StoreCheck.ListAsync(direct!, "", Cancel);
        foreach (var count in simulator!.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades))
            Assert.Empty((await check.CheckStreamAsync(count.Stream, [.. simulator.Truth(count.Stream)], Cancel)).Errors);
        Assert.Empty(await check.ReadGapsAsync(Cancel));
        Assert.Equal(0, check.CountObjects(ObjectKey.Divergent) + check.CountObjects(ObjectKey.Variants));
    }

    private async Task UntilAsync(ReplicaProcess replica, Func<RecorderStatus, bool> condition)
    {
        while (await replica.GetStatusAsync(Cancel) is not { } status || !condition(status))
            await Task.Delay(Poll, TimeProvider.System, Cancel);
    }

    private string Configure(string? spool, string stopTimeout = "00:00:20") => ReplicaFile.Write(folder, simulator!, clock, new
    {
        StopTimeout = stopTimeout,
        Store = new { S3 = new { Bucket = bucket, Region = "us-east-1", ServiceUrl = proxy!.Url, ForcePathStyle = true } },
        Storage = spool is null ? (object)new { } : new { Spool = new { Directory = spool } },
    });
}

using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests;

/// <summary>Two replicas of the real program, in processes of their own, against simulated exchanges and an S3 emulator.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReplicaTests(MotoServer moto) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(1); // two real seconds: time enough to forge an object

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-replicas-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };

    [Fact]
    public async Task Two_replicas_of_which_one_is_killed_leave_one_object_per_whole_minute_and_report_a_forged_one()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        var options = new S3StoreOptions { Bucket = await moto.NewBucketAsync(), Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true };
        using var store = new S3Store(options, TimeProvider.System);
        var clock = SimulatedClock.Create(clockOptions);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "kraken"], Markets = 3, EventsPerSecond = 150, MarketSkew = 0 }, clock);
        simulator.StopGenerating(); // until both are there: what only one has received dies with it
        var configuration = Configure(simulator, options);

        using var first = Start("a", configuration);
        using var killed = Start("b", configuration);
        await Task.WhenAll(first.WaitUntilReadyAsync(cancel), killed.WaitUntilReadyAsync(cancel));
        simulator.StartGenerating();
        await UntilAsync("a duplicate is refused", async () => await CountAsync("duplicate", first, killed) > 0, cancel);
        await killed.KillAsync(cancel);

        using var second = Start("b", configuration);
        await second.WaitUntilReadyAsync(cancel);
        var (stream, key) = await ForgeAsync(store, simulator, clock, cancel);
        await UntilAsync("the forged object is found", async () => await CountAsync("divergent", first, second) > 0, cancel);
        simulator.StopGenerating();
        var exits = await Task.WhenAll(first.StopAsync(cancel), second.StopAsync(cancel));
        Assert.All(exits, exit => Assert.Equal(0, exit));

        var check = await StoreCheck.ListAsync(store, "", cancel);
        Assert.Equal(1, check.CountObjects(ObjectKey.Divergent));
        Assert.Equal("forged", await ReadAsync(store, key, cancel));
        foreach (var count in simulator.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades && count.Stream != stream))
        {
            var verdict = await check.CheckStreamAsync(count.Stream, [.. simulator.Truth(count.Stream)], cancel);
            Assert.Empty(verdict.Errors);
            Assert.True(verdict.WholeWindows > 2, $"{count.Stream} has {verdict.WholeWindows} whole minutes");
        }

        Assert.Empty(await check.ReadGapsAsync(cancel));
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine($"What the replicas logged is kept in {folder}.");
        else
            Directory.Delete(folder, recursive: true);
    }

    private ReplicaProcess Start(string name, string configuration) => new(name, configuration, Path.Combine(folder, $"{name}.log"));

    private string Configure(ExchangeSimulator simulator, S3StoreOptions store) => ReplicaFile.Write(folder, simulator, clockOptions, new
    {
        Replicas = new[] { "a", "b" },
        Store = new { S3 = new { store.Bucket, store.Region, store.ServiceUrl, store.ForcePathStyle } },
        Storage = new { ReplicaStagger = "00:00:20", UploadSpread = Spread },
    });

    /// <summary>Writes other bytes under the key of a window that is over, before the replicas, which wait their spread, come to it.</summary>
    private static async Task<(StreamId Stream, string Key)> ForgeAsync(S3Store store, ExchangeSimulator simulator, TimeProvider clock, CancellationToken cancel)
    {
        var stream = simulator.Markets("binance").Select(market => new StreamId(Dataset.Trades, "binance", market.Name))
            .MaxBy(candidate => StableHash.OffsetWithin(Spread, candidate.Text))!;
        var from = Micros.Now(clock) + 2 * Window.MicrosPerMinute;
        string? key = null;
        await UntilAsync("a window is over", async () =>
        {
            var windows = simulator.Truth(stream).GroupBy(row => Window.Containing(row.Micros, 1)).Where(window => window.Key.StartMicros > from).ToList();
            if (windows.Count < 2)
                return false;
            var over = windows[^2];
            var range = new SequenceRange(over.First().After!.Value, over.Last().UpTo!.Value);
            key = ObjectKey.Segment("", new SegmentKey(stream, over.Key, range, IsWhole: true));
            using var body = new RowBuffer();
            System.Buffers.BuffersExtensions.Write(body, Encoding.UTF8.GetBytes("forged"));
            return await store.PutAsync(key, body, new ObjectMetadata(new string('0', 64), 1, ObjectMetadata.FormatVersion), cancel) == PutOutcome.Stored;
        }, cancel);
        return (stream, key!);
    }

    private static async Task<long> CountAsync(string outcome, params ReplicaProcess[] replicas)
    {
        long count = 0;
        foreach (var replica in replicas)
            count += (await replica.GetStatusAsync(CancellationToken.None))?.Segments.GetValueOrDefault(outcome) ?? 0;
        return count;
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken cancel)
    {
        while (!await holds())
        {
            Assert.False(cancel.IsCancellationRequested, $"It did not happen in time that {what}.");
            await Task.Delay(Poll, TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<string> ReadAsync(S3Store store, string key, CancellationToken cancel)
    {
        using var reader = new StreamReader((await store.GetAsync(key, cancel))!);
        return await reader.ReadToEndAsync(cancel);
    }
}

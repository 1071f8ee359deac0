using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Simulator;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Recording;

/// <summary>One recorder without a second to cover for it, stopped and killed at any moment: what is lost, and what the store says of it.</summary>
[Collection(AloneCollection.Name)] // how old rows may be that are lost depends on how late the fast clock is
public sealed class StopTests : IAsyncLifetime
{
    private const double Rate = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-stop-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };
    private readonly CancellationTokenSource patience = new(Patience);
    private readonly Random random = new(11);
    private ExchangeSimulator? simulator;

    private string Store => Path.Combine(folder, "store");

    private CancellationToken Cancel => patience.Token;

    public async ValueTask InitializeAsync() => simulator = await ExchangeSimulator.StartAsync(
        new() { Markets = 2, EventsPerSecond = 100, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clock));

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
            await simulator.DisposeAsync();
        patience.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Stop_at_any_moment_loses_no_received_event()
    {
        var configuration = Configure();
        for (var round = 0; round < 4; round++)
        {
            using var replica = await RecordAsync(configuration, events: random.Next(1, 1_500));
            Assert.True(await replica.StopAsync(Cancel) == 0, File.ReadAllText(replica.LogPath));
        }

        var check = await StoreCheck.ListAsync(new DirectoryStore(Store, TimeProvider.System), "", Cancel);
        var faults = new List<string>();
        foreach (var stream in Streams())
            faults.AddRange((await check.CheckStreamAsync(stream, [.. simulator!.Truth(stream)], Cancel, replays: stream.Dataset == Dataset.Trades)).Errors.Select(fault => $"{stream}: {fault}"));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Killed_process_loses_only_unstored_rows_and_the_audit_names_exactly_those()
    {
        var configuration = Configure();
        using var killed = await RecordAsync(configuration, events: 3_000);
        var at = Micros.Now(SimulatedClock.Create(clock));
        await killed.KillAsync(Cancel);
        using var next = await RecordAsync(configuration, events: 1_500);
        Assert.Equal(0, await next.StopAsync(Cancel));

        var store = new DirectoryStore(Store, TimeProvider.System);
        var check = await StoreCheck.ListAsync(store, "", Cancel);
        using var archive = new MarketArchive(store, "");
        var day = TimeSpan.FromDays(1);
        var audits = (await archive.AuditAsync(new() { From = clock.Epoch!.Value - day, To = clock.Epoch.Value + day }, Cancel)).Streams.ToDictionary(audit => audit.Stream);
        var lost = 0;
        foreach (var stream in Streams())
        {
            var rows = await check.ReadRowsAsync(stream, Cancel);
            var truth = simulator!.Truth(stream).ToList();
            var missing = truth.Where(row => row.Sent && !rows.Contains(row.Row)).ToList();
            lost += missing.Count;
            Assert.All(missing, row => Assert.InRange(row.Micros, at - 3 * Window.MicrosPerMinute, at + Window.MicrosPerMinute));
            var verdicts = audits[stream].Windows.ToDictionary(window => window.Window.StartMicros, window => window.Verdict);
            Assert.All(missing, row => Assert.True(
                verdicts.GetValueOrDefault(Window.Containing(row.Micros, 1).StartMicros, WindowVerdict.Missing) > WindowVerdict.Quiet, $"{stream}: {row.Row}"));
            if (truth.All(row => row.UpTo is not null) && ExchangeCatalog.SequenceOf(stream) == SequenceKind.Contiguous)
                Assert.Equal(MissingRanges(truth.Where(row => rows.Contains(row.Row))), audits[stream].MissingRanges.Select(range => range.Range));
        }

        Assert.InRange(lost, 1, int.MaxValue); // else nothing was shown
    }

    private static IEnumerable<SequenceRange> MissingRanges(IEnumerable<TruthRow> stored)
    {
        long? end = null;
        foreach (var row in stored)
        {
            if (row.After > end)
                yield return new(end.Value, row.After.Value);
            end = row.UpTo;
        }
    }

    private IEnumerable<StreamId> Streams() => simulator!.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades && count.Sent > 0).Select(count => count.Stream);

    private string Configure() => ReplicaFile.Write(folder, simulator!, clock, new { Store = new { Directory = Store } });

    /// <summary>Starts the recorder and waits until it was sent so many events.</summary>
    private async Task<ReplicaProcess> RecordAsync(string configuration, int events)
    {
        var replica = new ReplicaProcess("a", configuration, Path.Combine(folder, "a.log"));
        await replica.WaitUntilReadyAsync(Cancel);
        var before = Sent();
        while (Sent() < before + events)
            await Task.Delay(Poll, Cancel);
        return replica;
    }

    private long Sent() => simulator!.Counts().Sum(count => count.Sent);
}

using System.Diagnostics.Metrics;
using Ingester.Configuration;
using Ingester.Core.Memory;
using Ingester.Core.Telemetry;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading.Windows;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Program.Hosting;

/// <summary>What a recorder does about windows of another length: at its start, and while it runs.</summary>
public sealed class WindowLengthMonitorTests : IDisposable
{
    private readonly ManualClock clock = new(CoverageStore.Midnight.AddHours(12));
    private readonly MemoryStore store = new();
    private readonly IngesterMeter meter = new();
    private readonly WriterRig.CollectingLog log = new();
    private readonly CancellationTokenSource stop = new();

    public void Dispose()
    {
        meter.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Start_with_another_length_is_refused_with_both_lengths_and_the_way_to_schedule_it()
    {
        Record(minutes: 1);
        var refused = await Assert.ThrowsAsync<CommandException>(() => StartAsync(SettingsOf(minutes: 5)));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("trades/binance/BTC-USDT: the store holds windows of 1 minute at 2025-10-25 11:59 UTC (replica b), the settings give 5 minutes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("{ \"Exchange\": \"binance\", \"Minutes\": 5, \"From\": \"2025-10-25T13:00Z\" }", refused.Message, StringComparison.Ordinal);
        await StartAsync(SettingsOf(minutes: 1));
        await StartAsync(SettingsOf(minutes: 5, from: "2025-10-25T13:00Z"));
        await StartAsync(SettingsOf(minutes: 5, markets: "ETH-*")); // what is not recorded has no length
    }

    [Fact]
    public async Task Store_that_does_not_answer_blocks_no_start_and_is_compared_when_it_does()
    {
        Record(minutes: 1);
        var failing = new FailingStore(store) { Fails = true };
        var settings = SettingsOf(minutes: 5);
        await WindowLengthMonitor.CheckAtStartAsync(settings, failing, clock, log, CancellationToken.None);
        Assert.Single(log.Of(LogLevel.Information));

        var watch = new WindowLengthMonitor(settings, new(failing, prefix: "", [.. settings.Segments.Windows]), clock, meter, log);
        var running = watch.RunAsync(stop.Token);
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.Null(watch.MismatchText);
        failing.Fails = false;
        await UntilAsync(() => watch.MismatchText is not null, running);
        Assert.Contains("the settings give 5 minutes", watch.MismatchText, StringComparison.Ordinal);
        Assert.Contains("action required", Assert.Single(log.Of(LogLevel.Error)), StringComparison.Ordinal);
        Assert.Equal([("binance", 1.0)], Measured());
        await StopAsync(running);
    }

    [Fact]
    public async Task Replica_that_begins_later_with_another_length_is_seen_and_its_end_too()
    {
        var settings = SettingsOf(minutes: 1);
        var watch = new WindowLengthMonitor(settings, new(store, prefix: "", [.. settings.Segments.Windows]), clock, meter, log);
        var running = watch.RunAsync(stop.Token);
        await PassAsync(TimeSpan.FromMinutes(30));
        Assert.Empty(Measured());
        CoverageStore.Record(store, SegmentSample.Trades, clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(30), 5, "b", process: 9);
        await UntilAsync(() => watch.MismatchText is not null, running);
        Assert.Single(log.Of(LogLevel.Error));

        CoverageStore.Record(store, SegmentSample.Trades, clock.GetUtcNow().AddHours(2), clock.GetUtcNow().AddHours(3), 1, "b", process: 10);
        await UntilAsync(() => watch.MismatchText is null, running);
        Assert.Single(log.Of(LogLevel.Error));
        Assert.Empty(Measured());
        await StopAsync(running);
    }

    private void Record(int minutes) => CoverageStore.Record(store, SegmentSample.Trades, clock.GetUtcNow().AddMinutes(-20), clock.GetUtcNow(), minutes, "b");

    private Task StartAsync(Settings settings) => WindowLengthMonitor.CheckAtStartAsync(settings, store, clock, log, CancellationToken.None);

    private static Settings SettingsOf(int minutes, string? from = null, string markets = "BTC-*") => Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(
    [
        KeyValuePair.Create("Ingester:Exchanges:binance:Markets:0", (string?)markets),
        KeyValuePair.Create("Ingester:Segments:Windows:0:Minutes", (string?)$"{minutes}"),
        KeyValuePair.Create("Ingester:Segments:Windows:0:From", from),
    ]).Build());

    private async Task PassAsync(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMinutes(1))
            await clock.AdvanceAsync(TimeSpan.FromMinutes(1));
    }

    private async Task UntilAsync(Func<bool> condition, Task running)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < ManualClock.Patience && !running.IsCompleted, "It did not come true in time.");
            await clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        }
    }

    private async Task StopAsync(Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(ManualClock.Patience));
    }

    private List<(string, double)> Measured()
    {
        var found = new List<(string, double)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (meter.Owns(instrument) && instrument.Name == "ingester.windows.mismatched")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => found.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }

    /// <summary>A store that can fail to list.</summary>
    private sealed class FailingStore(MemoryStore below) : IObjectStore
    {
        public bool Fails { get; set; }

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => below.PutAsync(key, body, metadata, cancellation);

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => below.HeadAsync(key, cancellation);

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => below.GetAsync(key, cancellation);

        public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation) =>
            Fails ? throw new StoreException("The store is away.", permanent: false) : below.ListAsync(prefix, cancellation);
    }
}

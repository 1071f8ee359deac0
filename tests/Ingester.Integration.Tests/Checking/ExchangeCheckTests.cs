using System.Text.Json;
using Ingester.Checking;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Integration.Tests.Connections;
using Ingester.Integration.Tests.Schemas;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Checking;

/// <summary><c>ingester check</c> against simulated exchanges, good ones and such that misbehave.</summary>
[Collection(AloneCollection.Name)] // its clock is fast
public sealed class ExchangeCheckTests : IDisposable
{
    private const double Rate = 30;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-check-").FullName;
    private readonly ClockOptions clock = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = Rate };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("binance")]
    [InlineData("binance-futures")]
    [InlineData("coinbase")]
    [InlineData("kraken")]
    public async Task Exchange_that_keeps_to_its_protocol_passes(string exchange)
    {
        await using var simulator = await StartAsync(exchange);
        var report = await CreateCheck(simulator, exchange).RunAsync(CancellationToken.None);
        Assert.Empty(report.Parts.SelectMany(part => part.Reasons));
        PublishedSchema.Validate("check-1", JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        Assert.Equal((CheckVerdict.Passed, 0), (report.Verdict, report.ExitCode));
        Assert.Equal(4, report.Markets.Count);
        Assert.All(report.Datasets, dataset =>
        {
            Assert.True(dataset is { Events: > 0, WholeWindows: > 0, Jumps: 0, Backward: 0 }, $"{dataset}");
            Assert.Equal(4, dataset.MarketsReceived);
            Assert.Equal(dataset.IsContiguous, dataset.Chained > 0);
            Assert.NotNull(dataset.LagMedianMilliseconds);
        });
        Assert.True(report.Connections is { Opened: > 0, Silent: 0, DialSeconds: > 0 });
        Assert.True(report.Books is { Stored: >= 4 });
        Assert.True(report.Connections.Sent > 0);
        Assert.All([".ws.tsv.gz", ".sent.tsv.gz", ".rest.tsv.gz"], ending => Assert.Contains(report.RawFiles, file => file.StartsWith("raw/", StringComparison.Ordinal) && file.EndsWith(ending, StringComparison.Ordinal)));
        Assert.Equal(report.Frames!.Received, await CountRawAsync(report));
        Assert.Equal(report.ExpectsChecksums, report.Datasets.Sum(dataset => dataset.Checksums) > 0);
    }

    [Fact]
    public async Task Unknown_message_is_reported_with_an_example()
    {
        var report = await CheckWithFaultAsync("coinbase", simulator => simulator.Inject(
            new(Dataset.Trades, "coinbase", "BTC-USD"), new(InjectedFaultKind.Garbage) { Garbage = GarbageKind.Unknown }));
        PublishedSchema.Validate("check-1", JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        var group = Assert.Single(report.Frames!.Quarantined);
        Assert.Equal(1, group.Frames);
        Assert.Contains("unknown type: 'surprise'", group.Reason, StringComparison.Ordinal);
        Assert.StartsWith("{\"type\":\"surprise\"", group.Example, StringComparison.Ordinal);
        Assert.Equal(1, report.ExitCode);
        var frames = report.Parts.Single(part => part.Name == "frames");
        Assert.Equal(CheckVerdict.Failed, frames.Verdict);
        Assert.Equal($"1 frame could not be decoded: {group.Reason}", Assert.Single(frames.Reasons));
        Assert.Contains(group.Example, ReportText.Format(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_of_a_channel_that_was_not_subscribed_is_named()
    {
        var report = await CheckWithFaultAsync("binance", simulator => simulator.Inject(Trades, new(InjectedFaultKind.Garbage) { Garbage = GarbageKind.Unknown }));
        Assert.Equal(1, report.Frames!.Ignored["surprise"]);
        Assert.Contains("surprise 1", ReportText.Format(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gap_fails_its_dataset_only()
    {
        var report = await CheckWithFaultAsync("binance", simulator => simulator.DropNext(Trades, 5));
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("1 gap with the cause skip.", Assert.Single(report.Parts, part => part.Verdict == CheckVerdict.Failed).Reasons);
        Assert.Equal(1, report.Datasets.Single(dataset => dataset.Dataset == "trades").Jumps);
    }

    [Fact]
    public async Task Lost_connection_is_reported()
    {
        var report = await CheckWithFaultAsync("binance", simulator => simulator.Cut("binance"));
        Assert.Equal(1, report.ExitCode);
        Assert.True(report.Connections!.Lost.Values.Sum() > 0);
        Assert.Equal(CheckVerdict.Failed, report.Parts.Single(part => part.Name == "connections").Verdict);
    }

    [Fact]
    public async Task Exchange_that_refuses_subscriptions_fails()
    {
        await using var simulator = await StartAsync("binance", new() { Limits = new() { StreamsPerConnection = 2 } });
        var report = await CreateCheck(simulator, "binance", minutes: 1).RunAsync(CancellationToken.None);
        Assert.Equal(1, report.ExitCode);
        Assert.True(report.Connections!.Requests.GetValueOrDefault("refused") > 0);
        Assert.Contains(report.Parts.Single(part => part.Name == "subscriptions").Reasons, reason => reason.Contains("refused", StringComparison.Ordinal));
        Assert.Contains(report.Warnings, warning => warning.Message.Contains("was refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exchange_that_sends_nothing_fails()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Markets = """{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT"}]}""";
        var report = await new ExchangeCheck(new()
        {
            Exchange = ExchangeCatalog.Find("binance")!,
            Duration = TimeSpan.FromSeconds(2),
            Folder = folder,
            WebSocket = exchange.WebSocketAddress,
            Rest = exchange.Address,
        }).RunAsync(CancellationToken.None);
        Assert.Equal(1, report.ExitCode);
        Assert.Contains("1 connection received no frame.", report.Parts.Single(part => part.Name == "connections").Reasons);
        Assert.Contains("1 of 1 streams of trades were not confirmed and sent nothing: BTC-USDT.", report.Parts.Single(part => part.Name == "subscriptions").Reasons);
    }

    [Fact]
    public async Task Exchange_without_an_event_cannot_be_judged()
    {
        await using var simulator = await StartAsync("binance", new() { EventsPerSecond = 0 });
        var report = await CreateCheck(simulator, "binance", minutes: 1).RunAsync(CancellationToken.None);
        Assert.Equal(3, report.ExitCode);
        Assert.Equal("No event was received from 4 markets.", Assert.Single(report.Parts.Single(part => part.Name == "trades").Reasons));
    }

    [Fact]
    public async Task Exchange_without_a_market_list_fails_and_records_nothing()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        var report = await new ExchangeCheck(new()
        {
            Exchange = ExchangeCatalog.Find("kraken")!,
            Duration = TimeSpan.FromMinutes(1),
            Folder = folder,
            WebSocket = exchange.WebSocketAddress,
            Rest = exchange.Address,
        }).RunAsync(CancellationToken.None);
        Assert.Equal((1, 0), (report.ExitCode, report.Datasets.Count));
        Assert.Contains("did not return a market list", report.MarketList.Error, StringComparison.Ordinal);
        Assert.Contains("did not return a market list", ReportText.Format(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_that_is_stopped_early_still_reports()
    {
        await using var simulator = await StartAsync("coinbase");
        var check = CreateCheck(simulator, "coinbase", minutes: 1000);
        using var stop = new CancellationTokenSource();
        var running = check.RunAsync(stop.Token);
        await UntilAsync(() => check.Frames > 50);
        await stop.CancelAsync();
        var report = await running;
        Assert.True(report.Frames!.Received > 50);
        Assert.Equal("coinbase", JsonSerializer.SerializeToElement(report, JsonSerializerOptions.Web).GetProperty("exchange").GetString());
    }

    private async Task<long> CountRawAsync(CheckReport report)
    {
        var count = 0L;
        foreach (var file in report.RawFiles.Where(file => file.EndsWith(".ws.tsv.gz", StringComparison.Ordinal)))
            await foreach (var batch in new RecordingFile(Path.Combine(folder, file)).ReadAsync(CancellationToken.None))
                count += batch.Count(frame => frame.IsMessage);
        return count;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (!condition())
            await Task.Delay(Poll, limit.Token);
    }

    private async Task<CheckReport> CheckWithFaultAsync(string exchange, Action<ExchangeSimulator> inject)
    {
        await using var simulator = await StartAsync(exchange);
        var check = CreateCheck(simulator, exchange);
        var running = check.RunAsync(CancellationToken.None);
        await UntilAsync(() => check.Frames > 100 || running.IsCompleted);
        inject(simulator);
        return await running;
    }

    private Task<ExchangeSimulator> StartAsync(string exchange, SimulatorOptions? options = null) => ExchangeSimulator.StartAsync(
        (options ?? new SimulatorOptions { EventsPerSecond = 200, MarketSkew = 0 }) with { Exchanges = [exchange], Markets = 8 }, SimulatedClock.Create(clock));

    private ExchangeCheck CreateCheck(ExchangeSimulator simulator, string exchange, double minutes = 5) => new(new()
    {
        Exchange = ExchangeCatalog.Find(exchange)!,
        Duration = TimeSpan.FromMinutes(minutes),
        Folder = folder,
        WebSocket = simulator.WebSocketAddress(exchange).ToString(),
        Rest = simulator.RestAddress(exchange).ToString(),
        Clock = clock,
    });
}

using System.Text;
using Ingester.Paper.Alerts;
using Ingester.Paper.Engine;
using Ingester.Paper.Execution;
using Ingester.Paper.Feeds;
using Ingester.Paper.History;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;
using Ingester.Paper.Report;
using Ingester.Paper.Settings;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Paper;

/// <summary>Runs the engine over a synthetic market.</summary>
internal sealed class EngineRig
{
    public const long Start = 1_763_632_800_000_000; // 2025-11-20T10:00
    public const string Run = "r";

    private readonly IReadOnlyDictionary<string, string?> settings;

    public EngineRig(MemoryStore? store = null, params (string Name, string Value)[] settings)
    {
        Store = store ?? new();
        this.settings = settings.Append(("Markets:0:Exchange", SyntheticFeed.Exchange)).Append(("Markets:0:Pair", SyntheticFeed.Market))
            .ToDictionary(static one => $"Paper:{one.Item1}", static one => (string?)one.Item2, StringComparer.Ordinal);
    }

    public MemoryStore Store { get; }

    public RunJournalReader Journal => new(new(Store, "", TimeProvider.System));

    /// <summary>Runs to the end of the feed.</summary>
    public Task<JournalWriter> RunAsync(IFeed feed, int seconds) => RunAsync(feed, seconds, isLive: false);

    /// <summary>Runs until the bar that ends after some seconds.</summary>
    public Task<JournalWriter> RunLiveAsync(IFeed feed, int seconds) => RunAsync(feed, seconds, isLive: true);

    private async Task<JournalWriter> RunAsync(IFeed feed, int seconds, bool isLive)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var options = PaperSettings.Read("dev", null, settings);
        var history = new PriceHistory(200);
        for (var bar = 120; bar > 0; bar--)
            history.Add(new(Start - (bar - 1) * options.BarMicros, SyntheticFeed.PriceAt(-bar * 60), 10));
        var market = new TradedMarket(options.Markets[0], history, new ExecutionOptions { Rules = new() { Lot = 0.0001m }, Fees = new(options.Orders.MakerFee, options.Orders.TakerFee), EntryLatency = Latency.Constant(50_000) }, Start);
        var journal = new JournalWriter(new(Store, "", TimeProvider.System), Run);
        await using var sender = new AlertSender([], TimeProvider.System, NullLogger.Instance);
        var events = new RunEvents(Run, NullLogger.Instance, sender);
        using var metrics = events.Metrics;
        using var http = new HttpClient();
        using var engine = new PaperEngine(
            new(options, [market], Start, isLive ? null : Start + seconds * SyntheticFeed.Second, PaperSettings.Hash(options)), ModelFactory.Create(options.GetModels(), http, TimeProvider.System), journal, events);
        if (isLive)
            engine.BarEnded += end =>
            {
                if (end == Start + seconds * SyntheticFeed.Second)
                    stop.Cancel();
            };
        await engine.RunAsync(feed, stop.Token, cancel);
        return journal;
    }

    public async Task<List<string>> LinesAsync()
    {
        var lines = new List<string>();
        await foreach (var line in Journal.ReadAsync(Run, TestContext.Current.CancellationToken))
            lines.Add(Encoding.UTF8.GetString(line.Span));
        return lines;
    }

    public Task<PaperReport> ReportAsync() => new ReportBuilder(Journal, null).BuildAsync(Run, TestContext.Current.CancellationToken);
}

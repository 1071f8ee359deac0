using Ingester.Core.Time;
using Ingester.Paper.Feeds;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;

namespace Ingester.Paper.Engine;

/// <summary>
/// Runs the strategy over a feed, recorded or live. Its only clock is the feed: a decision sees the events that arrived at or before its moment, and nothing else. The same
/// feed gives the same journal, byte for byte.
/// </summary>
internal sealed class PaperEngine : IDisposable
{
    private readonly RunSetup setup;
    private readonly JournalWriter journal;
    private readonly RunEvents events;
    private readonly Portfolio portfolio;
    private readonly Trader trader;
    private readonly InputDigest digest = new();
    private long now, late;

    /// <summary>Prepares a run.</summary>
    /// <param name="setup">What it starts with.</param>
    /// <param name="models">The models.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="events">Receives alerts.</param>
    public PaperEngine(RunSetup setup, ModelSet models, JournalWriter journal, RunEvents events)
    {
        (this.setup, this.journal, this.events) = (setup, journal, events);
        portfolio = new(setup.Markets, setup.Options.Cash, journal, events);
        trader = new(setup.Options, models, portfolio, journal, events);
        now = setup.StartMicros;
    }

    /// <summary>Raised after each bar, with its end in microseconds UTC.</summary>
    public event Action<long>? BarEnded;

    /// <summary>Runs until the feed ends, or until the end of the run.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="stop">Ends the run in order: its journal is completed.</param>
    /// <param name="cancellation">Aborts writes.</param>
    /// <exception cref="JournalException">Another instance writes the journal of the run.</exception>
    public async Task RunAsync(IFeed feed, CancellationToken stop, CancellationToken cancellation)
    {
        await WriteRunAsync(cancellation);
        var boundary = setup.StartMicros + setup.Options.BarMicros;
        portfolio.StartDay(setup.StartMicros);
        try
        {
            await foreach (var item in feed.ReadAsync(stop))
            {
                for (; boundary < item.ArrivalMicros || (item.Kind == FeedItemKind.Clock && boundary == item.ArrivalMicros); boundary += setup.Options.BarMicros)
                    await DecideAsync(boundary, cancellation);
                now = Math.Max(now, item.ArrivalMicros);
                await ApplyAsync(item, cancellation);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run ends in order.
        }

        await CompleteAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => digest.Dispose();

    private async ValueTask ApplyAsync(FeedItem item, CancellationToken cancellation)
    {
        if (item.Stream is not { } stream)
            return;
        if (item.Kind is FeedItemKind.Row && item.Micros >= setup.StartMicros)
            digest.Add(item);
        late += item.IsLate ? 1 : 0;
        foreach (var market in setup.Markets)
            if (market.Reads(stream))
                await portfolio.ApplyAsync(now, market, market.Apply(item), cancellation);
    }

    private async ValueTask DecideAsync(long boundary, CancellationToken cancellation)
    {
        now = Math.Max(now, boundary);
        portfolio.StartDay(boundary);
        var due = boundary - Micros.From(setup.Options.Feed.Latency);
        foreach (var market in setup.Markets)
            await portfolio.ApplyAsync(now, market, market.Simulator.AdvanceTo(due), cancellation);
        await WriteInputsAsync(boundary, cancellation);
        foreach (var market in setup.Markets)
            await trader.DecideAsync(market, boundary, cancellation);
        await WriteAccountAsync(cancellation);
        events.Metrics.SetPortfolio(portfolio.Value);
        await journal.FlushAsync(cancellation);
        BarEnded?.Invoke(boundary);
    }

    private async ValueTask CompleteAsync(CancellationToken cancellation)
    {
        foreach (var market in setup.Markets)
            await portfolio.ApplyAsync(now, market, market.Complete(setup.EndMicros ?? now), cancellation);
        await WriteInputsAsync(now, cancellation);
        await WriteAccountAsync(cancellation);
        await journal.AppendAsync(now, RunJournalReader.EndKind, json => json.WriteNumber("openOrders", setup.Markets.Sum(static market => market.Orders.Count)), cancellation);
        await journal.FlushAsync(cancellation);
        events.Raise(now, "ended", $"The run has ended with a portfolio of {portfolio.Value:0.##}.");
    }

    private ValueTask WriteRunAsync(CancellationToken cancellation) => journal.AppendAsync(setup.StartMicros, "run", json =>
    {
        json.WriteStartArray("markets");
        foreach (var market in setup.Markets)
        {
            json.WriteStartObject();
            json.WriteString("market", market.Name);
            json.WriteNumber("historyPoints", market.History.Points.Count);
            json.WriteString("contractSize", JournalWriter.Text(market.Rules.ContractSize));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("barMinutes", setup.Options.BarMinutes);
        json.WriteString("cash", JournalWriter.Text(setup.Options.Cash));
        json.WriteString("settings", setup.SettingsHash);
    }, cancellation);

    private async ValueTask WriteInputsAsync(long micros, CancellationToken cancellation)
    {
        var (count, skipped) = (digest.Count, late);
        var hash = digest.Complete();
        late = 0;
        await journal.AppendAsync(micros, "inputs", json =>
        {
            json.WriteNumber("events", count);
            json.WriteString("sha256", hash);
            if (skipped > 0)
                json.WriteNumber("late", skipped);
        }, cancellation);
    }

    private ValueTask WriteAccountAsync(CancellationToken cancellation) => journal.AppendAsync(now, "account", json =>
    {
        json.WriteString("cash", JournalWriter.Text(portfolio.Cash));
        json.WriteString("value", JournalWriter.Text(portfolio.Value));
        json.WriteString("dayLoss", JournalWriter.Text(portfolio.DayLoss));
    }, cancellation);
}

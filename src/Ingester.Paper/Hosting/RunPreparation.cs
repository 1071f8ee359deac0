using Ingester.Core.Time;
using Ingester.Paper.Engine;
using Ingester.Paper.Execution;
using Ingester.Paper.History;
using Ingester.Paper.Orders;
using Ingester.Paper.Settings;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Hosting;

/// <summary>Reads what a run starts with: history, instruments, and where configured the lags of arrivals.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="archive">The same store, as events.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class RunPreparation(IObjectStore store, string prefix, MarketArchive archive, TimeProvider clock)
{
    private const int MaxLags = 10_000;
    private const int HourMinutes = 60;

    private readonly SortedSet<string> notes = new(StringComparer.Ordinal);

    /// <summary>Sentences about what was not found or not readable.</summary>
    public IReadOnlyCollection<string> Notes => notes;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="start">The start, microseconds UTC.</param>
    /// <param name="end">The end; null for a live run.</param>
    /// <param name="cancellation">Cancels the reads.</param>
    /// <exception cref="HistoryException">The history of a market is too short.</exception>
    /// <exception cref="SettingsException">A market cannot be simulated.</exception>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<RunSetup> PrepareAsync(PaperOptions options, long start, long? end, CancellationToken cancellation)
    {
        var history = new HistoryReader(store, prefix, clock);
        var markets = new List<TradedMarket>();
        foreach (var market in options.Markets)
        {
            var points = await history.ReadAsync(market.Pair, market.AllPriceExchanges, options.BarMinutes, start, options.History, cancellation);
            markets.Add(new(market, points, await ReadExecutionAsync(market, options.Orders, start, cancellation), start));
        }

        notes.UnionWith(history.Unreadable);
        return new(options, markets, start, end, PaperSettings.Hash(options));
    }

    private async Task<ExecutionOptions> ReadExecutionAsync(MarketOptions market, OrderOptions options, long start, CancellationToken cancellation)
    {
        var latency = options.DrawLatency ? await ReadLagsAsync(market, start, cancellation) : Latency.Constant(Micros.From(options.Latency));
        return new()
        {
            Rules = await ReadRulesAsync(market, start, cancellation),
            Fees = new(options.MakerFee, options.TakerFee),
            EntryLatency = latency,
            CancelLatency = latency,
            Seed = options.Seed,
        };
    }

    private async Task<InstrumentRules> ReadRulesAsync(MarketOptions market, long start, CancellationToken cancellation)
    {
        var list = await archive.ReadInstrumentsAsync(market.Exchange, new(Micros.ToDateTime(start)), cancellation);
        notes.UnionWith(list.Unreadable);
        if (list.Markets.FirstOrDefault(one => one.Market == market.Pair) is not { } instrument)
        {
            notes.Add($"The store has no instruments of {market.Exchange} {market.Pair} at the start: orders are simulated without tick, lot and minimum.");
            return new();
        }

        return InstrumentRules.TryCreate(instrument, out var rules, out var refusal) ? rules : throw new SettingsException(refusal);
    }

    private async Task<Latency> ReadLagsAsync(MarketOptions market, long start, CancellationToken cancellation)
    {
        var (from, to) = (new DateTimeOffset(Micros.ToDateTime(start)).AddMinutes(-HourMinutes), new DateTimeOffset(Micros.ToDateTime(start)));
        var stream = new Core.Markets.StreamId(market.TradeDataset, market.Exchange, market.Pair);
        var arrivals = archive.OpenArrivals(stream, from, to, []);
        var lags = new List<long>();
        await foreach (var found in archive.ReadEventsAsync(stream, from, to, cancellation))
            if (found.Kind == MarketEventKind.Row && await arrivals.FindAsync(found, cancellation) is { } arrival)
            {
                lags.Add(arrival.Micros - found.Micros);
                if (lags.Count == MaxLags)
                    break;
            }

        return lags.Count > 0 ? Latency.FromLags(lags) : throw new SettingsException(
            $"Paper:Orders:DrawLatency: no arrivals of {stream} are recorded in the hour before the start. Set it to false to use Paper:Orders:Latency.");
    }
}

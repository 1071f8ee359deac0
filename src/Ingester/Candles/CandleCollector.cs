using System.Collections.Concurrent;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Candles;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;
using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary>
/// Fetches the finished candles of markets that are not stored yet, and stores them. Series are independent of each other: the failure of one is reported, and the others continue.
/// </summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="rest">Sends the requests.</param>
/// <param name="storage">Stores the objects.</param>
/// <param name="request">What is fetched.</param>
internal sealed class CandleCollector(ExchangeContext context, RateLimitedRestClient rest, CandleStorage storage, CandleRequest request)
{
    private static readonly long MonthMicros = Micros.From(TimeSpan.FromDays(31));

    private readonly CandleFetcher fetcher = new(context, rest, request.Endpoint);
    private readonly ConcurrentQueue<CandleFailure> failures = new();
    private long candles;
    private int objects;
    private int upToDate;
    private int done;

    /// <summary>Writes the newest candles to files; null for no files.</summary>
    public LatestCandles? Latest { get; init; }

    /// <summary>Runs a command for each written object; null for none.</summary>
    public ObjectAnalysis? Analysis { get; init; }

    /// <summary>Number of series that are done.</summary>
    public int Done => Volatile.Read(ref done);

    /// <summary>Fetches and stores. All series are fetched up to the same time, that of the call.</summary>
    public async Task<CandleReport> RunAsync(IReadOnlyList<Market> markets, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        await WaitForFinishedCandlesAsync(cancel);
        var now = context.Clock.GetUtcNow();
        var series = markets.SelectMany(market => request.Intervals.Select(interval => (market, new CandleSeries(context.Name, market.Name, interval)))).ToList();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Concurrency, CancellationToken = cancel };
        await Parallel.ForEachAsync(series, limits, async (one, stop) => await CollectAsync(one.market, one.Item2, now, stop));
        return new()
        {
            Exchange = context.Name,
            Markets = markets.Count,
            Series = series.Count,
            UpToDate = upToDate,
            Objects = objects,
            Candles = candles,
            Requests = fetcher.Requests,
            Weight = fetcher.Weight,
            Seconds = context.Clock.GetElapsedTime(began).TotalSeconds,
            Failures = [.. failures.OrderBy(failure => failure.Market, StringComparer.Ordinal).ThenBy(failure => failure.Interval, StringComparer.Ordinal)],
        };
    }

    /// <summary>Waits, if necessary, until the last candle counts as finished: a run that starts at the full hour stores the candles that ended then.</summary>
    private async Task WaitForFinishedCandlesAsync(CancellationToken cancel)
    {
        var now = context.Clock.GetUtcNow();
        if (request.Intervals.Max(interval => CandleTimes.UntilFinished(now, Micros.From(interval))) is { Ticks: > 0 } wait)
            await Task.Delay(wait, context.Clock, cancel);
    }

    private async Task CollectAsync(Market market, CandleSeries series, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await CollectAsync(market, series, CandleTimes.LastFinished(now, series.IntervalMicros), cancel);
        }
        catch (Exception failure) when (failure is RestException or JsonException or StoreException)
        {
            Fail(series, failure.Message);
        }
        finally
        {
            Interlocked.Increment(ref done);
        }
    }

    private async Task CollectAsync(Market market, CandleSeries series, long last, CancellationToken cancel)
    {
        var newest = new CandleSpan(last - (request.Newest - 1) * series.IntervalMicros, last);
        var missing = await FindMissingAsync(series, newest, cancel);
        if (missing.Count == 0)
            Interlocked.Increment(ref upToDate);
        var latest = new Queue<Candle>();
        foreach (var span in CandleSpan.Join(Latest is null ? missing : [.. missing, newest], series.IntervalMicros))
        {
            var writer = new MissingCandles(missing, series.IntervalMicros);
            await foreach (var candle in fetcher.FetchAsync(market, series.Interval, span, cancel))
            {
                foreach (var day in writer.Add(candle))
                    await StoreAsync(market, series, day, cancel);
                if (newest.Contains(candle.StartMicros))
                    latest.Enqueue(candle);
            }

            if (writer.Complete() is { } rest)
                await StoreAsync(market, series, rest, cancel);
        }

        if (Latest is not null)
            await Latest.WriteAsync(market.Symbol, series, latest, cancel);
    }

    /// <summary>The spans that are not stored, as far as the exchange serves them.</summary>
    private async Task<IReadOnlyList<CandleSpan>> FindMissingAsync(CandleSeries series, CandleSpan newest, CancellationToken cancel)
    {
        var last = newest.LastMicros;
        var served = request.Endpoint.NewestServed is { } count ? last - (count - 1) * series.IntervalMicros : 0;
        if (request.Since is { } since)
        {
            var first = Math.Max(CandleTimes.FirstAtOrAfter(since, series.IntervalMicros), served);
            return first > last ? [] : new CandleSpan(first, last).Except(await storage.Archive.ListAsync(series, first, last, cancel), series.IntervalMicros);
        }

        var stored = await storage.Archive.ListAsync(series, last - MonthMicros, last, cancel);
        var next = Math.Max(stored.Count > 0 ? stored.Max(span => span.LastMicros) + series.IntervalMicros : newest.FirstMicros, served);
        return next > last ? [] : [new(next, last)];
    }

    private async Task StoreAsync(Market market, CandleSeries series, CandleDay day, CancellationToken cancel)
    {
        var stored = await storage.StoreAsync(series, day, cancel);
        if (stored.Outcome != PutOutcome.Stored)
            return; // another run wrote the same span
        Interlocked.Increment(ref objects);
        Interlocked.Add(ref candles, stored.Candles);
        if (Analysis is not null && await Analysis.RunAsync(series, market.Symbol, stored, cancel) is { } failure)
            Fail(series, failure);
    }

    private void Fail(CandleSeries series, string reason) => failures.Enqueue(new(series.Market, CandleIntervals.NameOf(series.Interval), reason));
}

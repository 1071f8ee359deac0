using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Deriving.Books;
using Ingester.Deriving.Rows;
using Ingester.Deriving.Running;
using Ingester.Reading.Objects;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>
/// Computes spread and imbalance of the minutes before a moment from the stored book, by the code of <c>ingester derive</c>. Stored book metrics are not read: each
/// of their objects holds all markets of the exchange, and reading one market from them costs more than computing it.
/// </summary>
/// <param name="memories">What is kept between two views.</param>
internal sealed class MetricQuery(MarketMemories memories)
{
    /// <summary>Depths are summed to this distance from mid, in basis points.</summary>
    public const int BandBasisPoints = 10;

    /// <summary>Number of minutes.</summary>
    public const int Minutes = 60;

    private static readonly MetricOptions Options = new() { GridSeconds = [60], BandBasisPoints = [BandBasisPoints], Notionals = [], TopLevels = 1 };
    private static readonly string ImbalanceColumn = new MetricNames(Options).Imbalances[0];
    private static readonly string ImbalanceMeanColumn = new MetricNames(Options).ImbalanceMeans[0];

    /// <summary>Computes the minutes that ended before a moment.</summary>
    /// <param name="store">The store.</param>
    /// <param name="market">The market.</param>
    /// <param name="end">The moment, microseconds UTC.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<MetricSeries> ReadAsync(OpenedStore store, MarketId market, long end, CancellationToken cancellation)
    {
        var to = Window.Containing(end, 1).StartMicros;
        var from = Math.Max(0, to - Minutes * Window.MicrosPerMinute);
        var memory = memories.Of(market);
        await memory.Gate.WaitAsync(cancellation);
        try
        {
            var due = new List<long>();
            for (var minute = from; minute < to; minute += Window.MicrosPerMinute)
                if (!memory.Metrics.TryGet(minute, null, out _))
                    due.Add(minute);
            var report = new DeriveReport();
            foreach (var run in MinuteRuns.Of(due))
                await ComputeAsync(store, market, memory, run, report, cancellation);
            var views = new List<MetricView>();
            for (var minute = from; minute < to; minute += Window.MicrosPerMinute)
                views.Add(memory.Metrics.TryGet(minute, null, out var view) && view is not null ? view
                    : new() { StartMicros = minute, State = DisplayState.NotExpected, Condition = "not expected", Reason = "No book was to be recorded, and none is stored." });
            return new(from, to, views, [.. report.Unreadable]);
        }
        finally
        {
            memory.Gate.Release();
        }
    }

    private static async Task ComputeAsync(OpenedStore store, MarketId market, MarketMemory memory, Period run, DeriveReport report, CancellationToken cancellation)
    {
        using var rows = new DerivedRows();
        await new MarketDeriver(new ArchiveReader(store.Objects, store.Prefix), market.Exchange, market.Market).ReadMetricsAsync(run, Options, rows, report, cancellation);
        var text = new byte[rows.Buffer.Length];
        rows.Buffer.CopyTo(text);
        var found = Parse(text).ToDictionary(static view => view.StartMicros);
        for (var minute = run.From; minute < run.To; minute += Window.MicrosPerMinute)
            memory.Metrics.Set(minute, null, found.GetValueOrDefault(minute), found.GetValueOrDefault(minute)?.State == DisplayState.Complete);
    }

    private static IEnumerable<MetricView> Parse(ReadOnlyMemory<byte> text)
    {
        for (var rest = text; rest.Span.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            using var document = JsonDocument.Parse(rest[..end]);
            yield return View(document.RootElement);
        }
    }

    private static MetricView View(JsonElement row)
    {
        var condition = DataConditions.Parse(row.GetProperty("condition").GetString()!);
        return new()
        {
            StartMicros = row.GetProperty("ts").GetInt64() - Window.MicrosPerMinute,
            State = ConditionState.Of(condition),
            Condition = condition.Name(),
            Reason = row.GetProperty("reason").GetString(),
            Bid = row.GetProperty("bid").GetString(),
            Ask = row.GetProperty("ask").GetString(),
            Spread = row.GetProperty("spread").GetString(),
            SpreadMean = row.GetProperty("spreadBpsMean").GetString(),
            Imbalance = row.GetProperty(ImbalanceColumn).GetString(),
            ImbalanceMean = row.GetProperty(ImbalanceMeanColumn).GetString(),
        };
    }
}

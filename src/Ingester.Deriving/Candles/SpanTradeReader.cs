using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Inputs;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Candles;

/// <summary>Reads the stored trades of the span of a candle, to find out why it differs from the bar.</summary>
/// <param name="archive">The archive.</param>
internal sealed class SpanTradeReader(ArchiveReader archive)
{
    /// <summary>Rows that arrived out of order are stored in a later window: the next minute is read too.</summary>
    private const long Margin = Window.MicrosPerMinute;

    /// <summary>Reads the trades of a span.</summary>
    /// <param name="series">The series of the candle.</param>
    /// <param name="candle">The candle.</param>
    /// <param name="source">The dataset that the bar was made from.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="Storage.Stores.StoreException">The store does not answer.</exception>
    public async Task<SpanTrades> ReadAsync(CandleSeries series, Candle candle, string source, CancellationToken cancel)
    {
        var span = new Period(candle.StartMicros, candle.StartMicros + series.IntervalMicros);
        var period = new Period(span.From, span.To + Margin);
        var stream = new StreamId(source == Dataset.AggTrades.Name() ? Dataset.AggTrades : Dataset.Trades, series.Exchange, series.Market);
        var reader = new InputReader(archive, series.Exchange, series.Market, period);
        var start = new MergeStart(period) { IncludesSurroundings = true };
        var (trades, last) = (new SpanTrades(candle, source), span.From);
        await foreach (var segment in new StoredStreamReader(archive).ReadAsync(reader.Journals.CreateLoader(stream, cancel), stream, start, variants: false, cancel))
            foreach (var found in segment)
                if (found.Kind == MarketEventKind.Row && Read(found) is { } trade)
                {
                    if (trade.IsTimePlausible)
                        last = found.Micros;
                    if (span.Contains(last))
                        trades.Add(trade);
                }

        return trades;
    }

    /// <summary>Parses a row; null when it is not readable: then the bar is not known.</summary>
    private static ParsedTrade? Read(in MarketEvent found)
    {
        try
        {
            return ParsedTrade.Read(found.Row);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

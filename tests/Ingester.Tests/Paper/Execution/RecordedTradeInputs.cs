using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Paper.Execution;
using Ingester.Paper.Orders;
using Ingester.Reading.Auditing;
using Ingester.Reading.Marking;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Paper.Execution;

/// <summary>Reads the recorded trades of a market as inputs of the simulator.</summary>
/// <param name="archive">The archive.</param>
/// <param name="journals">The journals of the exchange.</param>
/// <param name="stream">The trades, or the aggregate trades.</param>
/// <param name="period">The period.</param>
internal sealed class RecordedTradeInputs(ArchiveReader archive, JournalCache journals, StreamId stream, Period period)
{
    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;

    private long last = period.From;

    /// <summary>Reads trades and defects in order. A gap is returned where it begins: directly after the last trade before it.</summary>
    /// <exception cref="StoreException">The store did not return an object: another attempt may read it.</exception>
    public async IAsyncEnumerable<MarketInput> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var gaps = ReadReportedGapsAsync(cancellation).GetAsyncEnumerator(cancellation);
        var isGap = await gaps.MoveNextAsync();
        await foreach (var item in new MarkedMerge(archive, journals, stream, period, variants: false).ReadAsync(cancellation))
        {
            for (; isGap && gaps.Current.FromMicros < item.Micros; isGap = await gaps.MoveNextAsync())
                yield return gaps.Current;
            if (item.IsStoreFailure)
                throw new StoreException($"The trades of {stream} cannot be read: {item.Note}", permanent: false);
            if (Create(item) is { } input)
                yield return input;
        }

        for (; isGap; isGap = await gaps.MoveNextAsync())
            yield return gaps.Current;
    }

    /// <summary>The gaps that replicas reported and that no stored object closes, day by day: where trades have no ids, no mark shows them.</summary>
    private async IAsyncEnumerable<DataDefect> ReadReportedGapsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var from = period.From; from < period.To;)
        {
            var to = Math.Min(period.To, (from / DayMicros + 1) * DayMicros);
            var scope = new AuditScope { From = Micros.ToDateTime(from), To = Micros.ToDateTime(to), Exchanges = [stream.Exchange], MarketPattern = stream.Market, Datasets = [stream.Dataset] };
            var report = await new Auditor(archive).RunAsync(scope, cancellation);
            if (report.IsStoreFailure)
                throw new StoreException($"The gaps of {stream} cannot be read: {report.Unreadable[0]}", permanent: false);
            foreach (var gap in report.Streams.Where(one => one.Stream == stream).SelectMany(static one => one.OpenGaps).OrderBy(static gap => gap.FromMicros))
                yield return new(MarketStream.Trades, DefectKind.Gap, gap.FromMicros, gap.ToMicros, $"A replica reported a gap in the trades ({gap.Cause}).");
            from = to;
        }
    }

    private MarketInput? Create(in MarketEvent item) => item.Kind switch
    {
        MarketEventKind.Row => CreateTrade(item),
        MarketEventKind.Gap => new DataDefect(MarketStream.Trades, DefectKind.Gap, Math.Min(last, item.Micros), item.Micros, $"The trades {item.Range} are missing."),
        MarketEventKind.Reset => new DataDefect(MarketStream.Trades, DefectKind.Reset, Math.Min(last, item.Micros), item.Micros, "The exchange began its numbering of trades again."),
        MarketEventKind.Missing => new DataDefect(MarketStream.Trades, DefectKind.Gap, item.Micros, item.EndMicros, $"Trades: {item.Note}."),
        MarketEventKind.Conflict => new DataDefect(MarketStream.Trades, DefectKind.Unproven, item.Micros, item.Micros, $"The trades {item.Range} are stored with different content."),
        _ => new DataDefect(MarketStream.Trades, DefectKind.Unproven, item.Micros, Math.Max(item.Micros, item.EndMicros), $"Trades: {item.Note}."),
    };

    private MarketInput? CreateTrade(in MarketEvent item)
    {
        ParsedTrade row;
        try
        {
            row = ParsedTrade.Read(item.Row);
        }
        catch (JsonException error)
        {
            return new DataDefect(MarketStream.Trades, DefectKind.Unproven, last, last, $"A stored trade of {stream} is not used: {error.Message}.");
        }

        last = row.IsTimePlausible ? item.Micros : last;
        return row.IsMarketTrade && period.Contains(last) ? new MarketTrade(last, row.IsSell ? OrderSide.Sell : OrderSide.Buy, Number(row.Price), Number(row.Size)) : null;
    }

    private static decimal Number(ExactDecimal number) => decimal.Parse(number.ToString(), CultureInfo.InvariantCulture);
}

using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Inputs;
using Ingester.Exchanges;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Makes bars of one minute from the stored trades of one exchange.</summary>
/// <param name="archive">The archive.</param>
/// <param name="exchange">The exchange.</param>
internal sealed class BarSource(ArchiveReader archive, string exchange)
{
    /// <summary>Rows that arrived out of order are stored in a later window: the next minute is read too.</summary>
    public const long Margin = Window.MicrosPerMinute;

    /// <summary>The streams in order of their markets: trades, or aggregated trades where only those exist.</summary>
    public async Task<List<StreamInputs>> FindStreamsAsync(InputReader reader, Period period, CancellationToken cancellation)
    {
        var trades = await reader.FindMarketsAsync(Dataset.Trades, cancellation);
        var aggregated = await reader.FindMarketsAsync(Dataset.AggTrades, cancellation);
        var streams = new List<StreamInputs>();
        foreach (var market in trades.Union(aggregated).Order(StringComparer.Ordinal))
        {
            var inputs = trades.Contains(market) ? await reader.ReadAsync(new(Dataset.Trades, exchange, market), period, cancellation) : null;
            if (inputs is not { HasAny: true } && aggregated.Contains(market))
                inputs = await reader.ReadAsync(new(Dataset.AggTrades, exchange, market), period, cancellation);
            if (inputs is { HasAny: true })
                streams.Add(inputs);
        }

        return streams;
    }

    /// <summary>Reads the bars of the minutes of a run, in order of time. A minute without a recording has none.</summary>
    /// <param name="run">Whole minutes within the period of the inputs.</param>
    /// <param name="reader">The journals.</param>
    /// <param name="inputs">The stream; its period includes the margin after the run.</param>
    /// <param name="report">Notes what is not readable.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="Storage.Stores.StoreException">The store did not return an object.</exception>
    public async Task<IEnumerable<Bar>> ReadAsync(Period run, InputReader reader, StreamInputs inputs, DeriveReport report, CancellationToken cancellation)
    {
        var stream = inputs.Stream;
        var canBeProven = ExchangeCatalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset) is not { HasExchangeTime: false };
        var builder = new BarBuilder(run, stream.Market, stream.Dataset.Name(), canBeProven);
        var start = new MergeStart(new(run.From, run.To + Margin)) { IncludesSurroundings = true };
        await foreach (var segment in new StoredStreamReader(archive).ReadAsync(reader.Journals.CreateLoader(stream, cancellation), stream, start, variants: false, cancellation))
            foreach (var found in segment)
            {
                UnreadableMarks.Note(found, report);
                builder.Add(found);
            }

        var first = (int)((run.From - inputs.Period.From) / Window.MicrosPerMinute);
        return builder.Complete(inputs.States.AsSpan(first, (int)((run.To - run.From) / Window.MicrosPerMinute)).ToArray());
    }
}

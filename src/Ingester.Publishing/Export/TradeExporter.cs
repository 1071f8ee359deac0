using System.Text;
using System.Text.Json;
using Ingester.Publishing.Files;
using Ingester.Reading.Marking;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>Exports the trades of one market and day.</summary>
internal sealed class TradeExporter(ExportContext context)
{
    private readonly InputList inputs = new();
    private readonly MarkCounts marks = new();
    private long events;
    private long offBook;
    private ExportedEvent? first;
    private MarketEvent? last;

    /// <summary>Writes the files.</summary>
    public async Task<ExportedStream> RunAsync(CancellationToken cancellation)
    {
        var local = new LocalTimes(context.Arrivals, step: 0);
        using var csv = context.Csv ? new TradeCsv(context.PathOf("trades.csv.gz"), context.Head) : null;
        await using var parquet = context.Parquet ? await TradeParquet.CreateAsync(context.PathOf("part-0.parquet"), context.Numbers, cancellation) : null;
        await foreach (var item in new MarkedMerge(context.Archive, context.Journals, context.Stream, context.Period, variants: false).ReadAsync(cancellation))
        {
            if (item.Kind != MarketEventKind.Row)
            {
                marks.Add(item);
                continue;
            }

            context.Reached(item.Micros);
            inputs.Add(item.Origin);
            if (TryWrite(item, await local.GetAsync(item, cancellation), csv, parquet))
                await parquet!.FlushAsync();
        }

        foreach (var sentence in context.Arrivals?.Unreadable ?? [])
            marks.AddUnreadable(sentence);
        var files = new List<(string, FileContent)>();
        if (csv is not null)
            files.Add(("trades", csv.Complete()));
        if (parquet is not null)
            files.Add(("parquet", await parquet.CompleteAsync()));
        return new()
        {
            Files = files,
            Inputs = inputs,
            Marks = marks,
            Events = events,
            First = first,
            Last = last is { } end ? Describe(end) : null,
            LocalTimestamps = local.Counts,
            TextNumbers = parquet?.TextNumbers ?? 0,
            Notes = offBook == 0 ? [] : [FormattableString.Invariant($"{offBook} trades that were not matched in the order book (the field type) are in the Parquet file only.")],
        };
    }

    private static ExportedEvent Describe(in MarketEvent item) =>
        TradeRow.Read(item.Row.Span).Id is var id && id.IsEmpty ? new(null, item.Micros) : new(Encoding.UTF8.GetString(id), item.Micros);

    /// <summary>Writes one trade; true if the row group of the Parquet file is full.</summary>
    private bool TryWrite(in MarketEvent item, long localMicros, TradeCsv? csv, TradeParquet? parquet)
    {
        TradeRow trade;
        try
        {
            trade = TradeRow.Read(item.Row.Span);
        }
        catch (JsonException error)
        {
            marks.AddUnreadable($"A row of {item.Origin?.Key} is not exported: {error.Message}.");
            return false;
        }

        if (!trade.Type.IsEmpty)
            offBook++;
        else
            csv?.Write(item.Micros, localMicros, trade);
        events++;
        first ??= Describe(item);
        last = item;
        return parquet?.Add(item.Micros, localMicros, trade, item.Row.Span) == true;
    }
}

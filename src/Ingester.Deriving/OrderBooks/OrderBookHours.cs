using System.Globalization;
using Avro;
using Avro.File;
using Avro.Generic;
using Ingester.Core.Time;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Objects;

namespace Ingester.Deriving.OrderBooks;

/// <summary>
/// Writes the books of one market in the layout of order-book collectors, one object per hour, from the minute objects of book metrics. Its keys have no revision, so an
/// object is replaced when a minute of its hour has a later revision. Memory does not depend on the number of records.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="target">The market and its folder.</param>
/// <param name="seconds">The grid of the records, in seconds.</param>
internal sealed class OrderBookHours(DerivedStore store, OrderBookTarget target, int seconds)
{
    private const string RevisionField = "ingester.revision";
    private const int MaxHeader = 1 << 16;

    /// <summary>Writes the hours of a period that are not written yet, or whose minutes have changed.</summary>
    /// <param name="period">The period; an hour counts if it ended before the end of the period.</param>
    /// <param name="cancellation">Cancels the work.</param>
    /// <returns>Number of objects written.</returns>
    /// <exception cref="Storage.Stores.StoreException">The store does not answer, or a minute object is damaged.</exception>
    public async Task<int> WriteAsync(Period period, CancellationToken cancellation)
    {
        var written = 0;
        foreach (var hour in await StoredHour.FindAsync(store, DerivedDataset.BookMetrics, target.Exchange, period, cancellation))
            written += await WriteHourAsync(hour, cancellation) ? 1 : 0;
        return written;
    }

    private async Task<bool> WriteHourAsync(StoredHour hour, CancellationToken cancellation)
    {
        var key = OrderBookKey.Of(store.Prefix, target.Folder, hour.Window);
        var tag = await store.GetTagAsync(key, cancellation);
        if (tag is not null && await ReadRevisionAsync(key, cancellation) >= hour.Revision)
            return false;
        using var file = new TemporaryFile();
        if (!await FillAsync(file, hour, cancellation))
            return false;
        while (!await store.TryReplaceAsync(key, file, tag, cancellation))
        {
            tag = await store.GetTagAsync(key, cancellation);
            if (tag is not null && await ReadRevisionAsync(key, cancellation) >= hour.Revision)
                return false; // another process has written it meanwhile
        }

        return true;
    }

    /// <summary>Writes the records; false when the hour has no row of the market.</summary>
    private async Task<bool> FillAsync(TemporaryFile file, StoredHour hour, CancellationToken cancellation)
    {
        var rows = await MinuteRows.OpenAsync(store, hour.Minutes, cancellation);
        var records = new OrderBookRecords(rows, target.Market, seconds);
        var hasRows = false;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [RevisionField] = hour.Revision.ToString(CultureInfo.InvariantCulture),
            ["ingester.inputs"] = hour.Inputs,
            ["ingester.exchange"] = target.Exchange,
            ["ingester.pair"] = target.Market,
        };
        await file.WriteAsync(async stream =>
        {
            using var writer = OrderBookRecords.Open(stream, metadata);
            await foreach (var row in rows.ReadAsync(cancellation))
            {
                if (!records.Includes(row))
                    continue;
                hasRows = true;
                if (records.Read(row) is { } record)
                    writer.Append(record);
            }
        });
        return hasRows;
    }

    /// <summary>The revision of a stored object; zero when it is not readable: then it is replaced.</summary>
    private async Task<int> ReadRevisionAsync(string key, CancellationToken cancellation)
    {
        await using var start = await store.ReadStartAsync(key, MaxHeader, cancellation);
        try
        {
            using var reader = DataFileReader<GenericRecord>.OpenReader(start);
            return int.TryParse(reader.GetMetaString(RevisionField), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;
        }
        catch (Exception damaged) when (damaged is AvroException or IOException)
        {
            return 0;
        }
    }
}

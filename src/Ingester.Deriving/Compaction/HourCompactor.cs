using System.Globalization;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Compaction;

/// <summary>
/// Joins the minute objects of an hour into one object per format. Its revision is the sum of the revisions of its minutes: it grows with every change of a
/// minute, and processes that see the same minutes choose the same name. Memory: one group of rows; the object itself is a temporary file until it is stored.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="dataset">The dataset.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="avroCodec">The codec of an Avro file in addition to the Parquet file; null for none.</param>
internal sealed class HourCompactor(DerivedStore store, DerivedDataset dataset, string exchange, string? avroCodec)
{
    /// <summary>Compacts the hours of a period whose minutes have changed since they were compacted.</summary>
    /// <param name="period">The period; an hour counts if it ended before the end of the period.</param>
    /// <param name="cancellation">Cancels the work.</param>
    /// <returns>Number of objects written.</returns>
    public async Task<int> CompactAsync(Period period, CancellationToken cancellation)
    {
        var written = 0;
        foreach (var hour in await StoredHour.FindAsync(store, dataset, exchange, period, cancellation))
            foreach (var extension in avroCodec is null ? [DerivedKey.Parquet] : new[] { DerivedKey.Parquet, DerivedKey.Avro })
                if (new DerivedKey(dataset, exchange, hour.Window, hour.Revision, extension) is var key && !hour.Others.Contains(key))
                    written += await WriteAsync(key, hour, cancellation) ? 1 : 0;
        return written;
    }

    private async Task<bool> WriteAsync(DerivedKey key, StoredHour hour, CancellationToken cancellation)
    {
        var rows = await MinuteRows.OpenAsync(store, hour.Minutes, cancellation);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dataset"] = dataset.Name(),
            ["exchange"] = exchange,
            ["revision"] = key.Revision.ToString(CultureInfo.InvariantCulture),
            ["inputs"] = hour.Inputs,
        };
        using var temporary = new TemporaryFile();
        await temporary.WriteAsync(async target =>
        {
            await using var file = await CreateFileAsync(key, rows.Columns, target, metadata, cancellation);
            await foreach (var values in rows.ReadAsync(cancellation))
                await file.AddAsync(values, cancellation);
            await file.CompleteAsync(cancellation);
        });
        return await store.TryWriteAsync(key, temporary, cancellation);
    }

    private async Task<IHourFile> CreateFileAsync(DerivedKey key, IReadOnlyList<DerivedColumn> columns, Stream target, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
        key.Extension == DerivedKey.Avro ? AvroHourFile.Create(dataset.Name().Replace('-', '_'), columns, avroCodec!, target, metadata) : await ParquetHourFile.CreateAsync(columns, target, metadata, cancellation);
}

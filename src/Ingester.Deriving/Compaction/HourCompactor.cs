using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Compaction;

/// <summary>
/// Joins the minute objects of an hour into one object per format. Its revision is the sum of the revisions of its minutes: it grows with every change of a
/// minute, and processes that see the same minutes choose the same name.
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
        const long HourMicros = 60 * Window.MicrosPerMinute;
        var written = 0;
        foreach (var day in period.Days())
        {
            var keys = await store.ListDayAsync(dataset, exchange, day, cancellation);
            var hours = keys.Where(static key => key.Window.Minutes == 1).GroupBy(static key => Window.Containing(key.Window.StartMicros, 60));
            foreach (var hour in hours.Where(hour => hour.Key.StartMicros >= period.From / HourMicros * HourMicros && hour.Key.EndMicros <= period.To))
            {
                List<DerivedKey> minutes = [.. hour.GroupBy(static key => key.Window.StartMicros).Select(static minute => minute.MaxBy(static key => key.Revision)!).OrderBy(static key => key.Window.StartMicros)];
                var revision = minutes.Sum(static key => key.Revision);
                foreach (var extension in avroCodec is null ? [DerivedKey.Parquet] : new[] { DerivedKey.Parquet, DerivedKey.Avro })
                    if (new DerivedKey(dataset, exchange, hour.Key, revision, extension) is var key && !keys.Contains(key))
                        written += await WriteAsync(key, minutes, cancellation) ? 1 : 0;
            }
        }

        return written;
    }

    private async Task<bool> WriteAsync(DerivedKey key, List<DerivedKey> minutes, CancellationToken cancellation)
    {
        var columns = new RowColumns(await ReadColumnsAsync(minutes, cancellation));
        using var body = new RowBuffer();
        await using var target = new RowBufferWriteStream(body);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dataset"] = dataset.Name(),
            ["exchange"] = exchange,
            ["revision"] = key.Revision.ToString(CultureInfo.InvariantCulture),
            ["inputs"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', minutes.Select(static minute => minute.ToString("")))))),
        };
        var rows = 0L;
        await using (var file = await CreateFileAsync(key, columns.Columns, target, metadata, cancellation))
        {
            foreach (var minute in minutes)
                rows += await AppendAsync(minute, columns, file, cancellation);
            await file.CompleteAsync(cancellation);
        }

        return await store.TryWriteAsync(key, body, new(RowCompression.Hash(body), rows, ObjectMetadata.FormatVersion), cancellation);
    }

    private async Task<IHourFile> CreateFileAsync(DerivedKey key, IReadOnlyList<DerivedColumn> columns, Stream target, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation) =>
        key.Extension == DerivedKey.Avro ? AvroHourFile.Create(dataset.Name().Replace('-', '_'), columns, avroCodec!, target, metadata) : await ParquetHourFile.CreateAsync(columns, target, metadata, cancellation);

    /// <summary>The columns of all minutes: settings may have changed within the hour.</summary>
    private async Task<IReadOnlyList<DerivedColumn>> ReadColumnsAsync(List<DerivedKey> minutes, CancellationToken cancellation)
    {
        var columns = new List<DerivedColumn>();
        foreach (var minute in minutes)
            foreach (var column in (await store.ReadHeaderAsync(minute, cancellation))?.ParsedColumns ?? throw Damaged(minute, "it has no header"))
                if (!columns.Contains(column))
                    columns.Add(column);
        return columns;
    }

    private async Task<long> AppendAsync(DerivedKey minute, RowColumns columns, IHourFile file, CancellationToken cancellation)
    {
        var (values, rows) = (new object?[columns.Columns.Count], -1L); // the first line is the header
        await foreach (var line in store.ReadLinesAsync(minute, cancellation))
            if (++rows > 0)
            {
                try
                {
                    columns.Read(line.Span, values);
                }
                catch (JsonException invalid)
                {
                    throw Damaged(minute, invalid.Message);
                }

                await file.AddAsync(values, cancellation);
            }

        return Math.Max(0, rows);
    }

    private static StoreException Damaged(DerivedKey key, string reason) => new($"{key.ToString("")} is not readable: {reason}.", permanent: false);
}

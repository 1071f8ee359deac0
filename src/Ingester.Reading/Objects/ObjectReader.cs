using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Reading.Objects;

/// <summary>
/// Reads and validates objects: the gzip data is complete, the hash is equal to the stored one, every line is a row, and every row matches the name
/// of the object. An object that fails a check, or that the store does not return after several attempts, throws
/// <see cref="UnreadableObjectException"/> before any of its rows is used. Memory use is bounded for any content.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="clock">Clock for the delays between attempts. Default: the system clock.</param>
internal sealed class ObjectReader(IObjectStore store, TimeProvider? clock = null)
{
    private const int MaxRowsInMemory = 1_000_000;

    /// <summary>Retries after a failure of the store or the connection, and when the number of bytes differs from the size of the object.</summary>
    private readonly ResiliencePipeline<Fetched> retry = StoreRetry.Create(
        clock ?? TimeProvider.System, StoreRetry.ReadRetries, StoreRetry.Transient<Fetched>().HandleResult(static fetched => fetched.Bytes.Count != fetched.Info.Size));

    private readonly ResiliencePipeline<ObjectInfo?> infoRetry = StoreRetry.Create(clock ?? TimeProvider.System, StoreRetry.ReadRetries, StoreRetry.Transient<ObjectInfo?>());

    private readonly ResiliencePipeline<ArraySegment<byte>> rangeRetry =
        StoreRetry.Create(clock ?? TimeProvider.System, StoreRetry.ReadRetries, StoreRetry.Transient<ArraySegment<byte>>());

    private long opened;

    /// <summary>Number of objects opened.</summary>
    public long OpenedCount => Interlocked.Read(ref opened);

    /// <summary>Reads one object.</summary>
    /// <param name="key">The key.</param>
    /// <param name="dataset">The dataset of the rows.</param>
    /// <param name="hashStart">The first digits of the expected hash if the name contains them.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<LoadedRows> LoadAsync(string key, Dataset dataset, string? hashStart, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(key, cancellation);
        return Validate(key, dataset, text, info, hashStart, null);
    }

    /// <summary>Reads one segment, and checks its rows against its name.</summary>
    public async Task<LoadedRows> LoadAsync(SegmentEntry entry, SequenceKind kind, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(entry.Key, cancellation);
        return Validate(entry.Key, entry.Name.Stream.Dataset, text, info, entry.Name.Content?.Hash, new(entry.Name, kind), entry.Name.Content?.RowCount);
    }

    /// <summary>Reads the text of a journal object. The hash, the line count and the final line feed are checked; the lines are not parsed.</summary>
    public async Task<ReadOnlyMemory<byte>> LoadTextAsync(string key, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(key, cancellation);
        if (text.ToArray() is not { } whole)
            throw new UnreadableObjectException(key, "it is larger than the maximum size of a journal object");
        CheckHash(key, text.ComputeSha256(), info, null);
        CheckFormat(key, JournalFormat.Read(whole));
        text.ReturnBuffers();
        if (whole is not ([] or [.., (byte)'\n']))
            throw new UnreadableObjectException(key, "its last line has no line feed");
        CheckCount(key, whole.AsSpan().Count((byte)'\n'), info.Metadata.RowCount);
        return whole;
    }

    /// <summary>Size and metadata of an object that was listed. Its format is checked.</summary>
    public async Task<ObjectInfo> GetInfoAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var info = await infoRetry.ExecuteAsync(async token => await store.HeadAsync(key, token), cancellation)
                ?? throw new UnreadableObjectException(key, "it was listed, but no longer exists");
            CheckFormat(key, info);
            return info;
        }
        catch (StoreException failure)
        {
            throw new UnreadableObjectException(key, $"the store did not return it: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a part of the bytes of an object, into an array of the shared pool.</summary>
    /// <exception cref="UnreadableObjectException">The store did not return exactly this part.</exception>
    public async Task<ArraySegment<byte>> LoadRangeAsync(string key, long offset, int length, CancellationToken cancellation)
    {
        Interlocked.Increment(ref opened);
        try
        {
            return await rangeRetry.ExecuteAsync(async token => await TryFetchRangeAsync(key, offset, length, token), cancellation) is { Count: var count } bytes && count == length
                ? bytes
                : throw new UnreadableObjectException(key, $"the store did not return its bytes from {offset} to {offset + length}");
        }
        catch (StoreException failure)
        {
            throw new UnreadableObjectException(key, $"the store did not return it: {failure.Message}", failure);
        }
    }

    private static LoadedRows Validate(string key, Dataset dataset, GzipText text, ObjectInfo info, string? hashStart, RowValidator? check, int? expectedCount = null)
    {
        var statedCount = info.Metadata.RowCount ?? expectedCount;
        var (count, inMemory) = (0, text.IsInMemory);
        var rows = new RowList();
        var sha256 = text.ComputeSha256();
        CheckHash(key, sha256, info, hashStart);
        var origin = new RowOrigin(key, sha256, check?.Name.Window.StartMicros);
        foreach (var line in text.ReadLines())
        {
            var row = Parse(origin, dataset, line, count++, check);
            if (check?.Check(row) is { } invalidRow)
                throw new UnreadableObjectException(key, invalidRow);
            if (inMemory)
                rows.Add(row);
            if (rows.Count <= MaxRowsInMemory)
                continue;
            inMemory = false; // millions of short rows: they are streamed instead
            rows = new();
        }

        CheckCount(key, count, statedCount);
        if (check?.CheckComplete() is { } reason)
            throw new UnreadableObjectException(key, reason);
        var hasStoredHash = info.Metadata.Sha256 is not null;
        if (!inMemory)
            return check is { IsOrdered: false }
                ? throw new UnreadableObjectException(key, "it is too large to be sorted by id")
                : new(sha256, new StreamedRows(text.ReadLines().Select((line, index) => Parse(origin, dataset, line, index, check)), count), hasStoredHash);
        text.ReturnBuffers(); // the rows have their own memory
        return new(sha256, check is { IsOrdered: false } ? [.. rows.OrderBy(row => row.Range!.Value.After)] : rows, hasStoredHash);
    }

    private static void CheckHash(string key, string sha256, ObjectInfo info, string? hashStart)
    {
        if (!sha256.StartsWith(info.Metadata.Sha256 ?? "", StringComparison.Ordinal) || !sha256.StartsWith(hashStart ?? "", StringComparison.Ordinal))
            throw new UnreadableObjectException(key, "the hash of its rows differs from the stored hash");
    }

    private static void CheckFormat(string key, ObjectInfo info) =>
        CheckFormat(key, int.TryParse(info.Metadata.Format, NumberStyles.None, CultureInfo.InvariantCulture, out var format) ? format : null);

    /// <summary>A newer format may mean something else: its rows are not used.</summary>
    private static void CheckFormat(string key, int? format)
    {
        if (format > JournalFormat.Current)
            throw new UnreadableObjectException(key, $"it has format {format}, and this version reads formats up to {JournalFormat.Current}; read it with a newer version");
    }

    private static void CheckCount(string key, int count, long? expectedCount)
    {
        if (expectedCount is { } rows && rows != count)
            throw new UnreadableObjectException(key, $"it has {count} rows instead of {rows}");
    }

    private static LoadedRow Parse(RowOrigin origin, Dataset dataset, ReadOnlyMemory<byte> line, int index, RowValidator? check)
    {
        try
        {
            var row = RowHeader.Read(dataset, line);
            return row with { Range = check is { HasSequence: false } ? null : row.Range, Origin = origin, Index = index };
        }
        catch (JsonException error)
        {
            throw new UnreadableObjectException(origin.Key, $"line {index + 1} is not a row of {dataset.Name()}: {error.Message}", error);
        }
    }

    private async Task<(GzipText Text, ObjectInfo Info)> FetchAsync(string key, CancellationToken cancellation)
    {
        Interlocked.Increment(ref opened);
        try
        {
            var (bytes, info) = await retry.ExecuteAsync(async token => await TryFetchAsync(key, token), cancellation);
            CheckFormat(key, info);
            return bytes.Count > 0 || info.Size == 0
                ? (new(key, bytes), info) // the length differs from the stated size: the content shows whether it is complete
                : throw new UnreadableObjectException(key, "the store returned no data");
        }
        catch (StoreException failure)
        {
            throw new UnreadableObjectException(key, $"the store did not return it: {failure.Message}", failure);
        }
    }

    private async Task<Fetched> TryFetchAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var head = store.HeadAsync(key, cancellation);
            await using var body = await store.GetAsync(key, cancellation);
            var info = await head;
            if (body is null || info is null)
                throw new UnreadableObjectException(key, "it was listed, but no longer exists");
            if (info.Size > GzipText.MaxCompressed)
                throw new UnreadableObjectException(key, $"it has {info.Size} bytes, more than the maximum size of a segment");
            return new(await ReadAsync(body, (int)info.Size, cancellation), info);
        }
        catch (Exception error) when (S3Errors.IsStoreError(error, cancellation))
        {
            throw new StoreException($"Reading {key} failed: {error.Message}", permanent: false, error);
        }
    }

    private async Task<ArraySegment<byte>> TryFetchRangeAsync(string key, long offset, int length, CancellationToken cancellation)
    {
        try
        {
            await using var body = await store.GetRangeAsync(key, offset, length, cancellation) ?? throw new UnreadableObjectException(key, "it was listed, but no longer exists");
            return await ReadAsync(body, length, cancellation);
        }
        catch (Exception error) when (S3Errors.IsStoreError(error, cancellation))
        {
            throw new StoreException($"Reading {key} failed: {error.Message}", permanent: false, error);
        }
    }

    /// <summary>Reads a body into an array of the shared pool. The stated size may be wrong.</summary>
    private static async Task<ArraySegment<byte>> ReadAsync(Stream body, int size, CancellationToken cancellation)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(size + 1);
        var length = 0;
        for (int read; length <= GzipText.MaxCompressed && (read = await body.ReadAsync(bytes.AsMemory(length), cancellation)) > 0;)
        {
            length += read;
            if (length < bytes.Length)
                continue;
            var longer = ArrayPool<byte>.Shared.Rent(2 * length);
            bytes.CopyTo(longer, 0);
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = longer;
        }

        return new(bytes, 0, length);
    }

    private readonly record struct Fetched(ArraySegment<byte> Bytes, ObjectInfo Info);

    /// <summary>Rows that are decompressed again on each enumeration.</summary>
    private sealed class StreamedRows(IEnumerable<LoadedRow> rows, int count) : IReadOnlyCollection<LoadedRow>
    {
        public int Count => count;

        public IEnumerator<LoadedRow> GetEnumerator() => rows.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

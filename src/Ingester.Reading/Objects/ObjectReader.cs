using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Reading.Objects;

/// <summary>
/// Reads objects and believes nothing: gzip must be complete, the hash must be the one that the object was stored with, every line a row, every row where the name says.
/// What fails any of it is an <see cref="UnreadableObjectException"/>, before a single row of it was used; so is what the store does not give after some attempts.
/// Memory is bounded whatever an object holds.
/// </summary>
/// <param name="store">Where objects are.</param>
/// <param name="clock">Waits between attempts; the real one by default.</param>
internal sealed class ObjectReader(IObjectStore store, TimeProvider? clock = null)
{
    private const int MostRowsInMemory = 1_000_000;

    /// <summary>Reads again where the store or the connection failed, and where fewer or more bytes came than the object has.</summary>
    private readonly ResiliencePipeline<Fetched> retry = StoreRetry.Create(
        clock ?? TimeProvider.System, StoreRetry.Reads, StoreRetry.Passing<Fetched>().HandleResult(static fetched => fetched.Bytes.Count != fetched.Info.Size));

    private long opened;

    /// <summary>How many objects were opened.</summary>
    public long Opened => Interlocked.Read(ref opened);

    /// <summary>Reads one object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="dataset">What its rows are.</param>
    /// <param name="hashStart">What its hash begins with, where the name says so.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<LoadedRows> LoadAsync(string key, Dataset dataset, string? hashStart, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(key, cancellation);
        return Check(key, dataset, text, info, hashStart, null);
    }

    /// <summary>Reads one segment, whose rows are held to its name, too.</summary>
    public async Task<LoadedRows> LoadAsync(SegmentEntry entry, SequenceKind kind, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(entry.Key, cancellation);
        return Check(entry.Key, entry.Name.Stream.Dataset, text, info, entry.Name.Content?.Hash, new(entry.Name, kind), entry.Name.Content?.Rows);
    }

    /// <summary>The lines of a journal: they are those that were stored, each has its end; whether they are rows is for the reader to say.</summary>
    public async Task<ReadOnlyMemory<byte>> LoadTextAsync(string key, CancellationToken cancellation)
    {
        var (text, info) = await FetchAsync(key, cancellation);
        if (text.Text is not { } whole)
            throw new UnreadableObjectException(key, "it is larger than any journal");
        CheckHash(key, Convert.ToHexStringLower(SHA256.HashData(whole.Span)), info, null);
        if (!whole.IsEmpty && whole.Span[^1] != '\n')
            throw new UnreadableObjectException(key, "its last line has no end");
        CheckCount(key, whole.Span.Count((byte)'\n'), info.Metadata.Rows);
        return whole;
    }

    private static LoadedRows Check(string key, Dataset dataset, GzipText text, ObjectInfo info, string? hashStart, RowCheck? check, int? said = null)
    {
        var rows = new List<LoadedRow>();
        var (count, kept) = (0, text.Text is not null);
        var sha256 = Hash(text);
        CheckHash(key, sha256, info, hashStart);
        foreach (var line in text.Lines())
        {
            var row = Parse(key, dataset, line, ++count);
            if (check?.Take(row) is { } wrong)
                throw new UnreadableObjectException(key, wrong);
            if (kept)
                rows.Add(row);
            if (rows.Count <= MostRowsInMemory)
                continue;
            kept = false; // short rows, and millions of them: they are read again one by one
            rows = [];
        }

        CheckCount(key, count, info.Metadata.Rows ?? said);
        if (check?.Finish() is { } fault)
            throw new UnreadableObjectException(key, fault);
        var hasStoredHash = info.Metadata.Sha256 is not null;
        if (check is { IsOrdered: false })
            return kept
                ? new(sha256, [.. rows.OrderBy(row => row.Range!.Value.After)], hasStoredHash)
                : throw new UnreadableObjectException(key, "it is too large to be put in the order of its sequence");
        return new(sha256, kept ? rows : new LargeRows(text.Lines().Select(line => Parse(key, dataset, line, 0)), count), hasStoredHash);
    }

    private static string Hash(GzipText text)
    {
        if (text.Text is { } whole)
            return Convert.ToHexStringLower(SHA256.HashData(whole.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in text.Pieces())
            hash.AppendData(piece.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void CheckHash(string key, string sha256, ObjectInfo info, string? hashStart)
    {
        if (!sha256.StartsWith(info.Metadata.Sha256 ?? "", StringComparison.Ordinal) || !sha256.StartsWith(hashStart ?? "", StringComparison.Ordinal))
            throw new UnreadableObjectException(key, "its rows are not those that were stored, their hash is another");
    }

    private static void CheckCount(string key, int count, long? said)
    {
        if (said is { } rows && rows != count)
            throw new UnreadableObjectException(key, $"it has {count} rows and not {rows}");
    }

    private static LoadedRow Parse(string key, Dataset dataset, ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            return RowHead.Read(dataset, line);
        }
        catch (JsonException fault)
        {
            throw new UnreadableObjectException(key, $"line {number} is no row of {dataset.Name()}: {fault.Message}", fault);
        }
    }

    private async Task<(GzipText Text, ObjectInfo Info)> FetchAsync(string key, CancellationToken cancellation)
    {
        Interlocked.Increment(ref opened);
        try
        {
            var (bytes, info) = await retry.ExecuteAsync(async token => await TryFetchAsync(key, token), cancellation);
            return bytes.Count > 0 || info.Size == 0
                ? (new(key, bytes), info) // of another length than the store says: what is in it tells
                : throw new UnreadableObjectException(key, "the store does not give it: it is empty");
        }
        catch (StoreException failure)
        {
            throw new UnreadableObjectException(key, $"the store does not give it: {failure.Message}", failure);
        }
    }

    private async Task<Fetched> TryFetchAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var asking = store.HeadAsync(key, cancellation);
            using var bytes = new MemoryStream();
            await using var body = await store.GetAsync(key, cancellation);
            var info = await asking;
            if (body is null || info is null)
                throw new UnreadableObjectException(key, "it was listed and is gone");
            if (info.Size > GzipText.LargestCompressed)
                throw new UnreadableObjectException(key, $"it has {info.Size} bytes, more than any segment");
            bytes.Capacity = (int)info.Size;
            await CopyAsync(body, bytes, cancellation);
            return new(new(bytes.GetBuffer(), 0, (int)bytes.Length), info);
        }
        catch (Exception broken) when (S3Failure.IsOne(broken, cancellation))
        {
            throw new StoreException($"Reading {key} broke off: {broken.Message}", permanent: false, broken);
        }
    }

    private static async Task CopyAsync(Stream body, MemoryStream bytes, CancellationToken cancellation)
    {
        var piece = new byte[1 << 16];
        for (int read; bytes.Length <= GzipText.LargestCompressed && (read = await body.ReadAsync(piece, cancellation)) > 0;)
            bytes.Write(piece, 0, read);
    }

    private readonly record struct Fetched(ArraySegment<byte> Bytes, ObjectInfo Info);

    /// <summary>Rows that are read again each time.</summary>
    private sealed class LargeRows(IEnumerable<LoadedRow> rows, int count) : IReadOnlyCollection<LoadedRow>
    {
        public int Count => count;

        public IEnumerator<LoadedRow> GetEnumerator() => rows.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Time;
using Ingester.Deriving.Rows;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Deriving.Objects;

/// <summary>
/// Reads and writes derived objects. A derived object is never replaced: other content is written as the next revision. Only objects in the layout of other programs are
/// replaced.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class DerivedStore(IObjectStore store, string prefix, TimeProvider clock)
{
    private readonly IRowCodec codec = RowCodec.Create(new());
    private readonly ResiliencePipeline<bool> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<bool>());

    /// <summary>The store for what is written as a file. A program that only reads may open it without that.</summary>
    private IReplaceableStore Writable => store as IReplaceableStore ?? throw new InvalidOperationException("The store was opened for reading.");

    /// <summary>Prefix of all keys.</summary>
    public string Prefix => prefix;

    /// <summary>Lists the objects of a day.</summary>
    public Task<IReadOnlyList<DerivedKey>> ListDayAsync(DerivedDataset dataset, string exchange, DateTime day, CancellationToken cancellation) => ListAsync(dataset, exchange, day, "", cancellation);

    /// <summary>Lists the objects of the UTC hour that contains a time, microseconds UTC.</summary>
    public Task<IReadOnlyList<DerivedKey>> ListHourAsync(DerivedDataset dataset, string exchange, long micros, CancellationToken cancellation) =>
        ListAsync(dataset, exchange, Micros.ToDateTime(micros).Date, Micros.ToDateTime(micros).ToString("HH", CultureInfo.InvariantCulture), cancellation);

    private async Task<IReadOnlyList<DerivedKey>> ListAsync(DerivedDataset dataset, string exchange, DateTime day, string begin, CancellationToken cancellation)
    {
        var folder = DerivedKey.Day(prefix, dataset, exchange, day);
        var keys = new List<DerivedKey>();
        await retry.ExecuteAsync(async token =>
        {
            keys.Clear();
            await foreach (var found in store.ListAsync(folder + begin, token))
                if (DerivedKey.Parse(dataset, exchange, day, found.Key[folder.Length..]) is { } key)
                    keys.Add(key);
            return true;
        }, cancellation);
        return keys;
    }

    /// <summary>Finds the exchanges that have objects of a dataset.</summary>
    public async Task<IReadOnlyList<string>> FindExchangesAsync(DerivedDataset dataset, CancellationToken cancellation)
    {
        var exchanges = new List<string>();
        await retry.ExecuteAsync(async token =>
        {
            exchanges.Clear();
            await foreach (var name in store.ListFoldersAsync($"{ObjectKey.Root(prefix)}{DerivedKey.Folder}/{dataset.Name()}/", token))
                if (KeyEncoding.DecodeLabel(name, "exchange=") is { } exchange)
                    exchanges.Add(exchange);
            return true;
        }, cancellation);
        return exchanges;
    }

    /// <summary>Reads the header of a minute object; null when the object does not exist or is not readable: then it is written again.</summary>
    public async Task<DerivedHeader?> ReadHeaderAsync(DerivedKey key, CancellationToken cancellation)
    {
        await foreach (var line in ReadLinesAsync(key, cancellation))
            try
            {
                return DerivedHeader.Read(line.Span);
            }
            catch (JsonException)
            {
                return null;
            }

        return null;
    }

    /// <summary>Reads the lines of a minute object, the header first. An object that does not exist has none.</summary>
    /// <exception cref="StoreException">The store does not return the object, or it is damaged.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLinesAsync(DerivedKey key, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var name = key.ToString(prefix);
        Stream? body = null;
        await retry.ExecuteAsync(async token => (body = await store.GetAsync(name, token)) is not null, cancellation);
        if (body is null)
            yield break;
        await using var compressed = body;
        await using var text = new GZipStream(compressed, CompressionMode.Decompress);
        var lines = new LineReader(text, name);
        while (await lines.ReadAsync(cancellation) is { } line)
            yield return line;
    }

    /// <summary>Writes a minute object under a new revision.</summary>
    /// <returns>False when the revision exists already, written by another process.</returns>
    public async Task<bool> TryWriteAsync(DerivedKey key, DerivedHeader header, DerivedRows rows, CancellationToken cancellation)
    {
        using var all = new RowBuffer();
        all.Append(header.ToJson());
        all.Append("\n"u8);
        all.Append(rows.Buffer);
        using var compressed = codec.Compress(all);
        var metadata = new ObjectMetadata(RowCompression.Hash(all), rows.Count + 1, ObjectMetadata.FormatVersion);
        return await retry.ExecuteAsync(async token => await store.PutAsync(key.ToString(prefix), compressed, metadata, token) == PutOutcome.Stored, cancellation);
    }

    /// <summary>Writes a file as an object; false when the object exists already.</summary>
    public Task<bool> TryWriteAsync(DerivedKey key, TemporaryFile file, CancellationToken cancellation) => TryReplaceAsync(key.ToString(prefix), file, tag: null, cancellation);

    /// <summary>The tag of an object that is replaced by design; null when it does not exist.</summary>
    /// <param name="key">The key, with the prefix.</param>
    /// <param name="cancellation">Cancels the request.</param>
    public async Task<string?> GetTagAsync(string key, CancellationToken cancellation)
    {
        string? tag = null;
        await retry.ExecuteAsync(async token => (tag = await Writable.GetTagAsync(key, token)) is not null, cancellation);
        return tag;
    }

    /// <summary>Writes a file as an object, if the object has not changed since its tag was read.</summary>
    /// <param name="key">The key, with the prefix.</param>
    /// <param name="file">The file.</param>
    /// <param name="tag">The tag; null if the object must not exist.</param>
    /// <param name="cancellation">Cancels the write.</param>
    /// <returns>False if another process wrote the object.</returns>
    public async Task<bool> TryReplaceAsync(string key, TemporaryFile file, string? tag, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await Writable.ReplaceAsync(key, file.Path, tag, token), cancellation);

    /// <summary>The first bytes of an object; empty when it does not exist.</summary>
    /// <param name="key">The key, with the prefix.</param>
    /// <param name="length">Maximum number of bytes.</param>
    /// <param name="cancellation">Cancels the request.</param>
    public async Task<MemoryStream> ReadStartAsync(string key, int length, CancellationToken cancellation)
    {
        Stream? body = null;
        await retry.ExecuteAsync(async token => (body = await store.GetRangeAsync(key, 0, length, token)) is not null, cancellation);
        var start = new MemoryStream();
        if (body is null)
            return start;
        await using var part = body;
        await part.CopyToAsync(start, cancellation);
        start.Position = 0;
        return start;
    }
}

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

/// <summary>Reads and writes derived objects. An object is never replaced: another content is another revision.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="clock">The clock for delays between attempts.</param>
internal sealed class DerivedStore(IObjectStore store, string prefix, TimeProvider clock)
{
    private readonly IRowCodec codec = RowCodec.Create(new());
    private readonly ResiliencePipeline<bool> retry = StoreRetry.Create(clock, StoreRetry.ReadRetries, StoreRetry.Transient<bool>());

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
        return await TryWriteAsync(key, compressed, new(RowCompression.Hash(all), rows.Count + 1, ObjectMetadata.FormatVersion), cancellation);
    }

    /// <summary>Writes any object; false when it exists already.</summary>
    public async Task<bool> TryWriteAsync(DerivedKey key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await store.PutAsync(key.ToString(prefix), body, metadata, token) == PutOutcome.Stored, cancellation);
}

using System.Text.Json;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Publication;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.DataExchange;

/// <summary>Reads and writes the records of publications.</summary>
/// <param name="store">The store of the exports.</param>
/// <param name="work">A local folder for a record that is being written.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class PublicationRecords(IReplaceableStore store, WorkFolder work, TimeProvider clock)
{
    private const int WriteRetries = 4;

    private readonly CertificateStore objects = new(store, clock);
    private readonly ResiliencePipeline<bool> write = StoreRetry.Create(clock, WriteRetries, StoreRetry.Transient<bool>());

    /// <summary>The record of a day; null if there is none.</summary>
    /// <exception cref="PublishException">The object is no record.</exception>
    public async Task<PublicationRecord?> ReadAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        var key = PublicationRecord.Key(keys);
        if (await objects.ReadAsync(key, cancellation) is not { } bytes)
            return null;
        try
        {
            return PublicationRecord.Parse(bytes);
        }
        catch (JsonException error)
        {
            throw new PublishException($"{key} is not a record of a publication: {error.Message}.", error);
        }
    }

    /// <summary>Writes the record of a day.</summary>
    /// <exception cref="PublishException">Another publication of the day is running.</exception>
    public async Task WriteAsync(CertificateKeys keys, PublicationRecord record, CancellationToken cancellation)
    {
        var (key, path, json) = (PublicationRecord.Key(keys), Path.Combine(work.Folder, "record"), record.ToJson());
        await File.WriteAllBytesAsync(path, json, cancellation);
        var tag = await store.GetTagAsync(key, cancellation);
        if (!await write.ExecuteAsync(async cancel => await store.ReplaceAsync(key, path, tag, cancel), cancellation)
            && (await objects.ReadAsync(key, cancellation))?.AsSpan().SequenceEqual(json) != true)
            throw new PublishException($"{key} was changed meanwhile: another publication of the same day is running. Run it again.");
        File.Delete(path);
    }
}

using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.Publication;

/// <summary>
/// Publishes certified days into a directory or a bucket. The files of a revision are written first, each once; then the manifest is replaced in one step. A
/// reader that begins with the manifest sees a whole day or none, whenever a publication is interrupted.
/// </summary>
/// <param name="exports">The store with the exported files and their certificates.</param>
/// <param name="target">The store that readers see.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class DayPublisher(CertificateStore exports, IPrunableStore target, TimeProvider clock)
{
    private const int WriteRetries = 4;
    private const int CopyBuffer = 128 * 1024;

    private readonly ResiliencePipeline<bool> write = StoreRetry.Create(clock, WriteRetries, StoreRetry.Transient<bool>());
    private readonly CertificateStore published = new(target, clock);

    /// <summary>Publishes the newest certificate of an exchange, dataset and day.</summary>
    /// <param name="keys">The exchange, dataset and day.</param>
    /// <param name="work">A local folder for files that are being copied.</param>
    /// <param name="cancellation">Cancels it; it can be repeated.</param>
    /// <exception cref="PublishException">There is no certificate, a file does not have its certified content, or another publication runs.</exception>
    public async Task<PublishOutcome> PublishAsync(CertificateKeys keys, WorkFolder work, CancellationToken cancellation)
    {
        var certified = await PublishableDay.ReadAsync(exports, keys, cancellation);
        var (revision, certificate, predicate) = (certified.Revision, certified.Certificate, certified.Certificate.Statement.Predicate);
        var manifestKey = PublicationKeys.Manifest(keys.Day, keys.Exchange, keys.Dataset);
        var tag = await target.GetTagAsync(manifestKey, cancellation); // before the content: a later change makes the replacement fail
        var before = await ReadAsync(manifestKey, cancellation);
        if (before is not null && before.Certificate == certificate.Digest)
        {
            await RemoveOthersAsync(before, cancellation);
            return Outcome(before, isNew: false);
        }

        if (before is not null && before.Revision >= revision)
            throw new PublishException($"{keys} is published in revision {before.Revision} of another certificate, and its newest certificate here is revision {revision}. Publish to another place, or from the store that it was published from.");

        var folder = PublicationKeys.Folder(keys.Day, keys.Exchange, keys.Dataset, revision);
        var files = new List<PublishedEntry>();
        foreach (var (name, sha256) in certified.Files)
            files.Add(await CopyAsync(keys, name, sha256, folder, work, cancellation));
        var manifest = new PublishedDay
        {
            Exchange = keys.Exchange,
            Dataset = keys.Dataset,
            Day = keys.Day,
            Revision = revision,
            Condition = predicate.Condition,
            Certificate = certificate.Digest,
            Files = [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)],
            Replaced = before?.Revision,
        };
        await WriteManifestAsync(manifestKey, manifest, tag, work, cancellation);
        await RemoveOthersAsync(manifest, cancellation);
        return Outcome(manifest, isNew: true);
    }

    /// <summary>Removes all days before a day: first the manifests, then the files. Returns the number of removed days of exchanges and datasets.</summary>
    public async Task<int> RemoveBeforeAsync(DateOnly first, CancellationToken cancellation)
    {
        var manifests = 0;
        foreach (var folder in new[] { PublicationKeys.Manifests, PublicationKeys.Files })
            await foreach (var listed in target.ListAsync(folder, cancellation))
                if (PublicationKeys.DayOf(listed.Key) is { } day && day < first)
                {
                    await target.DeleteAsync(listed.Key, cancellation);
                    manifests += folder == PublicationKeys.Manifests ? 1 : 0;
                }

        return manifests;
    }

    private static PublishOutcome Outcome(PublishedDay day, bool isNew) =>
        new(day.Exchange, day.Dataset, day.Revision, day.Condition, day.Files.Count, isNew, day.Replaced);

    private async Task<PublishedDay?> ReadAsync(string key, CancellationToken cancellation)
    {
        if (await published.ReadAsync(key, cancellation) is not { } bytes)
            return null;
        try
        {
            return PublishedDay.Parse(bytes);
        }
        catch (JsonException error)
        {
            throw new PublishException($"{key} is not a manifest of a published day: {error.Message}.", error);
        }
    }

    /// <summary>Copies a file by way of the local folder; a copy of an interrupted publication is kept if it is complete.</summary>
    private async Task<PublishedEntry> CopyAsync(CertificateKeys keys, string name, string? sha256, string folder, WorkFolder work, CancellationToken cancellation)
    {
        var path = Path.Combine(work.Folder, "file");
        await using (var content = await exports.Objects.GetAsync(ObjectKey.Root(keys.Prefix) + name, cancellation) ?? throw PublishableDay.NotStored(name))
        await using (var copy = File.Create(path, CopyBuffer))
            await content.CopyToAsync(copy, cancellation);
        var file = await LocalFile.ReadAsync(folder + name, path, cancellation);
        if (sha256 is not null && file.Sha256 != sha256)
            throw PublishableDay.Changed(name, file.Sha256, sha256);
        if (!await write.ExecuteAsync(async cancel => await target.ReplaceAsync(file.Key, path, tag: null, cancel), cancellation) && await HashAsync(file.Key, cancellation) is var found && found != file.Sha256)
            throw new PublishException($"{file.Key} exists with other content: its SHA-256 is {found}. Files of a revision are never replaced.");
        File.Delete(path);
        return new(name, file.Key, file.Bytes, file.Sha256);
    }

    private async Task WriteManifestAsync(string key, PublishedDay manifest, string? tag, WorkFolder work, CancellationToken cancellation)
    {
        var (path, json) = (Path.Combine(work.Folder, "manifest"), manifest.ToJson());
        await File.WriteAllBytesAsync(path, json, cancellation);
        if (!await write.ExecuteAsync(async cancel => await target.ReplaceAsync(key, path, tag, cancel), cancellation)
            && (await published.ReadAsync(key, cancellation))?.AsSpan().SequenceEqual(json) != true)
            throw new PublishException($"{key} was changed meanwhile: another publication of the same day is running. Run it again.");
        File.Delete(path);
    }

    /// <summary>Removes the files of revisions before the replaced one. The files of the replaced revision stay for readers that have read its manifest already.</summary>
    private async Task RemoveOthersAsync(PublishedDay day, CancellationToken cancellation)
    {
        for (var revision = (day.Replaced ?? day.Revision) - 1; revision >= 1; revision--)
            await foreach (var listed in target.ListAsync(PublicationKeys.Folder(day.Day, day.Exchange, day.Dataset, revision), cancellation))
                await target.DeleteAsync(listed.Key, cancellation);
    }

    private async Task<string?> HashAsync(string key, CancellationToken cancellation)
    {
        await using var content = await target.GetAsync(key, cancellation);
        return content is null ? null : Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(content, cancellation));
    }
}

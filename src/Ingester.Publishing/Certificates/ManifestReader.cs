using System.Text.Json;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;

namespace Ingester.Publishing.Certificates;

/// <summary>Reads the manifests that the export of a day wrote.</summary>
internal sealed class ManifestReader(CertificateStore store)
{
    /// <summary>The exchanges and datasets of which something is exported, in ordinal order.</summary>
    public async Task<IReadOnlyList<CertificateKeys>> ListAsync(string prefix, DateOnly day, CancellationToken cancellation)
    {
        var found = new List<CertificateKeys>();
        var folder = CertificateKeys.Manifests(prefix, day);
        await foreach (var exchange in store.Objects.ListFoldersAsync(folder, cancellation))
            await foreach (var dataset in store.Objects.ListFoldersAsync($"{folder}{exchange}/", cancellation))
                found.Add(new(prefix, Uri.UnescapeDataString(exchange), dataset, day));
        return found;
    }

    /// <summary>The manifests of an exchange, a dataset and a day, by market.</summary>
    /// <exception cref="CertificateException">A manifest is not readable or belongs to another stream or day.</exception>
    public async Task<SortedDictionary<string, StreamExport>> ReadAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        var manifests = new SortedDictionary<string, StreamExport>(StringComparer.Ordinal);
        await foreach (var found in store.Objects.ListAsync(keys.ManifestFolder, cancellation))
            if (await store.ReadAsync(found.Key, cancellation) is { } bytes)
            {
                var manifest = Parse(found.Key, bytes);
                if (manifest.Day != keys.Day || manifest.Stream.Exchange != keys.Exchange || !manifests.TryAdd(manifest.Stream.Market, manifest))
                    throw new CertificateException($"{found.Key} is a manifest of {manifest.Stream} of {manifest.Day:yyyy-MM-dd}: it does not belong there.");
            }

        return manifests;
    }

    private static StreamExport Parse(string key, byte[] bytes)
    {
        try
        {
            var manifest = ManifestJson.Parse(bytes);
            return manifest.Format == 1 ? manifest : throw new JsonException($"it has format {manifest.Format}, and this program reads format 1");
        }
        catch (JsonException error)
        {
            throw new CertificateException($"{key} is not a manifest of an export: {error.Message}", error);
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace Ingester.Publishing.Export;

/// <summary>
/// Publishes the files of one stream and day: keeps what they replace, replaces the files, and last the manifest. A run that was killed is continued by
/// the next one: as long as the manifest is the old one, everything that was kept stays, and all files are written again.
/// </summary>
/// <param name="target">The store.</param>
/// <param name="keys">The keys of the stream and day.</param>
/// <param name="folder">The folder of local files.</param>
internal sealed class StreamPublisher(ExportTarget target, ExportKeys keys, string folder)
{
    private readonly Dictionary<string, string?> tags = new(StringComparer.Ordinal);
    private StreamExport? old;
    private string? oldTag;

    /// <summary>Reads the present manifest; null if there is none.</summary>
    public async Task<StreamExport?> ReadAsync(CancellationToken cancellation)
    {
        (old, oldTag) = await target.ReadManifestAsync(keys.Manifest, cancellation);
        return old;
    }

    /// <summary>Notes the present objects of keys that will be written: if another export changes them, publishing fails.</summary>
    public async Task NoteTagsAsync(IEnumerable<string> written, CancellationToken cancellation)
    {
        foreach (var key in written.Append(keys.Inputs))
            tags[key] = await target.GetTagAsync(key, cancellation);
    }

    /// <summary>Publishes the files and the manifest.</summary>
    /// <param name="manifest">The manifest; revision, changes and inputs are added.</param>
    /// <param name="files">The files.</param>
    /// <param name="inputs">The objects that were read.</param>
    /// <param name="cancellation">Cancels the publication.</param>
    /// <exception cref="ExportException">Another export has changed the objects.</exception>
    public async Task<StreamExport> PublishAsync(StreamExport manifest, IReadOnlyList<LocalFile> files, InputList inputs, CancellationToken cancellation)
    {
        manifest = manifest with { InputsKey = keys.Inputs };
        if (old is { } same && IsSame(same, manifest))
        {
            manifest = manifest with { Revision = same.Revision, Changes = same.Changes, Files = same.Files, Engines = same.Engines };
            await WriteManifestAsync(manifest, cancellation); // what is known about the day may have changed, but not its files
            return manifest;
        }

        var list = Path.Combine(folder, "inputs.gz");
        await inputs.WriteAsync(list, cancellation);
        if (old is { } before)
        {
            manifest = manifest with { Revision = before.Revision + 1, Changes = await DescribeChangesAsync(before, manifest, inputs, cancellation) };
            await KeepAsync(before, manifest, cancellation);
        }

        foreach (var file in files.Append(await LocalFile.ReadAsync(keys.Inputs, list, cancellation)))
            if (old?.Files.Any(known => known.Key == file.Key && known.Sha256 == file.Sha256) != true || tags[file.Key] is null)
                await target.ReplaceAsync(file, tags[file.Key], cancellation);
        await WriteManifestAsync(manifest, cancellation);
        return manifest;
    }

    private static bool IsSame(StreamExport before, StreamExport now) =>
        before.InputSha256 == now.InputSha256 && before.HasSettings(now.Settings)
        && before.Files.Select(file => (file.Key, file.Rows, file.RowsSha256)).SequenceEqual(now.Files.Select(file => (file.Key, file.Rows, file.RowsSha256)));

    private async Task<IReadOnlyList<string>> DescribeChangesAsync(StreamExport before, StreamExport now, InputList inputs, CancellationToken cancellation)
    {
        var changes = new List<string>();
        foreach (var (name, value) in now.Settings)
            if (before.Settings.GetValueOrDefault(name, "") is var earlier && earlier != value)
                changes.Add($"The setting {name} is '{value}' instead of '{earlier}'.");
        if (before.InputSha256 != now.InputSha256 && await target.ReadGzipTextAsync(before.InputsKey, cancellation) is { } list)
            changes.AddRange(inputs.Compare(list));
        foreach (var file in now.Files)
            if (before.Files.FirstOrDefault(known => known.Key == file.Key) is not { } known)
                changes.Add($"New file: {file.Key}.");
            else if (known.Rows != file.Rows)
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Key} has {file.Rows} rows instead of {known.Rows}."));
            else if (known.RowsSha256 != file.RowsSha256)
                changes.Add($"{file.Key} has other rows.");
        changes.AddRange(before.Files.Where(file => now.Files.All(other => other.Key != file.Key)).Select(file => $"{file.Key} is no longer part of the export."));
        return changes;
    }

    /// <summary>Keeps the objects of the old revision that are replaced.</summary>
    private async Task KeepAsync(StreamExport before, StreamExport now, CancellationToken cancellation)
    {
        var temporary = Path.Combine(folder, "kept");
        foreach (var file in before.Files)
            if (now.Files.All(other => other.Key != file.Key || other.Sha256 != file.Sha256))
                await target.KeepAsync(file.Key, file.Sha256, before.Revision, temporary, cancellation);
        await target.KeepAsync(before.InputsKey, sha256: null, before.Revision, temporary, cancellation);
        await target.KeepAsync(keys.Manifest, sha256: null, before.Revision, temporary, cancellation);
    }

    private async Task WriteManifestAsync(StreamExport manifest, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, "manifest.json");
        var bytes = ManifestJson.Serialize(manifest);
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        await target.ReplaceAsync(new(keys.Manifest, path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), oldTag, cancellation);
    }
}

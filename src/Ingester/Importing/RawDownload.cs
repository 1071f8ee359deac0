using System.Globalization;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Errors;
using Ingester.Storage.Stores;

namespace Ingester.Importing;

/// <summary>A copy of raw capture from a store, in a temporary folder that is removed with it.</summary>
internal sealed class RawDownload : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ingester-raw-");

    /// <summary>The folder of the copy.</summary>
    public string Folder => folder.FullName;

    /// <summary>Copies all objects of raw capture whose keys begin with a prefix.</summary>
    /// <param name="store">The store.</param>
    /// <param name="root">The prefix of all keys of the recorder.</param>
    /// <param name="prefix">The beginning of the keys below it, such as <c>raw/exchange=binance/year=2026/month=11/day=30/10</c>.</param>
    /// <param name="cancel">Cancels the download.</param>
    /// <exception cref="CommandException">The store has no such objects, or one of a newer format.</exception>
    /// <exception cref="StoreException">The store fails.</exception>
    public async Task RunAsync(IObjectStore store, string root, string prefix, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var found in store.ListAsync(ObjectKey.Root(root) + prefix, cancel))
        {
            if (RawKey.Parse(root, found.Key) is null)
                continue;
            await RequireFormatAsync(store, found.Key, cancel);
            await using var content = await store.GetAsync(found.Key, cancel);
            if (content is null)
                continue; // removed since it was listed
            var path = Path.Combine(Folder, found.Key[ObjectKey.Root(root).Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var copy = File.Create(path);
            await content.CopyToAsync(copy, cancel);
            count++;
        }

        if (count == 0)
            throw new CommandException($"The store holds no raw capture under {ObjectKey.Root(root)}{prefix}.");
    }

    /// <summary>Raw capture of a newer version may mean something else. A directory states no format.</summary>
    private static async Task RequireFormatAsync(IObjectStore store, string key, CancellationToken cancel)
    {
        if (await store.HeadAsync(key, cancel) is { Metadata.Format: { } text } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var format) && format > JournalFormat.Current)
            throw new CommandException($"{key} has format {format}, and this version reads formats up to {JournalFormat.Current}: import it with a newer version.");
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}

using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Storage.Stores;

namespace Ingester.Publishing.Verification;

/// <summary>Finds files of earlier revisions: an export first copies each file that it replaces to <c>export/superseded/r{n}/</c>, where n is the replaced revision.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of its keys, without a slash at its end.</param>
internal sealed class SupersededFiles(IObjectStore store, string prefix)
{
    private const string ExportFolder = "export/";

    private List<int>? revisions;

    /// <summary>The key under which a file of a revision is stored now.</summary>
    /// <param name="name">Its key at the time, without the prefix.</param>
    /// <param name="revision">The revision of the export of its market.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public async Task<string> LocateAsync(string name, int revision, CancellationToken cancellation)
    {
        foreach (var replaced in revisions ??= await ListAsync(cancellation))
            if (replaced >= revision && Key(replaced, name) is var key && await store.HeadAsync(key, cancellation) is not null)
                return key;
        return ObjectKey.Root(prefix) + name;
    }

    private async Task<List<int>> ListAsync(CancellationToken cancellation)
    {
        var found = new List<int>();
        await foreach (var folder in store.ListFoldersAsync($"{ObjectKey.Root(prefix)}{ExportFolder}superseded/", cancellation))
            if (folder is ['r', .. var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
                found.Add(revision);
        found.Sort();
        return found;
    }

    private string Key(int revision, string name) => string.Create(CultureInfo.InvariantCulture, $"{ObjectKey.Root(prefix)}{ExportFolder}superseded/r{revision}/{name[ExportFolder.Length..]}");
}

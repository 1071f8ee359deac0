namespace Ingester.Publishing.Witnesses;

/// <summary>Published files that were downloaded before, with the names that the exchange gave them.</summary>
/// <param name="paths">The files.</param>
internal sealed class GivenFiles(IReadOnlyList<string> paths)
{
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    /// <summary>The files that were never found, in their order.</summary>
    public IEnumerable<string> Unused => paths.Where(path => !used.Contains(path));

    /// <summary>The file of a market and day; null if it was not given.</summary>
    public PublishedFile? Find(ArchiveLayout layout, string symbol, DateOnly day)
    {
        var first = layout.Files.IsMonthly ? new DateOnly(day.Year, day.Month, 1) : day;
        foreach (var path in paths)
            if (layout.ParseName(Path.GetFileName(path)) is { } name && name.Day == first && string.Equals(name.Symbol, symbol, StringComparison.OrdinalIgnoreCase))
            {
                used.Add(path);
                return Of(path);
            }

        return null;
    }

    /// <summary>A file, with the checksum that the file of the same name and <c>.CHECKSUM</c> states; without one if there is no such file.</summary>
    public static PublishedFile Of(string path) =>
        new(path, File.Exists(path + ".CHECKSUM") ? ArchiveDownloader.ChecksumOf(File.ReadAllText(path + ".CHECKSUM")) : null, Address: null, LastModified: null);
}

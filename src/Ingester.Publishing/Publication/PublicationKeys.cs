using System.Globalization;
using Ingester.Core.Keys;

namespace Ingester.Publishing.Publication;

/// <summary>The keys of published days. A manifest names the revision that readers use; files of a revision are never replaced.</summary>
internal static class PublicationKeys
{
    /// <summary>The folder of all manifests.</summary>
    public const string Manifests = "published/";

    /// <summary>The folder of all files.</summary>
    public const string Files = "published-files/";

    private const string DayFormat = "yyyy'/'MM'/'dd";

    /// <summary>The manifest of an exchange, dataset and day.</summary>
    public static string Manifest(DateOnly day, string exchange, string dataset) =>
        string.Create(CultureInfo.InvariantCulture, $"{Manifests}{day.ToString(DayFormat, CultureInfo.InvariantCulture)}/{KeyEncoding.Encode(exchange)}_{dataset}.json");

    /// <summary>The folder of the files of a revision, with a slash at its end.</summary>
    public static string Folder(DateOnly day, string exchange, string dataset, int revision) =>
        string.Create(CultureInfo.InvariantCulture, $"{Files}{day.ToString(DayFormat, CultureInfo.InvariantCulture)}/{KeyEncoding.Encode(exchange)}_{dataset}.r{revision}/");

    /// <summary>The day of a manifest or of a file; null for every other key.</summary>
    public static DateOnly? DayOf(string key)
    {
        var start = key.StartsWith(Manifests, StringComparison.Ordinal) ? Manifests.Length : key.StartsWith(Files, StringComparison.Ordinal) ? Files.Length : -1;
        return start >= 0 && key.Length > start + 10 && DateOnly.TryParseExact(key.AsSpan(start, 10), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }
}

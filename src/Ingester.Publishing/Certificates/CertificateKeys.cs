using System.Globalization;
using Ingester.Core.Keys;

namespace Ingester.Publishing.Certificates;

/// <summary>The keys of the certificates of one exchange, dataset and day.</summary>
/// <param name="Prefix">Prefix of all keys, without a slash at its end; may be empty.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Day">The day.</param>
internal sealed record CertificateKeys(string Prefix, string Exchange, string Dataset, DateOnly Day)
{
    private const string Extension = ".dsse.json";

    /// <summary>The folder of the manifests of a day, below which there is one folder per exchange, and below that one per dataset.</summary>
    public static string Manifests(string prefix, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{ObjectKey.Root(prefix)}export/manifests/{day:yyyy'/'MM'/'dd}/");

    /// <summary>The folder of all certificates.</summary>
    public static string Certificates(string prefix) => $"{ObjectKey.Root(prefix)}export/certificates/";

    /// <summary>The prefix of the certificates of a day.</summary>
    public static string Certificates(string prefix, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{Certificates(prefix)}{day:yyyy'/'MM'/'dd}/");

    /// <summary>The folder of the manifests of this exchange, dataset and day.</summary>
    public string ManifestFolder => $"{Manifests(Prefix, Day)}{KeyEncoding.Encode(Exchange)}/{Dataset}/";

    /// <summary>The beginning of all keys; the revision follows.</summary>
    public string Start => $"{Certificates(Prefix, Day)}{KeyEncoding.Encode(Exchange)}_{Dataset}.r";

    /// <summary>The same exchange and dataset, one day earlier.</summary>
    public CertificateKeys DayBefore => this with { Day = Day.AddDays(-1) };

    /// <summary>The envelope of a revision.</summary>
    public string Envelope(int revision) => Key(revision, Extension);

    /// <summary>The list of checksums of a revision, in the form of <c>sha256sum</c>.</summary>
    public string Checksums(int revision) => Key(revision, ".SHA256SUMS");

    /// <summary>The data package of a revision.</summary>
    public string DataPackage(int revision) => Key(revision, ".datapackage.json");

    /// <summary>A key as certificates name it: without the prefix.</summary>
    public string Relative(string key) => key[ObjectKey.Root(Prefix).Length..];

    /// <summary>The revision of an envelope's key; null for every other key.</summary>
    public int? RevisionOf(string key) =>
        key.StartsWith(Start, StringComparison.Ordinal) && key.EndsWith(Extension, StringComparison.Ordinal) && key.Length > Start.Length + Extension.Length
        && int.TryParse(key.AsSpan(Start.Length, key.Length - Start.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
        && Envelope(revision) == key && revision > 0
            ? revision
            : null;

    /// <summary>The exchange and the dataset of an envelope's key; null for every other key of the day.</summary>
    public static CertificateKeys? Parse(string prefix, DateOnly day, string key)
    {
        var name = key[Certificates(prefix, day).Length..];
        if (!name.EndsWith(Extension, StringComparison.Ordinal) || name.LastIndexOf(".r", StringComparison.Ordinal) is not (> 0 and var end) || name.LastIndexOf('_', end) is not (> 0 and var middle))
            return null;
        var keys = new CertificateKeys(prefix, Uri.UnescapeDataString(name[..middle]), name[(middle + 1)..end], day);
        return keys.RevisionOf(key) is null ? null : keys;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Exchange} {Dataset} of {Day:yyyy-MM-dd}");

    private string Key(int revision, string extension) => string.Create(CultureInfo.InvariantCulture, $"{Start}{revision}{extension}");
}

using Ingester.Publishing.Certificates;
using Ingester.Publishing.Statements;

namespace Ingester.Dashboard.Days;

/// <summary>A file that a certificate names.</summary>
/// <param name="Key">Its key below the prefix of the store.</param>
/// <param name="Market">The market; null for the files about the certificate itself.</param>
/// <param name="Type">What it holds, such as <c>trades</c> or <c>parquet</c>.</param>
/// <param name="Bytes">Its size; null when the certificate does not state it.</param>
/// <param name="Rows">Number of its rows; null when it has none.</param>
/// <param name="Sha256">Its hash; null for the certificate itself, which cannot name its own.</param>
public sealed record CertifiedFile(string Key, string? Market, string Type, long? Bytes, long? Rows, string? Sha256)
{
    /// <summary>The files of a certificate: those about the certificate first, then by market.</summary>
    /// <param name="keys">Exchange, dataset and day.</param>
    /// <param name="statement">The certificate.</param>
    internal static IReadOnlyList<CertifiedFile> Of(CertificateKeys keys, CertificateStatement statement)
    {
        var predicate = statement.Predicate;
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subject in statement.Subject)
            hashes.TryAdd(subject.Name, subject.Digest.Sha256);
        return
        [
            Own(keys.Envelope(predicate.Revision), "certificate"), Own(keys.Checksums(predicate.Revision), "SHA256SUMS"), Own(keys.DataPackage(predicate.Revision), "data package"),
            .. predicate.Streams.SelectMany(stream => stream.Files, static (stream, file) => new CertifiedFile(file.Key, stream.Pair, file.DataType, file.Bytes, file.Rows, file.Sha256)),
        ];

        CertifiedFile Own(string key, string type) => new(keys.Relative(key), null, type, null, null, hashes.GetValueOrDefault(keys.Relative(key)));
    }
}

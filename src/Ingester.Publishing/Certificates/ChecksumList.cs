using System.Text;
using Ingester.Publishing.Export;

namespace Ingester.Publishing.Certificates;

/// <summary>The list of checksums that <c>sha256sum -c</c> reads, in the folder that contains <c>export</c>.</summary>
internal static class ChecksumList
{
    /// <summary>One line per file, in ordinal order of the keys.</summary>
    public static byte[] Write(IEnumerable<ExportedFile> files) =>
        Encoding.UTF8.GetBytes(string.Concat(files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Sha256}  {file.Key}\n")));
}

using System.IO.Compression;
using System.Security.Cryptography;

namespace Ingester.Publishing.Witnesses;

/// <summary>The content of a published file: the one file in a zip, decompressed gzip, or the file itself.</summary>
internal sealed class ArchiveStream : IDisposable
{
    private readonly ZipArchive? zip;

    private ArchiveStream(Stream content, ZipArchive? zip) => (Content, this.zip) = (content, zip);

    /// <summary>The content.</summary>
    public Stream Content { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file on this machine.</param>
    /// <param name="extension">The end of the name of the file in a zip.</param>
    /// <exception cref="InvalidDataException">It is a zip without exactly one such file, or it is no zip.</exception>
    public static ArchiveStream Open(string path, string extension)
    {
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            var stream = File.OpenRead(path);
            return new(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream, null);
        }

        var zip = ZipFile.OpenRead(path);
        try
        {
            var entries = zip.Entries.Where(entry => entry.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)).ToList();
            return entries.Count == 1 ? new(entries[0].Open(), zip) : throw new InvalidDataException($"it holds {entries.Count} files with the extension {extension}, and one is expected");
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>The SHA-256 of a file as it was published, in lower case hex.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        zip?.Dispose();
    }
}

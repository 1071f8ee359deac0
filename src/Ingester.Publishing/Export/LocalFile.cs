using System.Security.Cryptography;

namespace Ingester.Publishing.Export;

/// <summary>A local file that is to be published.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The hash of its bytes, 64 hex digits.</param>
internal sealed record LocalFile(string Key, string Path, long Bytes, string Sha256)
{
    /// <summary>Hashes a file.</summary>
    public static async Task<LocalFile> ReadAsync(string key, string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        return new(key, path, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)));
    }
}

using System.Buffers;
using System.IO.Compression;

namespace Ingester.Recording.Rest;

/// <summary>
/// Reads and decompresses the body of a response. The limit applies to the received bytes and to the decompressed bytes, so that
/// neither an endless body nor a decompression bomb can exhaust the memory.
/// </summary>
internal static class RestBody
{
    /// <summary>The supported encodings, as the value of <c>Accept-Encoding</c>.</summary>
    public const string AcceptedEncodings = "gzip, br";

    private const int ChunkSize = 1 << 16;

    /// <summary>Reads a body.</summary>
    /// <param name="content">The body with its headers.</param>
    /// <param name="limit">Maximum number of bytes, before and after decompression.</param>
    /// <param name="stop">Cancels the read.</param>
    /// <exception cref="InvalidDataException">The body is longer than the limit, or its encoding was not requested.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int limit, CancellationToken stop)
    {
        if (content.Headers.ContentLength is { } announced && announced > limit)
            throw TooLong($"announces {announced} bytes, more than", limit);
        ReadOnlyMemory<byte> body;
        await using (var received = await content.ReadAsStreamAsync(stop))
            body = await ReadAsync(received, "has more than", limit, stop);
        foreach (var encoding in content.Headers.ContentEncoding.Reverse())
            body = await DecompressAsync(encoding, body, limit, stop);
        return body;
    }

    private static async Task<ReadOnlyMemory<byte>> DecompressAsync(string encoding, ReadOnlyMemory<byte> body, int limit, CancellationToken stop)
    {
        var compressed = new MemoryStream(body.ToArray(), writable: false);
        await using Stream? decompressed = encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(compressed, CompressionMode.Decompress),
            "br" => new BrotliStream(compressed, CompressionMode.Decompress),
            "identity" => null,
            _ => throw new InvalidDataException($"The response has the Content-Encoding \"{encoding}\", which was not requested."),
        };
        return decompressed is null ? body : await ReadAsync(decompressed, "has, after decompression, more than", limit, stop);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, string subject, int limit, CancellationToken stop)
    {
        var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (await stream.ReadAsync(chunk, stop) is var count and > 0)
            {
                if (body.Length + count > limit)
                    throw TooLong(subject, limit);
                body.Write(chunk, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static InvalidDataException TooLong(string subject, int limit) => new($"The response {subject} {limit} bytes.");
}

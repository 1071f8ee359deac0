using System.IO.Compression;

namespace Ingester.Simulator.FaultyExchange;

/// <summary>A compressed body with overwritten bytes in the middle.</summary>
internal static class DamagedBody
{
    /// <summary>Creates the body, with the encoding br or gzip.</summary>
    public static byte[] Create(string encoding)
    {
        var text = new byte[20_000];
        new Random(1).NextBytes(text);
        for (var index = 0; index < text.Length; index++)
            text[index] = (byte)('0' + text[index] % 10);
        var body = new MemoryStream();
        using (Stream compressing = encoding == "br" ? new BrotliStream(body, CompressionLevel.Optimal) : new GZipStream(body, CompressionLevel.Optimal))
            compressing.Write(text);
        var damaged = body.ToArray();
        damaged.AsSpan(damaged.Length / 3, 100).Fill(0xff);
        return damaged;
    }
}

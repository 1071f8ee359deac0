using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.Testing.Stores;

/// <summary>Keys, gzip and hashes as docs/layout.md describes them, without code of the program under test.</summary>
internal static class StoredText
{
    public const long Minute = 60_000_000;

    public static string Day(long micros) =>
        DateTime.UnixEpoch.AddTicks(micros * 10).ToString("'year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture);

    public static string Segment(Market market, long start, int minutes, bool whole, string tail) => string.Create(CultureInfo.InvariantCulture,
        $"{(whole ? "" : "fragments/")}{market.Dataset}/exchange={market.Exchange}/pair={market.Pair}/{Day(start)}-{minutes}m{tail}.json.gz");

    public static string Journal(string dataset, Market market, long minute, string replica) => string.Create(CultureInfo.InvariantCulture,
        $"{dataset}/exchange={market.Exchange}/{Day(minute)}_{replica}_1.json.gz");

    public static string Book(Market market, long micros, long number, string replica) => string.Create(CultureInfo.InvariantCulture,
        $"snapshots/exchange={market.Exchange}/pair={market.Pair}/{Day(micros)}_{number}_{replica}.json.gz");

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>The text of an object; null if its gzip is damaged or truncated.</summary>
    public static string? Unpack(byte[] packed)
    {
        if (packed.Length < 18)
            return null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var text = new MemoryStream();
            gzip.CopyTo(text);
            return BitConverter.ToUInt32(packed, packed.Length - 4) == text.Length ? Encoding.UTF8.GetString(text.ToArray()) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

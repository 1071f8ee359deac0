using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Books;
using Ingester.Core.Rows;

namespace Ingester.Publishing.Files;

/// <summary>
/// Writes a gzip-compressed CSV file with a header: commas, line feeds, no spaces. The same rows give the same bytes: the gzip header has no time and no
/// name. Dispose it before the file is used.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private const int FlushBytes = 1 << 16;

    private readonly string path;
    private readonly GZipStream gzip;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] buffer = new byte[2 * FlushBytes];
    private int used;
    private long rows;

    /// <summary>Creates the file and writes the header.</summary>
    public CsvFile(string path, string header)
    {
        this.path = path;
        gzip = new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, FlushBytes), CompressionLevel.Optimal);
        Append(Encoding.ASCII.GetBytes(header + "\n"));
    }

    /// <summary>Appends bytes as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        used += bytes.Length;
    }

    /// <summary>Appends an integer.</summary>
    public void Append(long number) => used += NumberFormatter.Write(Reserve(NumberFormatter.RequiredBytes), number);

    /// <summary>Appends a number with all of its digits, and its exponent written out.</summary>
    public void AppendNumber(ReadOnlySpan<byte> text) => used += DecimalText.Write(text, Reserve(DecimalText.MaxLength(text)));

    /// <summary>Appends a number with all of its digits.</summary>
    public void Append(ExactDecimal number) => used += number.WriteText(Reserve(ExactDecimal.MaxTextLength));

    /// <summary>Ends a row.</summary>
    public void EndRow()
    {
        Reserve(1)[0] = (byte)'\n';
        used++;
        rows++;
        if (used >= FlushBytes)
            Flush();
    }

    /// <summary>Completes the file.</summary>
    public FileContent Complete()
    {
        Flush();
        gzip.Dispose();
        return new(path, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip.Dispose();
        hash.Dispose();
    }

    /// <summary>A text as a field: in quotes if it has a comma, a quote or a line break (RFC 4180).</summary>
    public static byte[] Field(string text) =>
        Encoding.UTF8.GetBytes(text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - used < count)
            Array.Resize(ref buffer, Math.Max(2 * buffer.Length, used + count));
        return buffer.AsSpan(used);
    }

    private void Flush()
    {
        hash.AppendData(buffer, 0, used);
        gzip.Write(buffer, 0, used);
        used = 0;
    }
}

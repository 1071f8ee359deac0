using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using nietras.SeparatedValues;

namespace Ingester.Publishing.Witnesses;

/// <summary>A file of trades that an exchange has published: CSV in a zip, in gzip, or plain. It is read as a stream.</summary>
/// <param name="path">The file on this machine.</param>
/// <param name="layout">How the exchange writes it.</param>
internal sealed class ArchiveFile(string path, ArchiveLayout layout)
{
    private readonly string name = Path.GetFileName(path);

    /// <summary>Number of trades read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The SHA-256 of the file as it was published, in lower case hex.</summary>
    public async Task<string> HashAsync(CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }

    /// <summary>The trades in the order of the file; those outside of the period have <see cref="WitnessTrade.IsOutside"/> if the file holds more than one day.</summary>
    /// <param name="from">Start of the day, microseconds since 1970 UTC.</param>
    /// <param name="to">End of the day, exclusive.</param>
    /// <exception cref="WitnessException">The file is damaged, or a row is not a trade.</exception>
    public IEnumerable<WitnessTrade> Read(long from, long to)
    {
        using var opened = Guard(() => Open(path));
        using var rows = Guard(() => Sep.New(',').Reader(options => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true }).From(opened.Stream));
        ArchiveHeader? header = null;
        while (Guard(rows.MoveNext))
        {
            if (header is null)
            {
                header = ArchiveHeader.Read(Texts(rows.Current), layout, name);
                if (header.IsInFile)
                    continue;
            }

            if (Parse(rows.Current, header) is not { } trade)
                continue;
            Rows++;
            var isOutside = trade.Micros < from || trade.Micros >= to;
            if (layout.IsMonthly && (trade.Micros < from - TradeJoin.Tolerance || trade.Micros >= to + TradeJoin.Tolerance))
                continue; // another day of the month
            yield return trade with { IsOutside = layout.IsMonthly && isOutside };
        }
    }

    private static OpenedFile Open(string path)
    {
        if (!path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            var stream = File.OpenRead(path);
            return new(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream, null);
        }

        var zip = ZipFile.OpenRead(path);
        try
        {
            var entries = zip.Entries.Where(entry => entry.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)).ToList();
            return entries.Count == 1 ? new(entries[0].Open(), zip) : throw new InvalidDataException($"it holds {entries.Count} CSV files, and one is expected");
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private static List<string> Texts(SepReader.Row row)
    {
        var texts = new List<string>(row.ColCount);
        for (var column = 0; column < row.ColCount; column++)
            texts.Add(row[column].ToString());
        return texts;
    }

    /// <summary>A trade; null for an empty line.</summary>
    private WitnessTrade? Parse(SepReader.Row row, ArchiveHeader header)
    {
        if (row.ColCount == 1 && row[0].Span.IsWhiteSpace())
            return null;
        try
        {
            if (row.ColCount < header.Width)
                throw new FormatException($"it has {row.ColCount} columns, and {header.Width} are expected");
            var micros = ArchiveTime.Parse(row[header[ArchiveColumn.Time]!.Value].Span);
            var (price, size) = (Number(row[header[ArchiveColumn.Price]!.Value].Span, "price"), Number(row[header[ArchiveColumn.Size]!.Value].Span, "size"));
            var isSell = layout.HasSignedSizes ? size < 0 : Side(row, header);
            size = Math.Abs(size);
            return new(layout.HasIds ? TradeKey.Of(row[header[ArchiveColumn.Id]!.Value].Span) : TradeKey.OfContent(micros, price, size, isSell), micros, price, size, isSell);
        }
        catch (FormatException error)
        {
            throw new WitnessException($"Line {row.LineNumberFrom.ToString(CultureInfo.InvariantCulture)} of {name} is not a trade: {error.Message}.", error);
        }
    }

    private bool? Side(SepReader.Row row, ArchiveHeader header)
    {
        if (header[ArchiveColumn.BuyerIsMaker] is { } maker)
            return bool.TryParse(row[maker].Span, out var isMaker) ? isMaker : throw new FormatException($"'{row[maker]}' is neither true nor false");
        if (header[ArchiveColumn.Side] is not { } place)
            return null;
        var side = row[place].Span;
        if (layout.SellDigit is { } sell && side.Length == 1 && side[0] is '1' or '2')
            return side[0] == sell;
        return side.Equals("sell", StringComparison.OrdinalIgnoreCase) ? true
            : side.Equals("buy", StringComparison.OrdinalIgnoreCase) ? false
            : throw new FormatException($"'{side}' is neither buy nor sell");
    }

    private static decimal Number(ReadOnlySpan<char> text, string what) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{text}' is not a {what}");

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new WitnessException($"{name} is not readable: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>A stream, and the zip that it belongs to.</summary>
    private sealed class OpenedFile(Stream stream, ZipArchive? zip) : IDisposable
    {
        public Stream Stream => stream;

        public void Dispose()
        {
            stream.Dispose();
            zip?.Dispose();
        }
    }
}

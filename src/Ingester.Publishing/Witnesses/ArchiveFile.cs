using System.Globalization;
using Ingester.Core.Archives;
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

    /// <summary>The trades in the order of the file; those outside of the period have <see cref="WitnessTrade.IsOutside"/> if the file holds more than one day.</summary>
    /// <param name="from">Start of the day, microseconds since 1970 UTC.</param>
    /// <param name="to">End of the day, exclusive.</param>
    /// <exception cref="WitnessException">The file is damaged, or a row is not a trade.</exception>
    public IEnumerable<WitnessTrade> Read(long from, long to)
    {
        foreach (var trade in Read<WitnessTrade>(Parse))
        {
            Rows++;
            var isOutside = trade.Micros < from || trade.Micros >= to;
            if (layout.Files.IsMonthly && (trade.Micros < from - TradeJoin.Tolerance || trade.Micros >= to + TradeJoin.Tolerance))
                continue; // another day of the month
            yield return trade with { IsOutside = layout.Files.IsMonthly && isOutside };
        }
    }

    /// <summary>
    /// The rows of wanted ids, in the order of the file, each as the stream would have stated it: with the digits of the file, and its time in the unit of the stream.
    /// </summary>
    /// <param name="isWanted">True for the ids that are wanted.</param>
    /// <exception cref="WitnessException">The file is damaged, or a row is not a trade.</exception>
    public IEnumerable<ArchiveRow> ReadRows(Func<long, bool> isWanted) => Read<ArchiveRow>((row, header) =>
    {
        var key = TradeKey.Of(row[header[PublishedColumn.Id]!.Value].Span);
        return key.IsNumber && isWanted((long)key.Value) ? ToRow((long)key.Value, row, header) : null;
    });

    /// <summary>The rows that are converted to something; empty lines and rows without a result are skipped.</summary>
    private IEnumerable<T> Read<T>(Converter<T> convert) where T : struct
    {
        using var opened = Guard(() => ArchiveStream.Open(path, ".csv"));
        using var rows = Guard(() => Sep.New(',').Reader(options => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true }).From(opened.Content));
        ArchiveHeader? header = null;
        while (Guard(rows.MoveNext))
        {
            if (header is null)
            {
                header = ArchiveHeader.Read(Texts(rows.Current), layout, name);
                if (header.IsInFile)
                    continue;
            }

            if (Convert(rows.Current, header, convert) is { } result)
                yield return result;
        }
    }

    private T? Convert<T>(SepReader.Row row, ArchiveHeader header, Converter<T> convert) where T : struct
    {
        if (row.ColCount == 1 && row[0].Span.IsWhiteSpace())
            return null;
        try
        {
            return row.ColCount < header.Width ? throw new FormatException($"it has {row.ColCount} columns, and {header.Width} are expected") : convert(row, header);
        }
        catch (FormatException error)
        {
            throw new WitnessException($"Line {row.LineNumberFrom.ToString(CultureInfo.InvariantCulture)} of {name} is not a trade: {error.Message}.", error);
        }
    }

    private ArchiveRow ToRow(long id, SepReader.Row row, ArchiveHeader header)
    {
        var trade = Parse(row, header)!.Value;
        var (price, size) = (row[header[PublishedColumn.Price]!.Value].ToString(), row[header[PublishedColumn.Size]!.Value].ToString().TrimStart('-'));
        if (trade.IsSell is not { } isSell)
            return new(id, null, "the file does not state its side");
        if (!IsPlain(price) || !IsPlain(size))
            return new(id, null, $"'{(IsPlain(price) ? size : price)}' is not a number as the stream writes it");
        var unit = (long)layout.Files.StreamTimeUnit.TotalMicroseconds;
        return new(id, new(id, trade.Micros / unit * unit, price, size, isSell), null);
    }

    /// <summary>True for digits with at most one point between them, the form of all numbers of streams.</summary>
    private static bool IsPlain(string number) =>
        number.Length > 0 && char.IsAsciiDigit(number[0]) && char.IsAsciiDigit(number[^1]) && number.Count(one => one == '.') <= 1 && number.All(one => char.IsAsciiDigit(one) || one == '.');

    private static List<string> Texts(SepReader.Row row)
    {
        var texts = new List<string>(row.ColCount);
        for (var column = 0; column < row.ColCount; column++)
            texts.Add(row[column].ToString());
        return texts;
    }

    private WitnessTrade? Parse(SepReader.Row row, ArchiveHeader header)
    {
        var micros = ArchiveTime.Parse(row[header[PublishedColumn.Time]!.Value].Span);
        var (price, size) = (Number(row[header[PublishedColumn.Price]!.Value].Span, "price"), Number(row[header[PublishedColumn.Size]!.Value].Span, "size"));
        var isSell = layout.Files.HasSignedSizes ? size < 0 : Side(row, header);
        size = Math.Abs(size);
        return new(layout.Files.HasIds ? TradeKey.Of(row[header[PublishedColumn.Id]!.Value].Span) : TradeKey.OfContent(micros, price, size, isSell), micros, price, size, isSell);
    }

    private bool? Side(SepReader.Row row, ArchiveHeader header)
    {
        if (header[PublishedColumn.BuyerIsMaker] is { } maker)
            return bool.TryParse(row[maker].Span, out var isMaker) ? isMaker : throw new FormatException($"'{row[maker]}' is neither true nor false");
        if (header[PublishedColumn.Side] is not { } place)
            return null;
        var side = row[place].Span;
        if (layout.Files.SellDigit is { } sell && side.Length == 1 && side[0] is '1' or '2')
            return side[0] == sell;
        return side.Equals("sell", StringComparison.OrdinalIgnoreCase) ? true
            : side.Equals("buy", StringComparison.OrdinalIgnoreCase) ? false
            : throw new FormatException($"'{side}' is neither buy nor sell");
    }

    private static decimal Number(ReadOnlySpan<char> text, string what) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{text}' is not a {what}");

    /// <summary>Converts a row with the needed columns; null to skip it.</summary>
    private delegate T? Converter<T>(SepReader.Row row, ArchiveHeader header) where T : struct;

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
}

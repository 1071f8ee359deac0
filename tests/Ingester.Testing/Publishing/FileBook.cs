using System.Globalization;
using Ingester.Core.Books;
using Ingester.Reading.Books;

namespace Ingester.Testing.Publishing;

/// <summary>
/// Replays a book from rows of <c>incremental_book_L2</c> alone, by the documented semantics: rows with the same local timestamp are
/// one message; if a row is a snapshot and the one before was not, the book is cleared first; an amount of zero removes the price.
/// </summary>
internal sealed class FileBook(IReadOnlyList<string[]> rows)
{
    private readonly SortedDictionary<decimal, decimal> bids = new(Comparer<decimal>.Create((one, other) => other.CompareTo(one)));
    private readonly SortedDictionary<decimal, decimal> asks = [];
    private int next;
    private bool wasSnapshot;

    /// <summary>Exchange times of the messages, in the order of the file.</summary>
    public IReadOnlyList<long> Times { get; } = [.. rows.GroupBy(row => row[3]).Select(message => Number(message.First()[2]))];

    /// <summary>Applies the messages up to the first one after a time.</summary>
    public string At(long micros)
    {
        while (next < rows.Count && Number(rows[next][2]) <= micros)
            for (var local = rows[next][3]; next < rows.Count && rows[next][3] == local; next++)
                Apply(rows[next]);
        return $"{Text(bids)} | {Text(asks)}";
    }

    /// <summary>A book of the reading library, in the same text form.</summary>
    public static string Text(BookResult book) => $"{Text(book.Bids)} | {Text(book.Asks)}";

    private static string Text(IReadOnlyList<BookLevel> levels) => string.Join(' ', levels.Select(level => Text(Parse(level.Price), Parse(level.Size))));

    private static string Text(decimal price, decimal amount) => $"{price / 1.000000000000000000000000000m}x{amount / 1.000000000000000000000000000m}"; // without zeros at the end

    private static decimal Parse(ExactDecimal number) => decimal.Parse(number.ToString(), CultureInfo.InvariantCulture);

    private void Apply(string[] row)
    {
        var isSnapshot = row[4] == "true";
        if (isSnapshot && !wasSnapshot)
        {
            bids.Clear();
            asks.Clear();
        }

        wasSnapshot = isSnapshot;
        var side = row[5] == "bid" ? bids : asks;
        var (price, amount) = (Decimal(row[6]), Decimal(row[7]));
        if (amount == 0)
            side.Remove(price);
        else
            side[price] = amount;
    }

    private static string Text(SortedDictionary<decimal, decimal> side) => string.Join(' ', side.Select(level => Text(level.Key, level.Value)));

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}

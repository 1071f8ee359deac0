using System.Globalization;
using System.Text.RegularExpressions;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Witnesses;

/// <summary>How an exchange publishes the trades of a market and day: where, under which name, and with which columns.</summary>
internal sealed record ArchiveLayout
{
    /// <summary>Our name of the exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset that the files hold.</summary>
    public Dataset Dataset { get; init; } = Dataset.Trades;

    /// <summary>The root of the addresses, with a slash at its end.</summary>
    public required string Root { get; init; }

    /// <summary>The path below the root: <c>{symbol}</c>, <c>{date}</c> (2026-11-20), <c>{compact}</c> (20261120), <c>{month}</c> (202611).</summary>
    public required string Path { get; init; }

    /// <summary>The columns of a file without a header, in their order.</summary>
    public required IReadOnlyList<ArchiveColumn> Columns { get; init; }

    /// <summary>How far the published day begins after 00:00 UTC; negative if it begins before.</summary>
    public TimeSpan DayOffset { get; init; }

    /// <summary>True if a file holds a month.</summary>
    public bool IsMonthly { get; init; }

    /// <summary>True if a file named like the file with <c>.CHECKSUM</c> at its end has the SHA-256 of the file.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>False if the ids of the files are not those of the stream: trades are then compared by everything else.</summary>
    public bool HasIds { get; init; } = true;

    /// <summary>The digit that means a sale in a column <see cref="ArchiveColumn.Side"/>; null if it has words.</summary>
    public char? SellDigit { get; init; }

    /// <summary>True if sizes have a sign, negative for sales.</summary>
    public bool HasSignedSizes { get; init; }

    /// <summary>What the exchange's symbols have between the currencies of a spot market, for stores that do not tell the symbols.</summary>
    public string SymbolSeparator { get; init; } = "";

    /// <summary>The page that describes the files.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the file of a day without its folder.</summary>
    public string FileName(string symbol, DateOnly day) => Fill(Path[(Path.LastIndexOf('/') + 1)..], symbol, day);

    /// <summary>Address of the file of a day.</summary>
    public Uri Address(Uri? root, string symbol, DateOnly day) => new(root ?? new(Root), Fill(Path, Uri.EscapeDataString(symbol), day));

    /// <summary>The symbol and the day that the name of a file states; null if it is no name of this layout. The day of a monthly file is the first of the month.</summary>
    public (string Symbol, DateOnly Day)? ParseName(string name)
    {
        var template = Path[(Path.LastIndexOf('/') + 1)..];
        var pattern = Regex.Escape(template[..template.IndexOf('.', StringComparison.Ordinal)])
            .Replace(@"\{symbol}", "(?<symbol>.+?)", StringComparison.Ordinal)
            .Replace(@"\{date}", @"(?<date>\d{4}-\d\d-\d\d)", StringComparison.Ordinal)
            .Replace(@"\{month}", @"(?<month>\d{6})", StringComparison.Ordinal);
        if (Regex.Match(name, $@"^{pattern}(?:\.zip|\.csv\.gz|\.csv)$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) is not { Success: true } match)
            return null;
        var (text, format) = match.Groups["date"] is { Success: true } date ? (date.Value, "yyyy-MM-dd") : (match.Groups["month"].Value + "01", "yyyyMMdd");
        return DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (match.Groups["symbol"].Value, day) : null;
    }

    /// <summary>The time that a day of the files holds, microseconds since 1970 UTC.</summary>
    /// <param name="day">The day.</param>
    /// <param name="wholeMonth">True for the whole month that begins with the day.</param>
    public (long From, long To) PeriodOf(DateOnly day, bool wholeMonth)
    {
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + DayOffset;
        return (Core.Time.Micros.From(from), Core.Time.Micros.From(wholeMonth ? from.AddMonths(1) : from.AddDays(1)));
    }

    private static string Fill(string template, string symbol, DateOnly day) => template
        .Replace("{symbol}", symbol, StringComparison.Ordinal)
        .Replace("{date}", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{compact}", day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{month}", day.ToString("yyyyMM", CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

using System.Globalization;
using System.Text.RegularExpressions;
using Ingester.Core.Archives;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Witnesses;

/// <summary>The files that an exchange publishes of a dataset: their names, addresses and days.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Dataset">The dataset that the files hold.</param>
/// <param name="Files">Where they are and what they hold.</param>
internal sealed record ArchiveLayout(string Exchange, Dataset Dataset, PublishedFiles Files)
{
    /// <summary>The part of the path that is the name of a file.</summary>
    private string NameTemplate => Files.Path[(Files.Path.LastIndexOf('/') + 1)..];

    /// <summary>Name of the file of a day without its folder.</summary>
    public string FileName(string symbol, DateOnly day) => Fill(NameTemplate, symbol, day);

    /// <summary>Address of the file of a day.</summary>
    public Uri Address(Uri? root, string symbol, DateOnly day) => new(root ?? new(Files.Root), Fill(Files.Path, Uri.EscapeDataString(symbol), day));

    /// <summary>The symbol and the day that the name of a file states; null if it is no name of this layout. The day of a monthly file is the first of the month.</summary>
    public (string Symbol, DateOnly Day)? ParseName(string name)
    {
        var template = NameTemplate;
        var pattern = Regex.Escape(template[..template.IndexOf('.', StringComparison.Ordinal)])
            .Replace(@"\{symbol}", "(?<symbol>.+?)", StringComparison.Ordinal)
            .Replace(@"\{date}", @"(?<date>\d{4}-\d\d-\d\d)", StringComparison.Ordinal)
            .Replace(@"\{month}", @"(?<month>\d{6})", StringComparison.Ordinal);
        if (Regex.Match(name, $@"^{pattern}(?:\.data\.zip|\.data|\.zip|\.csv\.gz|\.csv)$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) is not { Success: true } match)
            return null;
        var (text, format) = match.Groups["date"] is { Success: true } date ? (date.Value, "yyyy-MM-dd") : (match.Groups["month"].Value + "01", "yyyyMMdd");
        return DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? (match.Groups["symbol"].Value, day) : null;
    }

    /// <summary>The time that a day of the files holds, microseconds since 1970 UTC.</summary>
    /// <param name="day">The day.</param>
    /// <param name="wholeMonth">True for the whole month that begins with the day.</param>
    public (long From, long To) PeriodOf(DateOnly day, bool wholeMonth)
    {
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + Files.DayOffset;
        return (Core.Time.Micros.From(from), Core.Time.Micros.From(wholeMonth ? from.AddMonths(1) : from.AddDays(1)));
    }

    /// <summary>The day of the files that holds a time.</summary>
    /// <param name="micros">Microseconds since 1970 UTC.</param>
    public DateOnly DayOf(long micros) => DateOnly.FromDateTime(Core.Time.Micros.ToDateTime(micros) - Files.DayOffset);

    private static string Fill(string template, string symbol, DateOnly day) => template
        .Replace("{symbol}", symbol, StringComparison.Ordinal)
        .Replace("{date}", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{compact}", day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{month}", day.ToString("yyyyMM", CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

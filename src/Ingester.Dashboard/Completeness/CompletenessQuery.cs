using System.Globalization;
using System.Text.Encodings.Web;
using Ingester.Core.Markets;

namespace Ingester.Dashboard.Completeness;

/// <summary>The state of the completeness pages as it is in their addresses: every view is a link. Invalid values are replaced by the defaults.</summary>
public sealed record CompletenessQuery
{
    /// <summary>The numbers of days that a reader can choose.</summary>
    public static readonly IReadOnlyList<int> DayCounts = [7, 14, 28];

    private const int DefaultDays = 14;
    private const int MaxTextLength = 100;

    /// <summary>The last day; null for today.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Number of days, one of <see cref="DayCounts"/>. Default: 14.</summary>
    public int Days { get; init; } = DefaultDays;

    /// <summary>The exchange; empty for all.</summary>
    public string Exchange { get; init; } = "";

    /// <summary>The dataset's name; empty for all.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>A part of the market's name, in any case; empty for all.</summary>
    public string Market { get; init; } = "";

    /// <summary>True to show only what is missing: streams with a gap or with minutes that are not proven.</summary>
    public bool OnlyMissing { get; init; }

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Reads the parameters of an address.</summary>
    public static CompletenessQuery Parse(string? to, string? days, string? exchange, string? dataset, string? market, string? only, string? page) => new()
    {
        To = ParseDay(to),
        Days = int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && DayCounts.Contains(count) ? count : DefaultDays,
        Exchange = Limit(exchange),
        Dataset = dataset is not null && DatasetNames.TryParse(dataset, out var known) && known.IsStreamed() ? dataset : "",
        Market = Limit(market),
        OnlyMissing = only == "missing",
        Page = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : 1,
    };

    /// <summary>Parses a day such as 2026-11-20; null for any other text, and for days that cannot be in a store.</summary>
    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 9999 ? day : null;

    /// <summary>The address of this view on a page.</summary>
    /// <param name="path">The path of the page.</param>
    public string ToAddress(string path)
    {
        var parameters = new List<string>();
        Add("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
        Add("days", Days == DefaultDays ? "" : Days.ToString(CultureInfo.InvariantCulture));
        Add("exchange", Exchange);
        Add("dataset", Dataset);
        Add("market", Market);
        Add("only", OnlyMissing ? "missing" : "");
        Add("page", Page == 1 ? "" : Page.ToString(CultureInfo.InvariantCulture));
        return parameters.Count == 0 ? path : $"{path}?{string.Join('&', parameters)}";

        void Add(string name, string value)
        {
            if (value.Length > 0)
                parameters.Add($"{name}={UrlEncoder.Default.Encode(value)}");
        }
    }

    /// <summary>True when a stream passes the filters of exchange, dataset and market.</summary>
    public bool Selects(StreamId stream) =>
        (Exchange.Length == 0 || stream.Exchange == Exchange) && (Dataset.Length == 0 || stream.Dataset.Name() == Dataset)
        && (Market.Length == 0 || stream.Market.Contains(Market, StringComparison.OrdinalIgnoreCase));

    private static string Limit(string? text) => text is null ? "" : text.Length <= MaxTextLength ? text.Trim() : text[..MaxTextLength].Trim();
}

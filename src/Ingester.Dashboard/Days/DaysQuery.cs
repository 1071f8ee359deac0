using System.Globalization;
using System.Text.Encodings.Web;
using Ingester.Core.Markets;
using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Days.Certificates;

namespace Ingester.Dashboard.Days;

/// <summary>The state of the page of days as it is in its address. Invalid values are replaced by the defaults.</summary>
internal sealed record DaysQuery
{
    /// <summary>The numbers of weeks that a reader can choose.</summary>
    public static readonly IReadOnlyList<int> WeekCounts = [4, 8, 13, 26];

    private const int DefaultWeeks = 4;
    private const int DaysPerWeek = 7;

    /// <summary>The last day; null for today.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Number of weeks, one of <see cref="WeekCounts"/>. Default: 4.</summary>
    public int Weeks { get; init; } = DefaultWeeks;

    /// <summary>The exchange; empty for all.</summary>
    public string Exchange { get; init; } = "";

    /// <summary>The dataset's name; empty for all.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>True when the store is read for the sizes of days that are not audited yet: that costs requests.</summary>
    public bool ReadsStorage { get; init; }

    /// <summary>The page of the list of certificates, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Reads the parameters of an address.</summary>
    public static DaysQuery Parse(string? to, string? weeks, string? exchange, string? dataset, string? storage, string? page) => new()
    {
        To = CompletenessQuery.ParseDay(to),
        Weeks = int.TryParse(weeks, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && WeekCounts.Contains(count) ? count : DefaultWeeks,
        Exchange = exchange?.Trim() ?? "",
        Dataset = dataset is not null && DatasetNames.TryParse(dataset, out _) ? dataset : "",
        ReadsStorage = storage == "read",
        Page = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : 1,
    };

    /// <summary>The first and the last day.</summary>
    /// <param name="today">Today, in UTC.</param>
    public (DateOnly From, DateOnly To) Period(DateOnly today)
    {
        var last = To ?? today;
        return (last.AddDays(1 - Weeks * DaysPerWeek), last);
    }

    /// <summary>True when a certificate passes the filters.</summary>
    public bool Selects(CertificateSummary certificate) =>
        (Exchange.Length == 0 || certificate.Exchange == Exchange) && (Dataset.Length == 0 || certificate.Dataset == Dataset);

    /// <summary>True when a dataset passes the filter.</summary>
    public bool SelectsDataset(Dataset dataset) => Dataset.Length == 0 || dataset.Name() == Dataset;

    /// <summary>The address of this view.</summary>
    public string ToAddress()
    {
        (string Name, string Value)[] all =
        [
            ("to", To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""), ("weeks", Weeks == DefaultWeeks ? "" : Weeks.ToString(CultureInfo.InvariantCulture)), ("exchange", Exchange),
            ("dataset", Dataset), ("storage", ReadsStorage ? "read" : ""), ("page", Page == 1 ? "" : Page.ToString(CultureInfo.InvariantCulture)),
        ];
        var given = all.Where(parameter => parameter.Value.Length > 0).Select(parameter => $"{parameter.Name}={UrlEncoder.Default.Encode(parameter.Value)}").ToList();
        return given.Count == 0 ? DaysPaths.List : $"{DaysPaths.List}?{string.Join('&', given)}";
    }
}

using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Publishing.DataExchange;

/// <summary>Settings of publications to AWS Data Exchange (<c>Ingester:DataExchange</c>). Credentials are those that the AWS SDK finds.</summary>
public sealed partial class DataExchangeOptions : IValidatableObject
{
    /// <summary>The data set of each data source: exchange → dataset → id of the data set. Data sources that are not listed are not published.</summary>
    public IDictionary<string, IDictionary<string, string>> DataSets { get; set; } = new Dictionary<string, IDictionary<string, string>>(StringComparer.OrdinalIgnoreCase); // names from the environment are in upper case

    /// <summary>The region of the data sets. Default: the one that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The URL of an emulator. Default: AWS, or <c>AWS_ENDPOINT_URL_DATAEXCHANGE</c>.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Pause between two requests for the state of an import job. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an import job may take before the command stops waiting for it; the next run continues. Default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long after the end of a day its subscribers are told that it is late, if it could not be published. Default 2 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "23:00:00")]
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromHours(2);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var datasets = Enum.GetValues<Dataset>().Where(static dataset => dataset.IsSubscribed()).Select(static dataset => dataset.Name()).ToList();
        foreach (var (exchange, sets) in DataSets)
        {
            if (ExchangeCatalog.Find(exchange.ToLowerInvariant()) is null)
                yield return new($"DataSets:{exchange}: unknown exchange. Available: {string.Join(", ", ExchangeCatalog.All.Select(static one => one.Profile.Name))}.", [nameof(DataSets)]);
            foreach (var (dataset, id) in sets)
                if (!datasets.Contains(dataset, StringComparer.OrdinalIgnoreCase))
                    yield return new($"DataSets:{exchange}:{dataset}: unknown dataset. Available: {string.Join(", ", datasets)}.", [nameof(DataSets)]);
                else if (!IdPattern().IsMatch(id))
                    yield return new($"DataSets:{exchange}:{dataset}: \"{id}\" is not the id of a data set, which has 30 to 40 letters and digits.", [nameof(DataSets)]);
        }

        foreach (var shared in DataSets.SelectMany(static sets => sets.Value).GroupBy(static set => set.Value, StringComparer.Ordinal).Where(static same => same.Count() > 1))
            yield return new($"DataSets: {shared.Key} is the data set of several data sources, and a data set has one revision a day. Give each its own.", [nameof(DataSets)]);
    }

    /// <summary>The data sources with their data sets, in ordinal order.</summary>
    internal IReadOnlyList<DataSource> Sources() =>
    [
        .. DataSets.SelectMany(static sets => sets.Value.Select(set => new DataSource(sets.Key.ToLowerInvariant(), set.Key.ToLowerInvariant(), set.Value)))
            .OrderBy(static source => source.Exchange, StringComparer.Ordinal).ThenBy(static source => source.Dataset, StringComparer.Ordinal),
    ];

    [GeneratedRegex("^[a-zA-Z0-9]{30,40}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}

using System.ComponentModel.DataAnnotations;
using Ingester.Paper.Alerts;
using Ingester.Paper.Feeds;
using Ingester.Paper.History;
using Ingester.Paper.Models;
using Ingester.Paper.Risk;
using Microsoft.Extensions.Options;

namespace Ingester.Paper.Settings;

/// <summary>All settings of a run (<c>Paper</c>).</summary>
internal sealed class PaperOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Paper";

    private const int MinutesPerDay = 24 * 60;

    /// <summary>The traded markets. At least one.</summary>
    [ValidateEnumeratedItems, MinLength(1, ErrorMessage = "Markets: give at least one market, such as --market binance=BTC-USDT.")]
    public IList<MarketOptions> Markets { get; set; } = [];

    /// <summary>Length of the bars in minutes; one decision is made at the end of each. Divides a day. Default 5.</summary>
    [Range(1, MinutesPerDay)]
    public int BarMinutes { get; set; } = 5;

    /// <summary>The cash at the start, in quote units. Default 100,000.</summary>
    [Range(0.0, 1e15)]
    public decimal Cash { get; set; } = 100_000m;

    /// <summary>The price history.</summary>
    [ValidateObjectMembers]
    public HistoryOptions History { get; set; } = new();

    /// <summary>The models. Default: technical alone.</summary>
    [ValidateEnumeratedItems]
    public IList<ModelOptions> Models { get; set; } = [];

    /// <summary>When a trade is decided.</summary>
    [ValidateObjectMembers]
    public DecisionOptions Decision { get; set; } = new();

    /// <summary>The limits of the risk gate.</summary>
    [ValidateObjectMembers]
    public RiskOptions Risk { get; set; } = new();

    /// <summary>The simulated orders.</summary>
    [ValidateObjectMembers]
    public OrderOptions Orders { get; set; } = new();

    /// <summary>When events are known.</summary>
    [ValidateObjectMembers]
    public FeedOptions Feed { get; set; } = new();

    /// <summary>Where alerts are sent.</summary>
    [ValidateObjectMembers]
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>Length of a bar, microseconds.</summary>
    internal long BarMicros => BarMinutes * Core.Time.Window.MicrosPerMinute;

    /// <summary>The models, with the default.</summary>
    internal IReadOnlyList<ModelOptions> GetModels() => Models.Count > 0 ? [.. Models] : [new()];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BarMinutes > 0 && MinutesPerDay % BarMinutes != 0)
            yield return new($"BarMinutes: {BarMinutes} does not divide a day.", [nameof(BarMinutes)]);
        foreach (var market in Markets.CountBy(static market => (market.Exchange, market.Pair)).Where(static market => market.Value > 1))
            yield return new($"Markets: {market.Key.Exchange} {market.Key.Pair} is named twice.", [nameof(Markets)]);
        foreach (var model in GetModels().CountBy(static model => model.DisplayName, StringComparer.Ordinal).Where(static model => model.Value > 1))
            yield return new($"Models: the name {model.Key} is used twice.", [nameof(Models)]);
    }
}

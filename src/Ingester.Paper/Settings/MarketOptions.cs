using System.ComponentModel.DataAnnotations;
using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Paper.Settings;

/// <summary>One traded market (<c>Paper:Markets</c>).</summary>
internal sealed class MarketOptions : IValidatableObject
{
    /// <summary>The exchange on which orders are simulated. Required.</summary>
    [Required]
    public string Exchange { get; set; } = "";

    /// <summary>The market, such as BTC-USDT. Required.</summary>
    [Required]
    public string Pair { get; set; } = "";

    /// <summary>The exchanges whose median is the price. Default: <see cref="Exchange"/> alone.</summary>
    public IList<string> PriceExchanges { get; set; } = [];

    /// <summary>The dataset of the trades: trades or agg-trades. Default: trades.</summary>
    [RegularExpression("^(trades|agg-trades)$", ErrorMessage = "Trades: must be trades or agg-trades.")]
    public string Trades { get; set; } = "trades";

    /// <summary>The exchanges whose prices count.</summary>
    internal IReadOnlyList<string> AllPriceExchanges => PriceExchanges.Count > 0 ? [.. PriceExchanges.Distinct(StringComparer.Ordinal)] : [Exchange];

    /// <summary>The dataset of the trades.</summary>
    internal Dataset TradeDataset => Trades == "trades" ? Dataset.Trades : Dataset.AggTrades;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        PriceExchanges.Append(Exchange).Distinct(StringComparer.Ordinal).Where(static name => name.Length > 0 && ExchangeCatalog.Find(name) is null)
            .Select(static name => new ValidationResult($"'{name}' is not an exchange. ingester exchanges lists them.", [nameof(Exchange)]));
}

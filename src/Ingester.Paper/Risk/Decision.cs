using Ingester.Paper.Models;

namespace Ingester.Paper.Risk;

/// <summary>What is done after a prediction.</summary>
/// <param name="Action">Buy, sell or hold.</param>
/// <param name="Change">The expected relative change of the price; null without a prediction.</param>
/// <param name="Reason">Why, as a sentence.</param>
internal sealed record Decision(TradeAction Action, decimal? Change, string Reason)
{
    /// <summary>Decides.</summary>
    /// <param name="prediction">The prediction; null if no model answered.</param>
    /// <param name="price">The price now, in quote units.</param>
    /// <param name="options">The limits.</param>
    public static Decision Make(Prediction? prediction, decimal price, DecisionOptions options)
    {
        if (prediction is null)
            return new(TradeAction.Hold, null, "No model has an answer.");
        var change = prediction.Price / price - 1;
        if (prediction.Confidence <= options.MinConfidence)
            return new(TradeAction.Hold, change, $"The confidence {prediction.Confidence:0.####} is not above {options.MinConfidence}.");
        return change > options.BuyAbove ? new(TradeAction.Buy, change, $"The expected change {change:0.######} is above {options.BuyAbove}.")
            : change < options.SellBelow ? new(TradeAction.Sell, change, $"The expected change {change:0.######} is below {options.SellBelow}.")
            : new(TradeAction.Hold, change, $"The expected change {change:0.######} is between {options.SellBelow} and {options.BuyAbove}.");
    }
}

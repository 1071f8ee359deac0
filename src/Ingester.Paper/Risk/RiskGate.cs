using Ingester.Core.Time;

namespace Ingester.Paper.Risk;

/// <summary>Approves or refuses orders. Every violated limit is a refusal of its own. Pure.</summary>
/// <param name="options">The limits.</param>
internal sealed class RiskGate(RiskOptions options)
{
    /// <summary>Judges an order.</summary>
    public RiskVerdict Judge(RiskRequest request)
    {
        var score = Score(request);
        return new(score, [.. Check(request, score)]);
    }

    /// <summary>
    /// The mean of four shares, each from 0 to 1: position after the order of its maximum, loss of the day of its limit, missing confidence, and spread of
    /// <see cref="RiskOptions.MaxSpreadBps"/> (1 while the book is not known).
    /// </summary>
    private decimal Score(RiskRequest request) =>
        (Share(Math.Abs(After(request)), options.MaxPosition) + Share(request.DayLoss, options.DailyLoss) + (1 - request.Confidence)
            + (request.SpreadBps is { } spread ? Share(spread, options.MaxSpreadBps) : 1)) / 4;

    private IEnumerable<RiskRefusal> Check(RiskRequest request, decimal score)
    {
        if (request.IsKilled)
            yield return new(RiskReason.KillFile, $"The kill file {options.KillFile} exists.");
        if (request.Amount > options.MaxAmount)
            yield return new(RiskReason.MaxAmount, $"The amount {request.Amount:0.##} is above {options.MaxAmount:0.##}.");
        if (score > options.Threshold)
            yield return new(RiskReason.RiskThreshold, $"The risk score {score:0.####} is above {options.Threshold}.");
        if (Math.Abs(After(request)) > options.MaxPosition && request.Action == TradeAction.Buy)
            yield return new(RiskReason.MaxPosition, $"The position would be {After(request):0.##}, above {options.MaxPosition:0.##}.");
        if (request.DayLoss >= options.DailyLoss)
            yield return new(RiskReason.DailyLoss, $"The loss of the day, {request.DayLoss:0.##}, has reached {options.DailyLoss:0.##}.");
        if (request.Amount <= 0)
            yield return new(RiskReason.NoFunds, "There is nothing to sell.");
        else if (request.Action == TradeAction.Buy && request.Amount > request.Cash)
            yield return new(RiskReason.NoFunds, $"The amount {request.Amount:0.##} is above the cash {request.Cash:0.##}.");
        foreach (var refusal in CheckTime(request))
            yield return refusal;
        if (options.RequireProvenBook && !request.IsBookProven)
            yield return new(RiskReason.BookNotProven, "Nothing proves that the book follows its snapshot without a gap.");
        if (request.HasOpenGap)
            yield return new(RiskReason.OpenGap, "The book is not known, or trades are missing.");
    }

    private IEnumerable<RiskRefusal> CheckTime(RiskRequest request)
    {
        if (request.LastOrderMicros is { } last)
        {
            if (request.Micros - last < Micros.From(options.CoolDown))
                yield return new(RiskReason.CoolDown, $"The last order was {Seconds(request.Micros - last)} s ago, less than {options.CoolDown.TotalSeconds:0.###} s.");
            if (request.Micros / Micros.From(options.OrderWindow) == last / Micros.From(options.OrderWindow))
                yield return new(RiskReason.OrderWindow, $"The window of {options.OrderWindow.TotalSeconds:0.###} s has an order already.");
        }

        foreach (var (name, micros) in ((string, long?)[])[("book", request.LastBookMicros), ("trades", request.LastTradeMicros)])
            if (micros is not { } seen)
                yield return new(RiskReason.StaleData, $"No event of the {name} was received yet.");
            else if (request.Micros - seen > Micros.From(options.MaxAge))
                yield return new(RiskReason.StaleData, $"The last event of the {name} is {Seconds(request.Micros - seen)} s old, more than {options.MaxAge.TotalSeconds:0.###} s.");
    }

    private static decimal After(RiskRequest request) => request.Position + (request.Action == TradeAction.Buy ? request.Amount : -request.Amount);

    private static decimal Share(decimal value, decimal limit) => limit <= 0 ? (value > 0 ? 1 : 0) : Math.Clamp(value / limit, 0, 1);

    private static string Seconds(long micros) => (micros / 1_000_000m).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}

using Ingester.Core.Time;
using Ingester.Paper.History;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;
using Ingester.Paper.Orders;
using Ingester.Paper.Risk;
using Ingester.Paper.Settings;

namespace Ingester.Paper.Engine;

/// <summary>Decides at the end of each bar of a market: features, prediction, decision, risk gate, order. Everything is written to the journal.</summary>
/// <param name="options">The settings.</param>
/// <param name="models">The models.</param>
/// <param name="portfolio">The portfolio.</param>
/// <param name="journal">The journal.</param>
/// <param name="events">Receives alerts.</param>
internal sealed class Trader(PaperOptions options, ModelSet models, Portfolio portfolio, JournalWriter journal, RunEvents events)
{
    private const int SizeDecimals = 8; // where the exchange states no lot

    private readonly RiskGate gate = new(options.Risk);
    private readonly Dictionary<string, (decimal Price, Direction Direction)> last = new(StringComparer.Ordinal);

    /// <summary>Decides for one market.</summary>
    /// <param name="market">The market.</param>
    /// <param name="micros">The end of the bar, microseconds UTC.</param>
    /// <param name="cancellation">Cancels requests and writes.</param>
    public async ValueTask DecideAsync(TradedMarket market, long micros, CancellationToken cancellation)
    {
        if (market.Bar.Complete(micros) is { } point)
        {
            market.History.Add(point);
            var features = Features.Compute(market.Feed.Market, market.History.Points, market.Book.Features);
            CheckLast(market, features.Price);
            var (prediction, failures) = await models.PredictAsync(features, cancellation);
            await journal.AppendAsync(micros, "prediction", json => JournalLines.Write(json, market.Name, features, prediction, failures), cancellation);
            await ReportFailuresAsync(micros, failures, cancellation);
            if (prediction is { Direction: not Direction.Flat })
                last[market.Name] = (features.Price, prediction.Direction);
            var decision = Decision.Make(prediction, features.Price, options.Decision);
            await journal.AppendAsync(micros, "decision", json => JournalLines.Write(json, market.Name, decision), cancellation);
            if (decision.Action != TradeAction.Hold)
                await JudgeAsync(market, micros, decision.Action, prediction!.Confidence, cancellation);
        }

        await journal.AppendAsync(micros, "position", json => JournalLines.Write(json, market.Name, market.Position), cancellation);
    }

    /// <summary>Counts whether the last prediction of a direction was right.</summary>
    private void CheckLast(TradedMarket market, decimal price)
    {
        if (last.Remove(market.Name, out var before))
            events.Metrics.Predicted(Math.Sign(price - before.Price) == (int)before.Direction);
    }

    private async ValueTask ReportFailuresAsync(long micros, IReadOnlyList<ModelFailure> failures, CancellationToken cancellation)
    {
        foreach (var failure in failures)
        {
            var text = $"The model {failure.Name} was left out: {failure.Reason}.";
            events.Raise(micros, "model-failed", text);
            await journal.AppendAsync(micros, "alert", json =>
            {
                json.WriteString("alert", "model-failed");
                json.WriteString("text", text);
            }, cancellation);
        }
    }

    private async ValueTask JudgeAsync(TradedMarket market, long micros, TradeAction action, decimal confidence, CancellationToken cancellation)
    {
        var side = action == TradeAction.Buy ? OrderSide.Buy : OrderSide.Sell;
        var price = FindPrice(market, side);
        var size = FindSize(market, side, price);
        var request = new RiskRequest
        {
            Micros = micros,
            Action = action,
            Amount = market.Rules.Notional(price, size),
            Confidence = confidence,
            Position = market.Position.Value + Portfolio.Reserved(market, OrderSide.Buy),
            Cash = portfolio.FreeCash,
            DayLoss = portfolio.DayLoss,
            LastOrderMicros = market.LastOrderMicros,
            LastBookMicros = market.Book.LastMicros,
            LastTradeMicros = market.LastTradeMicros,
            IsBookProven = market.Book.IsProven,
            HasOpenGap = market.HasOpenGap,
            SpreadBps = market.Book.Features?.SpreadBps,
            IsKilled = options.Risk.KillFile is { Length: > 0 } file && File.Exists(file),
        };
        var verdict = gate.Judge(request);
        events.Metrics.SetRisk(verdict.Score);
        foreach (var refusal in verdict.Refusals)
            events.Metrics.Refused(JournalLines.Name(refusal.Reason));
        await journal.AppendAsync(micros, "verdict", json => JournalLines.Write(json, market.Name, request, verdict), cancellation);
        if (verdict.IsApproved)
            await SubmitAsync(market, micros, side, price, size, cancellation);
    }

    private async ValueTask SubmitAsync(TradedMarket market, long micros, OrderSide side, decimal price, decimal size, CancellationToken cancellation)
    {
        var isLimit = options.Orders.Type == OrderType.Limit;
        var order = new Order(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{market.Name}/{micros}"), side, options.Orders.Type, size)
        {
            LimitPrice = isLimit ? price : null,
            ExpireMicros = isLimit ? micros + Micros.From(options.Orders.Lifetime) : null,
        };
        (market.LastOrderMicros, market.Sides[order.Id], market.Orders[order.Id]) = (micros, side, new(order, price, size));
        await journal.AppendAsync(micros, "order", json => JournalLines.Write(json, market.Name, order), cancellation);
        market.Simulator.Submit(order, micros);
    }

    /// <summary>The price of the order: the opposite best price for a market order, that of its own side for a limit order; the last trade while the book is not known.</summary>
    private decimal FindPrice(TradedMarket market, OrderSide side) => market.Book.Features is not { } book ? market.Position.Mark
        : (side == OrderSide.Buy) == (options.Orders.Type == OrderType.Limit) ? book.Bid : book.Ask;

    private decimal FindSize(TradedMarket market, OrderSide side, decimal price)
    {
        if (price <= 0)
            return 0;
        var size = options.Decision.Amount / market.Rules.Notional(price, 1);
        if (side == OrderSide.Sell)
            size = Math.Min(size, Portfolio.Sellable(market));
        return market.Rules.Lot is { } lot ? Math.Floor(size / lot) * lot : Math.Round(size, SizeDecimals, MidpointRounding.ToZero);
    }
}

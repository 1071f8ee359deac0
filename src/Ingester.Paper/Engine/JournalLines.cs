using System.Text.Json;
using Ingester.Paper.History;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;
using Ingester.Paper.Orders;
using Ingester.Paper.Risk;

namespace Ingester.Paper.Engine;

/// <summary>The fields of the lines of the journal; <c>docs/paper.md</c> describes them. Numbers of money are texts, exact.</summary>
internal static class JournalLines
{
    /// <summary>A prediction, with the answer of each model.</summary>
    public static void Write(Utf8JsonWriter json, string market, Features features, Prediction? prediction, IReadOnlyList<ModelFailure> failures)
    {
        json.WriteString("market", market);
        json.WriteString("price", JournalWriter.Text(features.Price));
        json.WriteString("sma20", JournalWriter.Text(features.ShortAverage));
        json.WriteString("sma50", JournalWriter.Text(features.LongAverage));
        json.WriteString("momentum10", JournalWriter.Text(features.Momentum));
        json.WriteString("change24h", Text(features.DayChange));
        json.WriteString("volume", JournalWriter.Text(features.Volume));
        json.WriteString("imbalance", Text(features.Imbalance));
        json.WriteString("spreadBps", Text(features.SpreadBps));
        json.WriteStartArray("models");
        foreach (var one in prediction?.Answers ?? [])
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("price", JournalWriter.Text(one.Answer.Price));
            json.WriteString("direction", Name(one.Answer.Direction));
            json.WriteString("confidence", JournalWriter.Text(one.Answer.Confidence));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("failed");
        foreach (var one in failures)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("reason", one.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("expected", Text(prediction?.Price));
        json.WriteString("direction", prediction is { } together ? Name(together.Direction) : null);
        json.WriteString("confidence", Text(prediction?.Confidence));
    }

    /// <summary>A decision.</summary>
    public static void Write(Utf8JsonWriter json, string market, Decision decision)
    {
        json.WriteString("market", market);
        json.WriteString("action", Name(decision.Action));
        json.WriteString("change", Text(decision.Change));
        json.WriteString("reason", decision.Reason);
    }

    /// <summary>A verdict of the risk gate.</summary>
    public static void Write(Utf8JsonWriter json, string market, RiskRequest request, RiskVerdict verdict)
    {
        json.WriteString("market", market);
        json.WriteString("action", Name(request.Action));
        json.WriteString("amount", JournalWriter.Text(request.Amount));
        json.WriteBoolean("approved", verdict.IsApproved);
        json.WriteString("score", JournalWriter.Text(verdict.Score));
        json.WriteStartArray("refusals");
        foreach (var refusal in verdict.Refusals)
        {
            json.WriteStartObject();
            json.WriteString("reason", Name(refusal.Reason));
            json.WriteString("text", refusal.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>An order that is submitted.</summary>
    public static void Write(Utf8JsonWriter json, string market, Order order)
    {
        json.WriteString("market", market);
        json.WriteString("order", order.Id);
        json.WriteString("side", Name(order.Side));
        json.WriteString("type", Name(order.Type));
        json.WriteString("size", JournalWriter.Text(order.Size));
        json.WriteString("limit", Text(order.LimitPrice));
        if (order.ExpireMicros is { } expires)
            json.WriteNumber("expires", expires);
        else
            json.WriteNull("expires");
    }

    /// <summary>Something that happened to an order.</summary>
    public static void Write(Utf8JsonWriter json, string market, OrderSide side, OrderEvent happened)
    {
        json.WriteString("market", market);
        json.WriteString("order", happened.OrderId);
        json.WriteString("side", Name(side));
        json.WriteString("event", Name(happened.Kind));
        json.WriteNumber("at", happened.Micros);
        json.WriteString("remaining", JournalWriter.Text(happened.Remaining));
        json.WriteString("evidence", Name(happened.Evidence));
        if (happened.Reason != OrderReason.None)
        {
            json.WriteString("reason", Name(happened.Reason));
            json.WriteString("text", happened.Text);
        }

        if (happened.SinceMicros is { } since)
            json.WriteNumber("since", since);
        if (happened.Fill is not { } fill)
            return;
        json.WriteString("price", JournalWriter.Text(fill.Price));
        json.WriteString("size", JournalWriter.Text(fill.Size));
        json.WriteString("notional", JournalWriter.Text(fill.Notional));
        json.WriteString("fee", JournalWriter.Text(fill.Fee));
        json.WriteString("liquidity", Name(fill.Liquidity));
    }

    /// <summary>A position.</summary>
    public static void Write(Utf8JsonWriter json, string market, Position position)
    {
        json.WriteString("market", market);
        json.WriteString("size", JournalWriter.Text(position.Size));
        json.WriteString("cost", JournalWriter.Text(position.Cost));
        json.WriteString("mark", JournalWriter.Text(position.Mark));
        json.WriteString("value", JournalWriter.Text(position.Value));
        json.WriteString("realized", JournalWriter.Text(position.Realized));
        json.WriteString("fees", JournalWriter.Text(position.Fees));
        json.WriteString("result", JournalWriter.Text(position.Result));
    }

    /// <summary>The name of a value: kebab case.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string? Text(decimal? value) => value is { } number ? JournalWriter.Text(number) : null;
}

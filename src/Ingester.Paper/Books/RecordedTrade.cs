using System.Text.Json;
using Ingester.Paper.Execution;
using Ingester.Paper.Feeds;
using Ingester.Paper.Orders;

namespace Ingester.Paper.Books;

/// <summary>Reads rows of trades.</summary>
internal static class RecordedTrade
{
    /// <summary>Reads a row; null for a trade that was not matched in the order book, such as one of an insurance fund.</summary>
    /// <param name="row">The row.</param>
    /// <param name="last">The time of the trade before, microseconds UTC, which stands for a time that is not plausible.</param>
    /// <exception cref="JsonException">It is not a row of trades.</exception>
    public static MarketTrade? Read(ReadOnlyMemory<byte> row, long last)
    {
        try
        {
            using var document = JsonDocument.Parse(row);
            var trade = document.RootElement;
            if (trade.TryGetProperty("type", out _))
                return null;
            OrderSide? side = trade.GetProperty("side").GetString() switch { "buy" => OrderSide.Buy, "sell" => OrderSide.Sell, _ => null };
            return new(RowTime.IsPlausible(row.Span) ? trade.GetProperty("ts").GetInt64() : last, side, ReadNumber(trade, "price"), ReadNumber(trade, "size"));
        }
        catch (Exception invalid) when (invalid is FormatException or OverflowException or KeyNotFoundException or InvalidOperationException)
        {
            throw new JsonException($"a row is no row of trades: {invalid.Message}", invalid);
        }
    }

    private static decimal ReadNumber(JsonElement trade, string name) =>
        decimal.Parse(trade.GetProperty(name).GetString() ?? "", System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Bars;

/// <summary>The rows of the dataset <c>bars</c>.</summary>
internal static class BarRow
{
    /// <summary>The columns in order.</summary>
    public static IReadOnlyList<DerivedColumn> Columns { get; } =
    [
        new("ts", ColumnKind.Integer), new("pair", ColumnKind.Text), new("minutes", ColumnKind.Integer), new("condition", ColumnKind.Text), new("reason", ColumnKind.Text),
        new("grade", ColumnKind.Text), new("source", ColumnKind.Text), new("missing", ColumnKind.Integer), new("open", ColumnKind.Number), new("high", ColumnKind.Number),
        new("low", ColumnKind.Number), new("close", ColumnKind.Number), new("volume", ColumnKind.Number), new("quoteVolume", ColumnKind.Number), new("trades", ColumnKind.Integer),
        new("buyTrades", ColumnKind.Integer), new("buyVolume", ColumnKind.Number), new("buyQuoteVolume", ColumnKind.Number), new("sellTrades", ColumnKind.Integer),
        new("sellVolume", ColumnKind.Number), new("sellQuoteVolume", ColumnKind.Number), new("vwap", ColumnKind.Number), new("excluded", ColumnKind.Integer),
        new("firstId", ColumnKind.Text), new("lastId", ColumnKind.Text),
    ];

    /// <summary>Writes a row.</summary>
    public static void Write(DerivedRows rows, Bar bar)
    {
        rows.Begin();
        rows.Integer("ts", bar.StartMicros);
        rows.Text("pair", bar.Market);
        rows.Integer("minutes", bar.Minutes);
        rows.Condition(bar.Condition, bar.Reason);
        rows.Text("grade", bar.Grade);
        rows.Text("source", bar.Source);
        rows.Integer("missing", bar.Missing);
        rows.Number("open", bar.Open);
        rows.Number("high", bar.High);
        rows.Number("low", bar.Low);
        rows.Number("close", bar.Close);
        var known = bar.IsKnown;
        rows.Number("volume", known ? bar.Volume : null, ExactMath.Scale);
        rows.Number("quoteVolume", known ? bar.QuoteVolume : null, ExactMath.ProductScale);
        rows.Integer("trades", known ? bar.Trades : null);
        WriteSide(rows, ("buyTrades", "buyVolume", "buyQuoteVolume"), bar.Buys, known);
        WriteSide(rows, ("sellTrades", "sellVolume", "sellQuoteVolume"), bar.Sells, known);
        rows.Number("vwap", known && !bar.Volume.IsZero ? ExactMath.Divide(bar.QuoteVolume, ExactMath.ProductScale, bar.Volume, ExactMath.Scale) : null, ExactMath.QuotientScale);
        rows.Integer("excluded", known ? bar.Excluded : null);
        rows.Text("firstId", bar.FirstId);
        rows.Text("lastId", bar.LastId);
        rows.End();
    }

    /// <summary>Parses a row that <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The line is not such a row.</exception>
    public static Bar Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            return new()
            {
                Market = row.GetProperty("pair").GetString()!,
                StartMicros = row.GetProperty("ts").GetInt64(),
                Minutes = row.GetProperty("minutes").GetInt32(),
                Source = row.GetProperty("source").GetString()!,
                Condition = DataConditions.Parse(row.GetProperty("condition").GetString()!),
                Reason = row.GetProperty("reason").GetString(),
                Grade = row.GetProperty("grade").GetString(),
                Missing = row.GetProperty("missing").GetInt64(),
                Open = ReadPrice(row, "open"),
                High = ReadPrice(row, "high"),
                Low = ReadPrice(row, "low"),
                Close = ReadPrice(row, "close"),
                Buys = ReadSide(row, "buyTrades", "buyVolume", "buyQuoteVolume"),
                Sells = ReadSide(row, "sellTrades", "sellVolume", "sellQuoteVolume"),
                Excluded = row.GetProperty("excluded") is { ValueKind: JsonValueKind.Number } excluded ? excluded.GetInt64() : 0,
                FirstId = row.GetProperty("firstId").GetString(),
                LastId = row.GetProperty("lastId").GetString(),
            };
        }
        catch (Exception invalid) when (invalid is FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"a line is not a row of bars: {invalid.Message}"), invalid);
        }
    }

    private static void WriteSide(DerivedRows rows, (string Count, string Volume, string QuoteVolume) names, in TradeTotals side, bool known)
    {
        rows.Integer(names.Count, known ? side.Count : null);
        rows.Number(names.Volume, known ? side.Volume : null, ExactMath.Scale);
        rows.Number(names.QuoteVolume, known ? side.QuoteVolume : null, ExactMath.ProductScale);
    }

    private static TradeTotals ReadSide(JsonElement row, string count, string volume, string quoteVolume) =>
        row.GetProperty(count) is { ValueKind: JsonValueKind.Number } number
            ? new(number.GetInt64(), ExactMath.Parse(row.GetProperty(volume).GetString()!, ExactMath.Scale), ExactMath.Parse(row.GetProperty(quoteVolume).GetString()!, ExactMath.ProductScale))
            : default;

    private static ExactDecimal? ReadPrice(JsonElement row, string name) => row.GetProperty(name).GetString() is { } text ? ExactDecimal.Parse(text) : null;
}

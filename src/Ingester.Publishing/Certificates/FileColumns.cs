namespace Ingester.Publishing.Certificates;

/// <summary>The columns of the exported CSV files, in the order of their headers.</summary>
internal static class FileColumns
{
    private static readonly FileColumn[] Common =
    [
        new("exchange", "string", "The exchange."),
        new("symbol", "string", "The exchange's own name of the market."),
        new("timestamp", "integer", "Exchange time, microseconds since 1970 UTC."),
        new("local_timestamp", "integer", "Time of arrival, microseconds since 1970 UTC; exchange time where the certificate says so. All rows of one message have the same."),
    ];

    private static readonly Dictionary<string, FileColumn[]> ByType = new(StringComparer.Ordinal)
    {
        ["trades"] =
        [
            .. Common,
            new("id", "string", "The exchange's id of the trade; empty if it has none."),
            new("side", "string", "Side of the aggressor: buy, sell or unknown."),
            new("price", "number", "Price in quote units."),
            new("amount", "number", "Size, in the exchange's unit."),
        ],
        ["incremental_book_L2"] =
        [
            .. Common,
            new("is_snapshot", "boolean", "True for the rows of a complete book. If the row before has false, clear the book first."),
            new("side", "string", "bid or ask."),
            new("price", "number", "Price in quote units."),
            new("amount", "number", "Size at this price; 0 removes the price."),
        ],
        ["quotes"] =
        [
            .. Common,
            new("ask_amount", "number", "Size of the best ask."),
            new("ask_price", "number", "Price of the best ask."),
            new("bid_price", "number", "Price of the best bid."),
            new("bid_amount", "number", "Size of the best bid."),
        ],
        ["book_snapshot_5"] = [.. Common, .. Levels(5)],
        ["book_snapshot_25"] = [.. Common, .. Levels(25)],
    };

    /// <summary>The columns of a data type; null if it is not a CSV file.</summary>
    public static IReadOnlyList<FileColumn>? Of(string dataType) => ByType.GetValueOrDefault(dataType);

    private static IEnumerable<FileColumn> Levels(int count)
    {
        for (var level = 0; level < count; level++)
            foreach (var side in new[] { "ask", "bid" })
                foreach (var (name, what) in new[] { ("price", "Price"), ("amount", "Size") })
                    yield return new($"{side}s[{level}].{name}", "number", $"{what} of the {side} at rank {level}, 0 the best; empty if there is none.");
    }
}

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

    private static readonly FileColumn[] ParquetTimes =
    [
        new("timestamp", "datetime", "Exchange time, UTC, microseconds."),
        new("local_timestamp", "datetime", "Time of arrival, UTC, microseconds; exchange time where the certificate says so."),
    ];

    private static readonly FileColumn[] ParquetLevel =
    [
        new("side", "string", "Of trades the side of the aggressor: buy, sell or unknown. Of books: bid or ask."),
        new("price", "number", "Price in quote units; null if it does not fit."),
        new("price_text", "string", "The price, if it does not fit into price."),
        new("amount", "number", "Size, in the exchange's unit; null if it does not fit. Of books, 0 removes the price."),
        new("amount_text", "string", "The size, if it does not fit into amount."),
    ];

    private static readonly FileColumn[] TradeParquet =
    [
        new("id", "string", "The exchange's id of the trade; empty if it has none."),
        .. ParquetTimes,
        .. ParquetLevel,
        new("type", "string", "The exchange's word for a trade that is not a market trade; null for a market trade."),
    ];

    private static readonly FileColumn[] BookParquet =
    [
        new("message", "integer", "Number of the message in the file: its rows change the book at once."),
        .. ParquetTimes,
        new("after", "integer", "The last id before the message; null if the exchange has no sequence."),
        new("upto", "integer", "The last id of the message; null if the exchange has no sequence."),
        new("is_snapshot", "boolean", "True for the rows of a complete book."),
        new("known", "boolean", "False for a change of a time in which the book is not known."),
        .. ParquetLevel,
    ];

    /// <summary>The columns of the Parquet file of a dataset.</summary>
    public static IReadOnlyList<FileColumn> OfParquet(string dataset) => dataset is "trades" or "agg-trades" ? TradeParquet : BookParquet;

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
